"""Verdicts for a person, as text, and for a program, as plain JSON values; judges nothing."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools.verify import facts, findings
from tools.verify.prices import Price
from tools.verify.trail import BEGUN, FAILED, NOT_BILLABLE, UNPROVEN, VERIFIED, Row, Trail
from tools.verify.verdict import Verdict

_UNPROVEN = "Its tariff is not known, so the price was not computed anew; give --tariff FILE."
WIDTH_NO_TERMINAL = 120
_LEAST_WIDTH = 80


def console(width: int = WIDTH_NO_TERMINAL) -> Console:
    """Of the terminal's width, or without one of this, which keeps a table's row on a line. A
    narrower terminal than usual folds lines: no figure is cut off."""
    plain = Console(highlight=False, markup=False, emoji=False)
    plain.width = max(plain.width, _LEAST_WIDTH) if plain.is_terminal else width
    return plain


def headline(verdict: Verdict, price: Price | None = None) -> str:
    if not verdict.ok or (price and price.findings):
        return "NOT VERIFIED"
    if price and price.proven is None:
        return "VERIFIED session, its PRICE UNPROVEN"
    if verdict.complete:
        return "VERIFIED session"
    only = "the begin" if verdict.begin and not verdict.end else "a part"
    return f"NO VERIFIED SESSION, only {only} of one, with a good signature"


def record(
    verdict: Verdict, name: str, rules: str, key: str, price: Price | None = None
) -> tuple[Text, Table]:
    """Everything about one record, or about a transaction in two."""
    rows = [("rules", rules), ("signature", f"{signature_word(verdict)} (key {key[:16]})")]
    found = [*verdict.findings, *(price.findings if price else ())]
    rows += [("finding", findings.sentence(finding)) for finding in found]
    if price and price.proven is None:
        rows.append(("beware", _UNPROVEN))
    if verdict.head and not verdict.signature_ok:
        rows.append(("beware", "What follows is what the record says; nobody vouches for it."))
    rows += [
        ("pagination", facts.clean(verdict.head.get("PG") or "")),
        ("energy", facts.energy(verdict)),
        ("begin", facts.moment(verdict.begin)),
        ("end", facts.moment(verdict.end)),
        ("duration", facts.duration(verdict)),
        ("price", _price(price)),
        *facts.names(verdict).items(),
    ]
    grid = Table(box=None, show_header=False)
    for label, value in rows:
        if value:
            grid.add_row(label, Text(value))
    return Text(facts.clean(f"{name}: {headline(verdict, price)}")), grid


def remarks(found: Trail) -> list[str]:
    """One sentence for each finding, then paginations, open sessions and the sums."""
    said = [
        f"T{row.message.pagination} (line {row.message.line}): {findings.sentence(finding)}"
        for row in found.rows for finding in row.findings
    ]  # fmt: skip
    said += [
        f"T{row.message.pagination}: the device gives as the reason: {row.message.reason}."
        for row in found.rows if row.state == NOT_BILLABLE and row.message.reason
    ]  # fmt: skip
    said += [
        f"T{row.message.pagination}: {_UNPROVEN}" for row in found.rows if row.state == UNPROVEN
    ]
    said += [
        f"Meter {serial}: {wh} Wh between the sessions here, which none of them bills."
        for serial, wh in found.between_wh.items() if wh
    ]  # fmt: skip
    said += _key_words(found)
    missing = ", ".join(facts.span(*gap) for gap in found.missing)
    first, last = found.rows[0].message.pagination, found.rows[-1].message.pagination
    said.append(f"Paginations {facts.span(first, last)}, missing: {missing or 'none'}.")
    if first > 1:
        said.append(
            f"{facts.span(1, first - 1)} not in this file; what followed T{last} is not known."
        )
    repeated = ", ".join(f"T{number}" for number in found.repeated)
    said.append(f"Paginations delivered again, unchanged: {repeated or 'none'}.")
    still = [f"T{row.message.pagination}" for row in found.open if row.state == BEGUN]
    if still:
        said.append(f"Begun and not closed yet, so no verified session: {', '.join(still)}.")
    said.append(_counts(found, len(still)))
    return [facts.clean(sentence) for sentence in said]


def _key_words(found: Trail) -> list[str]:
    """Whether it is the key or the records that do not fit."""
    bad = [row for row in found.rows if not row.verdict.signature_ok]
    if not bad:
        return []
    if len(bad) == len(found.rows):
        return [f"None of {len(bad)} records fits this key: it is likely another device's."]
    names = ", ".join(f"T{row.message.pagination}" for row in bad)
    return [
        f"The key fits the other records, so these are not as the device signed them: {names}."
    ]


def _counts(found: Trail, still_open: int) -> str:
    back = sum(r.state == VERIFIED and r.message.kind == "correction" for r in found.rows)
    proven = sum(r.state == VERIFIED and r.price is not None for r in found.rows)
    unproven = found.count(UNPROVEN)
    return (
        f"{found.count(VERIFIED) - back} sessions verified, {found.count(NOT_BILLABLE)} not "
        f"billable, {still_open} open, {found.count(FAILED)} records failed"
        + (f", {back} corrections" if back else "")
        + (f"; {proven} prices computed anew and equal" if proven else "")
        + (f"; {unproven} prices UNPROVEN" if unproven else "")
        + "."
    )


def record_values(verdict: Verdict, price: Price | None = None) -> dict:
    """`energy_wh` is an integer, or a text when it is no whole number. `price_proven`: None when
    the tariff is not known, true where there is no price at all."""
    wh = verdict.energy_wh
    more = price.findings if price else ()
    good = verdict.ok and not more
    return {
        "ok": good, "session_verified": good and verdict.complete,
        "signature_ok": verdict.signature_ok, "complete": verdict.complete,
        "price": price.text if price else None, "price_proven": price.proven if price else True,
        "findings": findings.rows([*verdict.findings, *more]),
        "pagination": verdict.head.get("PG"),
        "energy_wh": wh if wh is None or isinstance(wh, int) else str(wh),
        "begin": (verdict.begin or {}).get("TM"), "end": (verdict.end or {}).get("TM"),
        "duration_s": facts.duration_s(verdict), "names": facts.names(verdict),
    }  # fmt: skip


def trail_values(found: Trail) -> dict:
    return {
        "device": found.device, "ok": found.ok,
        "missing": [list(gap) for gap in found.missing], "repeated": found.repeated,
        "open": [row.message.session for row in found.open], "between_wh": found.between_wh,
        "records": [_row_values(row) for row in found.rows],
    }  # fmt: skip


def _row_values(row: Row) -> dict:
    message = row.message
    return {
        **record_values(row.verdict, row.price), "findings": findings.rows(row.findings),
        "state": row.state.lower().replace(" ", "_"), "line": message.line,
        "connector": message.connector, "kind": message.kind, "session": message.session,
        "reason": message.reason,
    }  # fmt: skip


def _price(price: Price | None) -> str:
    if price is None:
        return ""
    said = {True: "computed anew and equal", False: "NOT what it must be", None: "unproven"}
    return f"{price.text or '?'}, {said[price.proven]}" if price.text != "none" else "none"


def signature_word(verdict: Verdict) -> str:
    return "good" if verdict.signature_ok else "NOT GOOD"
