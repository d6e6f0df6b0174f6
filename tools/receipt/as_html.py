"""A receipt as one HTML file: no network, no script; on paper A4, on a phone from 320 px."""

import html

import segno

from tools.receipt.content import Receipt

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --dim: #5c5c5c; --line: #d4d4d4;
  --paper: #fff; --good: #14693a; --bad: #b3121d; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --dim: #a6a6a6; --line: #3c3c3c;
  --paper: #161616; --good: #5fd08d; --bad: #ff7a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem; max-width: 46rem; background: var(--paper);
  color: var(--ink); font: 16px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 2rem; }
h1 { font-size: 1.35rem; margin: 0; } address { font-style: normal; color: var(--dim); }
.payable { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline;
  border-block: 2px solid var(--ink); margin: 1rem 0; padding: .6rem 0; }
.payable strong { font-size: 1.9rem; white-space: nowrap; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; }
th { text-align: left; color: var(--dim); font-weight: normal; font-size: .85rem; }
td, th { padding: .3rem 0 .3rem .8rem; border-bottom: 1px solid var(--line);
  vertical-align: top; } td:first-child, th:first-child { padding-left: 0; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tfoot td { color: var(--dim); }
dl { display: grid; grid-template-columns: minmax(9rem, 1fr) 2fr; margin: 1rem 0; }
dt, dd { padding: .25rem 0; margin: 0; border-bottom: 1px solid var(--line); }
dt { color: var(--dim); padding-right: .8rem; }
.proof { display: flex; flex-wrap: wrap; gap: 1.25rem; align-items: flex-start;
  margin-top: 1.5rem; break-inside: avoid; }
.proof > div { flex: 1 1 15rem; } .proof h2 { font-size: 1.05rem; margin: 0 0 .3rem; }
.good { color: var(--good); } .bad { color: var(--bad); } p { margin: .3rem 0; }
.qr { background: #fff; padding: 4mm; line-height: 0; } .qr svg { width: 58mm; height: 58mm; }
.small { color: var(--dim); font-size: .8rem; }
@media (max-width: 30rem) { body { padding: .9rem; font-size: 15px; }
  .lines thead { display: none; } .lines tr { display: grid; border-bottom: 1px solid var(--line);
  grid-template-columns: 1fr auto auto; gap: 0 .8rem; padding: .35rem 0; }
  .lines td { border: 0; padding: 0; } .lines td:first-child { grid-column: 1 / -1; }
  .lines td:nth-child(2) { text-align: left; color: var(--dim); }
  .lines td:nth-child(3) { color: var(--dim); } .lines tfoot td:nth-child(2) {
  grid-column: 3; color: inherit; } .lines tfoot td:first-child { grid-column: 1 / 3; }
  .qr svg { width: 74vw; height: 74vw; max-width: 80mm; max-height: 80mm; } }
@media print { @page { size: A4; margin: 16mm 18mm; }
  :root { color-scheme: light; --ink: #000; --dim: #444; --line: #bbb; --paper: #fff;
  --good: #14693a; --bad: #b3121d; } body { padding: 0; max-width: none; font-size: 10.5pt; } }
"""


def page(receipt: Receipt) -> str:
    """Every text of a record or an operator is escaped: none becomes markup."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{_text(receipt.title)} {_text(receipt.number)}</title><style>{_STYLE}</style></head><body>
<header><h1>{_text(receipt.title)}</h1>{_sender(receipt)}</header>
<div class="payable"><span>Payable</span><strong>{_text(receipt.payable)}</strong></div>
{_notes(receipt)}{_lines(receipt)}{_vat(receipt)}
<dl>{"".join(f"<dt>{_text(n)}</dt><dd>{_text(v)}</dd>" for n, v in receipt.facts)}</dl>
<section class="proof"><div>{_verdict(receipt)}
<p class="small">SHA-256 of the record: {receipt.digest}</p></div>{_code(receipt)}</section>
</body></html>
"""


def _text(text: str) -> str:
    return html.escape(text)


def _sender(receipt: Receipt) -> str:
    return (
        f"<address>{'<br>'.join(map(_text, receipt.sender))}</address>" if receipt.sender else ""
    )


def _notes(receipt: Receipt) -> str:
    return "".join(f"<p><b>{_text(note)}</b></p>" for note in receipt.notes)


def _lines(receipt: Receipt) -> str:
    if not receipt.lines:
        return ""
    rows = "".join(
        f"<tr><td>{_text(line.what)}</td>"
        + "".join(
            f'<td class="figure">{_text(text)}</td>'
            for text in (line.quantity, line.price, line.amount)
        )
        + "</tr>"
        for line in receipt.lines
    )
    foot = "".join(
        f'<tr><td colspan="3">{_text(name)}</td><td class="figure">{_text(amount)}</td></tr>'
        for name, amount in receipt.sums
    )
    titles = "".join(
        f"<th{' class=figure' if at else ''}>{name}</th>"
        for at, name in enumerate(receipt.columns)
    )
    return (
        f'<table class="lines"><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody>'
        f"<tfoot>{foot}</tfoot></table>"
    )


def _vat(receipt: Receipt) -> str:
    if not receipt.vat:
        return ""
    rows = "".join(
        f"<tr><td>{'Net' if rate == 'net' else f'VAT {_text(rate)}'}</td>"
        f'<td class="figure">{_text(base)}</td><td class="figure">{_text(vat)}</td></tr>'
        for rate, base, vat in receipt.vat
    )
    return (
        "<table><thead><tr><th>Of the payable</th><th class=figure>lines</th>"
        f"<th class=figure>amount</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _verdict(receipt: Receipt) -> str:
    name, style = ("Verified", "good") if receipt.good else ("NOT VERIFIED", "bad")
    said = "".join(f"<p>{_text(sentence)}</p>" for sentence in receipt.verdict)
    return f'<h2 class="{style}">{name}</h2>{said}'


def _code(receipt: Receipt) -> str:
    if not receipt.fits_qr:
        return '<p class="small">The record is too long for a QR code.</p>'
    code = segno.make_qr(receipt.record, error="l", boost_error=False, encoding="utf-8")
    drawn = code.svg_inline(border=0, omitsize=True, title="The signed record")
    return f'<div class="qr" style="flex:none">{drawn}</div>'
