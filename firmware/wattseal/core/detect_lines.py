"""Where a meter is looked for: lines and units in their order, and how long that may take.

Modbus over serial line V1.02: 2.2 for the units, 2.5.1 for the characters. Waits nowhere itself.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    Line = tuple[int, str, int]  # baud, parity, stop bits

# As meters are delivered, the most frequent first; then all other standard lines.
_DELIVERED = "9600N1 9600E1 19200E1 19200N1 2400N1 115200N1 9600O1 1200E1 1200N1"
_BAUDS = (9600, 19200, 38400, 115200, 57600, 4800, 2400, 1200)
_FORMATS = (("N", 1), ("E", 1), ("O", 1), ("N", 2))
# As meters are delivered: all at 1 but Iskra's at 33; ABB's are found at 2 as well.
USUAL_UNITS = (1, 33, 2)
FIRST_UNIT = const(1)
LAST_UNIT = const(247)

# The slowest meters take 600 ms to a reply (models' latency_ms): patience finds them all.
PATIENT_MS = const(700)
# Meters are known to reply within 40 to 60 ms. One that takes longer betrays itself: its reply
# comes while the next units are asked.
QUICK_MS = const(120)
_REQUEST_CHARACTERS = const(9)  # a read, and the first character of its reply
_CHARACTER_BITS = const(11)


def lines(first: "Sequence[Line]" = ()) -> "Iterator[Line]":
    """Every line once: `first`, those that meters are delivered with, all others."""
    given: list[Line] = []
    for group in (first, _delivered(), _all()):
        for line in group:
            if line not in given:
                given.append(line)
                yield line


def likely(first: "Sequence[Line]" = ()) -> int:
    """How many of `lines(first)` come before those that no meter is delivered with."""
    count = len(_DELIVERED.split())
    return count + len([line for line in first if line not in list(_delivered())])


def units(first: "Sequence[int]" = ()) -> "list[int]":
    """The units to ask before all: `first`, then the usual ones."""
    return list(first) + [unit for unit in USUAL_UNITS if unit not in first]


def wait_ms(line: "Line", patient: bool) -> int:
    """How long a reply is waited for: the request may still be on the wire when it is written."""
    wire_ms = _REQUEST_CHARACTERS * _CHARACTER_BITS * 1000 // line[0] + 1
    return wire_ms + (PATIENT_MS if patient else QUICK_MS)


def again(line: "Line", unit: int) -> "range":
    """Units to ask with patience when something came while `unit` was asked: a late reply is that
    of a unit asked before."""
    late = PATIENT_MS // wait_ms(line, False) + 1
    return range(max(FIRST_UNIT, unit - late), unit + 1)


def worst_ms(first: "Sequence[Line]" = (), asked: "Sequence[int]" = ()) -> int:
    """How long a search takes that finds nobody: what `app.detect_search` does, added up."""
    usual = len(units(asked))
    total_ms = 0
    for line in lines(first):
        quick_ms = wait_ms(line, False)
        patient_ms = wait_ms(line, True)
        total_ms += quick_ms * usual + PATIENT_MS
        total_ms += patient_ms * usual * 2
        # the last with patience, and a rest as long before it
        total_ms += quick_ms * (LAST_UNIT - usual) + patient_ms * 2
    return total_ms


def text(line: "Line") -> str:
    """As people write it: 9600 8N1."""
    return "%d 8%s%d" % line


def _delivered() -> "Iterator[Line]":
    for word in _DELIVERED.split():
        yield int(word[:-2]), word[-2], int(word[-1])


def _all() -> "Iterator[Line]":
    for parity, stop_bits in _FORMATS:
        for baud in _BAUDS:
            yield baud, parity, stop_bits
