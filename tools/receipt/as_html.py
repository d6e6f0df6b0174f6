"""A receipt as one HTML file: no network, no script; on paper A4, on a phone from 320 px."""

import html
from collections.abc import Sequence

import segno

from tools.receipt.content import Receipt

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --dim: #5c5c5c; --line: #d4d4d4;
  --paper: #fff; --good: #14693a; --bad: #b3121d; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --dim: #a6a6a6; --line: #3c3c3c;
  --paper: #161616; --good: #5fd08d; --bad: #ff7a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem; max-width: 50rem; background: var(--paper);
  color: var(--ink); font: 15px/1.4 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 2rem; }
h1 { font-size: 1.35rem; margin: 0; } address { font-style: normal; color: var(--dim); }
.payable { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline;
  border-block: 2px solid var(--ink); margin: .8rem 0; padding: .5rem 0; }
.payable b { margin-left: .8rem; } .payable strong { font-size: 1.8rem; white-space: nowrap; }
table { width: 100%; border-collapse: collapse; margin: .8rem 0; }
th { text-align: left; color: var(--dim); font-weight: normal; font-size: .85rem; }
td, th { padding: .25rem 0 .25rem .8rem; border-bottom: 1px solid var(--line);
  vertical-align: top; } td:first-child, th:first-child { padding-left: 0; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tfoot td { color: var(--dim); }
.below { display: grid; grid-template-columns: 1fr 62mm; gap: 1.2rem; align-items: start; }
dl { display: grid; grid-template-columns: minmax(7rem, 2fr) 3fr; margin: 0; }
dt, dd { padding: .2rem 0; margin: 0; border-bottom: 1px solid var(--line); }
dt { color: var(--dim); padding-right: .8rem; }
.proof h2 { font-size: 1.05rem; margin: .6rem 0 .2rem; }
.good { color: var(--good); } .bad { color: var(--bad); } p { margin: .25rem 0; }
.qr { background: #fff; padding: 3mm; line-height: 0; } .qr svg { width: 56mm; height: 56mm; }
.small, details { color: var(--dim); font-size: .75rem; } details { margin-top: .8rem; }
@media (max-width: 40rem) { .below { grid-template-columns: 1fr; }
  .qr { width: fit-content; } .qr svg { width: 74vw; height: 74vw; max-width: 80mm;
  max-height: 80mm; } }
@media (max-width: 30rem) { body { padding: .9rem; }
  .lines thead { display: none; } .lines tr { display: grid; border-bottom: 1px solid var(--line);
  grid-template-columns: 1fr auto auto; gap: 0 .8rem; padding: .35rem 0; }
  .lines td { border: 0; padding: 0; } .lines td:first-child { grid-column: 1 / -1; }
  .lines td:nth-child(2) { text-align: left; color: var(--dim); }
  .lines td:nth-child(3) { color: var(--dim); } .lines tfoot td:nth-child(2) {
  grid-column: 3; color: inherit; } .lines tfoot td:first-child { grid-column: 1 / 3; } }
@media print { @page { size: A4; margin: 14mm 16mm; }
  :root { color-scheme: light; --ink: #000; --dim: #444; --line: #bbb; --paper: #fff;
  --good: #14693a; --bad: #b3121d; } body { padding: 0; max-width: none; font-size: 9.5pt; }
  .below { grid-template-columns: 1fr 62mm; } .proof, tr { break-inside: avoid; } }
"""


def page(receipt: Receipt) -> str:
    """Every text of a record or an operator is escaped: none becomes markup."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{_text(receipt.title)} {_text(receipt.number)}</title><style>{_STYLE}</style></head><body>
<header><h1>{_text(receipt.title)}</h1>{_sender(receipt)}</header>
<div class="payable"><span>Payable <b class="{_style(receipt)}">{receipt.mark}</b></span>
<strong>{_text(receipt.payable)}</strong></div>
{"".join(f"<p><b>{_text(note)}</b></p>" for note in receipt.notes)}{_lines(receipt)}{_vat(receipt)}
<div class="below"><dl>{"".join(map(_fact, receipt.facts))}</dl>
<section class="proof">{_code(receipt)}{_verdict(receipt)}
{_how(receipt)}<p class="small">SHA-256 of the record: {receipt.digest}</p></section></div>
{_record(receipt)}</body></html>
"""


def _text(text: str) -> str:
    return html.escape(text)


def _style(receipt: Receipt) -> str:
    return "good" if receipt.good else "bad"


def _fact(row: tuple[str, str]) -> str:
    return f"<dt>{_text(row[0])}</dt><dd>{_text(row[1])}</dd>"


def _sender(receipt: Receipt) -> str:
    return (
        f"<address>{'<br>'.join(map(_text, receipt.sender))}</address>" if receipt.sender else ""
    )


def _row(cells: Sequence[str], cell: str = "td") -> str:
    """The first is text, the others figures."""
    first, *figures = (_text(text) for text in cells)
    of = ' scope="col"' if cell == "th" else ""
    rest = "".join(f'<{cell}{of} class="figure">{text}</{cell}>' for text in figures)
    return f"<tr><{cell}{of}>{first}</{cell}>{rest}</tr>"


def _lines(receipt: Receipt) -> str:
    if not receipt.lines and not receipt.sums:
        return ""
    rows = "".join(_row((x.what, x.quantity, x.price, x.amount)) for x in receipt.lines)
    foot = "".join(
        f'<tr><td colspan="3">{_text(name)}</td><td class="figure">{_text(amount)}</td></tr>'
        for name, amount in receipt.sums
    )
    return (
        f'<table class="lines"><thead>{_row(receipt.columns, "th")}</thead>'
        f"<tbody>{rows}</tbody><tfoot>{foot}</tfoot></table>"
    )


def _vat(receipt: Receipt) -> str:
    if not receipt.vat:
        return ""
    head = _row(("Included", "net", "VAT", "gross"), "th")
    rows = "".join(_row(row) for row in receipt.vat)
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _verdict(receipt: Receipt) -> str:
    said = "".join(f"<p>{_text(sentence)}</p>" for sentence in receipt.verdict)
    return f'<h2 class="{_style(receipt)}">{receipt.mark}</h2>{said}'


def _how(receipt: Receipt) -> str:
    if not receipt.key:
        return ""
    return f'<p class="small">{_text(receipt.how)}<br><code>{receipt.key}</code></p>'


def _record(receipt: Receipt) -> str:
    """To be copied; on paper only where no code holds it."""
    shown = "" if receipt.fits_qr else " open"
    return (
        f"<details{shown}><summary>The record as it was signed</summary>"
        f"<code>{_text(receipt.record)}</code></details>"
    )


def _code(receipt: Receipt) -> str:
    if not receipt.fits_qr:
        return '<p class="small">The record is too long for a QR code: it stands below.</p>'
    code = segno.make_qr(receipt.record, error="l", boost_error=False, encoding="utf-8")
    drawn = code.svg_inline(border=0, omitsize=True, title="The signed record")
    return f'<div class="qr">{drawn}</div>'
