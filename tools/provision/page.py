"""The commissioning report, a page of HTML for A4 and the same as text; holds no secret."""

import html
import io
from dataclasses import dataclass, field

import segno

from tools.provision.checks import Row

_STYLE = """
@page { size: A4; margin: 18mm }
body { font: 10.5pt/1.4 system-ui, sans-serif; color: #111; max-width: 174mm; margin: 6mm auto }
h1 { font-size: 17pt; margin: 0 } h2 { font-size: 11.5pt; margin: 5mm 0 1mm }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 1mm 2mm; border-bottom: .2mm solid #bbb }
th { font-weight: 600; width: 42mm } thead th { width: auto }
code { font: 9pt ui-monospace, monospace; word-break: break-all }
.top { display: flex; justify-content: space-between; gap: 8mm } .top svg { width: 34mm }
.bad { font-weight: 700 } .sign { display: flex; gap: 10mm; margin-top: 16mm }
.sign div { flex: 1; border-top: .3mm solid #111; padding-top: 1mm; font-size: 9pt }
"""


@dataclass
class Facts:
    """What the report tells. `meters`: connector, model, unit, serial number, register, each."""

    device: str
    fingerprint: str
    when: str
    rows: list[tuple[str, str]]
    meters: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    checks: list[Row] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return bool(self.checks) and all(row.good for row in self.checks)


_SIGNED = "Signed: ____________________  Date: ____________"
_HEADS = ("connector", "model", "unit", "serial number", "register")


def as_text(facts: Facts) -> str:
    out = [f"Commissioning report, {facts.when}", "", f"device          {facts.device}"]
    out += [f"fingerprint     {facts.fingerprint}"]
    out += [f"{name:15} {value}" for name, value in facts.rows]
    for meter in facts.meters:
        told = [f"{name} {value}" for name, value in zip(_HEADS, meter, strict=True)]
        out.append(f"{'meter':15} {', '.join(told)}")
    out += ["", *(f"[{'x' if r.good else ' '}] {r.name}: {r.told}" for r in facts.checks)]
    return "\n".join([*out, "", "Charger: ____________________", _SIGNED, ""])


def as_html(facts: Facts) -> str:
    """One page; it needs no other file."""
    rows = "".join(_row(name, value) for name, value in facts.rows)
    heads = "".join(f"<th>{name}</th>" for name in _HEADS)
    meters = "".join(
        "<tr>" + "".join(f"<td>{html.escape(v)}</td>" for v in meter) + "</tr>"
        for meter in facts.meters
    )
    checks = "".join(
        f'<tr><td class="{"good" if row.good else "bad"}">{"&#10003;" if row.good else "&#10007;"}'
        f"</td><td>{html.escape(row.name)}</td><td>{html.escape(row.told)}</td></tr>"
        for row in facts.checks
    )
    verdict = "all checks passed" if facts.good else "not all checks passed"
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Commissioning of {facts.device}</title>
<style>{_STYLE}</style></head><body>
<div class="top"><div><h1>Commissioning report</h1><p>{facts.when}, {verdict}</p>
<p>Device <code>{facts.device}</code><br>SHA-256 of its public key<br>
<code>{facts.fingerprint}</code></p></div>{_code(facts)}</div>
<h2>Device</h2><table>{rows}</table>
<h2>Meters</h2><table><thead><tr>{heads}</tr></thead>{meters}</table>
<h2>Checks</h2><table>{checks}</table>
<div class="sign"><div>Charger: its number, or where it stands</div></div>
<div class="sign"><div>Name, commissioned by</div><div>Signature</div><div>Date</div></div>
</body></html>
"""


def _row(name: str, value: str) -> str:
    return f"<tr><th>{html.escape(name)}</th><td><code>{html.escape(value)}</code></td></tr>"


def qr(facts: Facts) -> segno.QRCode:
    """The device and its key's fingerprint, for whoever compares them later."""
    return segno.make_qr(f"wattseal:{facts.device}:{facts.fingerprint}", error="m")


def _code(facts: Facts) -> str:
    out = io.BytesIO()
    qr(facts).save(out, kind="svg", xmldecl=False, svgns=True, border=1)
    return out.getvalue().decode().replace(' width="', ' data-width="').replace(
        ' height="', f' viewBox="0 0 {qr(facts).symbol_size(1, 1)[0]} '
        f'{qr(facts).symbol_size(1, 1)[1]}" data-height="', 1)  # fmt: skip
