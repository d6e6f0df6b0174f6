"""What the commands print, as text for a person and as values for a program; judges nothing."""

import datetime

from rich.table import Table
from rich.text import Text

from tools.audit import words
from tools.audit.entry import Entry
from tools.audit.following import Finding, Follower
from tools.audit.self_reports import SelfReport
from tools.audit.verdict import Verdict
from tools.verify import facts
from wattseal.core import audit_chain

_SHORT = 16  # characters of a value in the table: of a mac or a hash the rest says nothing


def lines(found: Verdict) -> list[Text]:
    """The verdict: red what was found, yellow what was not looked at, green if all is well."""
    said = [Text(facts.clean(words.sentence(each)), "bold red") for each in found.findings]
    said += [Text(facts.clean(each)) for each in found.notes]
    said += [Text(facts.clean(each), "yellow") for each in found.unchecked]
    count = len(found.findings)
    if count:
        places = f"{count} place" + ("s" if count > 1 else "")
        return [*said, Text(f"NOT VERIFIED: {span(found.log)}, wrong in {places}.", "bold red")]
    if not found.keyed:
        return [*said, Text(f"MACS NOT CHECKED: {span(found.log)}, else in order.", "bold yellow")]
    return [*said, Text(f"VERIFIED: {span(found.log)}.", "green")]


def span(log: Follower) -> str:
    if not log.entries:
        return "no entry"
    first, last = min(log.entries), max(log.entries)
    return f"{len(log.entries)} entries, {first} to {last}"


def values(found: Verdict) -> dict:
    """`ok`: nothing was found; of the macs only with `macs_checked`."""
    log = found.log
    newest = log.entries[max(log.entries)] if log.entries else None
    return {
        "ok": not found.findings, "macs_checked": found.keyed,
        "entries": len(log.entries), "first": min(log.entries, default=None),
        "last": newest.number if newest else None,
        "head": _head(newest) if newest else None,
        "heads": found.heads, "heads_checked": found.heads_checked,
        "findings": [_finding(each) for each in found.findings],
        "notes": found.notes, "unchecked": found.unchecked,
    }  # fmt: skip


def table(entries: list[Entry]) -> Table:
    """One line for each entry."""
    grid = Table(box=None, pad_edge=False)
    for name in ("number", "time (UTC)", "who", "event", "object", "old", "new"):
        grid.add_column(name, justify="right" if name == "number" else "left", overflow="fold")
    for each in entries:
        event = words.EVENTS.get(each.what, each.what)
        cells = (moment(each), each.who, event, each.obj, _short(each.old), _short(each.new))
        grid.add_row(str(each.number), *(Text(facts.clean(cell)) for cell in cells))
    return grid


def self_table(found: SelfReport) -> Table:
    """A self-audit: green what is well, red what is not; the signature's line comes first."""
    when = moment_of(found.utc_s)
    title = facts.clean(f"{found.device}, firmware {found.firmware}, {when} UTC")
    grid = Table(title=Text(title), box=None)
    for name in ("", "what", "why"):
        grid.add_column(name)
    signed = ("signature", found.signed, "this key did not sign it")
    for name, well, why in [signed, *found.rows]:
        mark = Text("ok", "green") if well else Text("RED", "bold red")
        said = "" if well else facts.clean(why)
        grid.add_row(mark, Text(facts.clean(name)), Text(said, "" if well else "bold red"))
    return grid


def self_values(found: SelfReport, later: SelfReport | None = None) -> dict:
    """`ok`: signed, no line is red, and there is no `later` one, which may be the newest."""
    is_well = found.signed and all(row[1] for row in found.rows)
    return {
        "ok": is_well and not later, "signed": found.signed,
        "device": found.device, "firmware": found.firmware, "utc_s": found.utc_s,
        "head": found.head, "line": found.line,
        "rows": [{"name": name, "ok": well, "why": why} for name, well, why in found.rows],
        "later": self_values(later) if later else None,
    }  # fmt: skip


def entry_values(each: Entry) -> dict:
    return {
        "number": each.number, "utc_s": each.utc_s, "state": each.state, "event": each.what,
        "who": each.who, "object": each.obj, "old": each.old, "new": each.new,
        "mac": each.mac.hex(),
    }  # fmt: skip


def moment(each: Entry) -> str:
    """Such as 2026-01-01 00:00:05, unknown."""
    state = words.STATES[each.state]
    return f"{moment_of(each.utc_s)}, {state}" if state else moment_of(each.utc_s)


def moment_of(utc_s: int) -> str:
    """Such as 2026-01-01 00:00:05."""
    try:
        found = datetime.datetime.fromtimestamp(utc_s, datetime.timezone.utc)
        return f"{found:%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return f"second {utc_s}"


def _short(text: str) -> str:
    return text if len(text) <= _SHORT + 1 else text[:_SHORT] + "~"


def _head(newest: Entry) -> str:
    return f"{newest.number}-{newest.mac.hex()[: audit_chain.HEAD_DIGITS]}"


def _finding(found: Finding) -> dict:
    return {
        "kind": found.kind, "number": found.number, "last": found.last or found.number,
        "file": found.place.file, "line": found.place.line, "frame": found.place.frame or None,
        "said": words.sentence(found),
    }  # fmt: skip
