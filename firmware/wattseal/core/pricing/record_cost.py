"""What a finished session costs, by what its record says and nothing else: the record's `XC`.

The device writes it and whoever checks the record computes it anew, from the tariff, the readings'
times and error flags (`RD`) and the segments (`XS`, whole Wh) alone. The power of a segment is its
average; currents are in no record.
"""

from micropython import const

from wattseal.core.pricing.session_price import Pricing, Segment

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Generator, Iterator, Sequence

    from wattseal.core.entry import Entry
    from wattseal.core.pricing.tariff import Tariff

_BILLED_TIME = "CP"  # states whose time may cost something
_NO_TIME = "S"
_BEGUN = "N"
_POWER_FAILURE = "P"  # a TX
_NOT_BILLABLE = "time_not_billable"
_LONGEST_MS = 31 * 86400000
_NOT_VALID = "tariff_not_valid"


def of(tariff: "Tariff", entries: "Sequence[Entry]", rows: "list[list[Any]]") -> "dict[str, Any]":
    """The result of `steps`, at once."""
    pricing = steps(tariff, entries, rows)
    while True:
        try:
            next(pricing)
        except StopIteration as done:
            return done.value


def steps(
    tariff: "Tariff", entries: "Sequence[Entry]", rows: "list[list[Any]]"
) -> "Generator[None, None, dict[str, Any]]":
    """A step is a segment, for a small board has other things to do. The result has
    cur, lines, net, vat, gross, pay, lim, flags, th: as `Cost` has them, th the tariff's hash.

    Lines and flags are in order, whatever readings a session has beyond those at its boundaries.
    Of a session that began when the tariff was not valid: flags alone, and no price.

    `entries` and `rows`: RD and XS, from begin to end. PricingError for what no session has.
    """
    if not tariff.is_valid_at(_start_s(entries[0])):
        return {"flags": [_NOT_VALID]}
    pricing = Pricing(tariff, _start_s(entries[0]))
    timed = not any("t" in entry.ef for entry in entries)
    # the car may have charged in what a restart finds suspended
    untimed = not timed and entries[-1].tx == _POWER_FAILURE
    for number, segment in enumerate(_segments(entries, rows)):
        if not timed:
            untimed = untimed or segment.state in _BILLED_TIME
            # of the last one nobody knows how far the session came: it may be time without power
            segment.state = _BEGUN if number + 1 == len(rows) else _NO_TIME
        pricing.add(segment)
        yield
    cost = pricing.cost()
    if untimed and _NOT_BILLABLE not in cost.flags:
        cost.flags.append(_NOT_BILLABLE)
    return {
        "cur": tariff.values["cur"], "lines": sorted(cost.lines), "net": cost.net, "vat": cost.vat,
        "gross": cost.gross, "pay": cost.payable, "lim": cost.limit,
        "flags": sorted(cost.flags), "th": tariff.identity,
    }  # fmt: skip


def _start_s(begin: "Entry") -> int:
    """The UTC second from which the offsets of XS count."""
    return begin.utc_ms // 1000


def _is_trusted(entries: "Sequence[Entry]") -> bool:
    """Synchronised at the begin, and from there on at least the durations are right. A clock that
    says more than a month was set wrong; to follow its prices would take a small board minutes."""
    if entries[-1].utc_ms - entries[0].utc_ms > _LONGEST_MS:
        return False
    return entries[0].time_state == "S" and all(e.time_state in "SR" for e in entries)


def _segments(entries: "Sequence[Entry]", rows: "list[list[Any]]") -> "Iterator[Segment]":
    begin, end = entries[0], entries[-1]
    from_s = _start_s(begin)
    trusted = _is_trusted(entries)
    # what followed the last turn may be a part of a second, and be rounded away
    end_s = max(rows[-1][0], (end.utc_ms - begin.utc_ms + 500) // 1000)
    for number, (offset_s, wh, state) in enumerate(rows):
        until_s = rows[number + 1][0] if number + 1 < len(rows) else end_s
        segment = Segment(from_s + offset_s, from_s + until_s, state, wh * 1000)
        if until_s != offset_s:
            segment.power_w = wh * 3600 // (until_s - offset_s)
        segment.trusted = trusted
        yield segment
