"""The flash operations of a scenario of the power cuts, for a person to read; MicroPython only."""

import virtual_time

virtual_time.install()

from cut_lives import SCENARIOS  # noqa: E402
from nor_flash import ERASE  # noqa: E402
from power_cuts import Recording  # noqa: E402


def listed(scenario, ring=False, progsize=32):
    """["erase 4096" or "program 4096 +128", ...] with "T3 stored", "T3 received" in between."""
    recording = Recording(scenario, medium=SCENARIOS[scenario].medium(ring, progsize))
    events = [(row[0], "T%d stored" % row[1]) for row in recording.watch.promised]
    events += [(row[0], "T%d received" % row[1]) for row in recording.watch.received]
    events.sort(key=lambda event: event[0])
    rows = []
    for at, (kind, address, data) in enumerate(recording.log):
        while events and events[0][0] <= at:
            rows.append(events.pop(0)[1])
        rows.append("%s %d%s" % (kind, address, "" if kind == ERASE else " +%d" % len(data)))
    return rows + [event[1] for event in events]


def cases(scenarios, ring=False):
    """(scenario, operations, what they are): of the protocol of `make faults` only the form."""
    for scenario in scenarios:
        rows = listed(scenario, ring)
        operations = [row for row in rows if row[0] != "T"]
        yield scenario + (", ring" if ring else ", files"), len(operations), rows
