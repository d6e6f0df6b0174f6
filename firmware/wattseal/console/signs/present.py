"""Which faults there are now, by the codes of core.faults; mends nothing and tells nobody.

What was counted since the start stays until the next one; a state goes when it is over.
"""

from micropython import const

from wattseal import trouble
from wattseal.core import faults

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_SILENT_SAMPLES = const(3)  # one that fails now and then is counted, and no more


def states(firmware: "Firmware") -> "list[str]":
    """What is so now; the words are those of `status` and `live`."""
    found: list[str] = []
    for point in firmware.points:
        if point.faults_in_row >= _SILENT_SAMPLES and "unread" not in found:
            found.append("unread")
    if firmware.reserve.is_full():
        found.append("full")
    if any(connector.refusal for connector in firmware.connectors):
        found.append("refused")
    if firmware.journal.lost:
        found.append("lost")
    if firmware.stalled:
        found.append("stalled")
    if firmware.safe:
        found.append("safe_mode")  # and nothing is to be sent
    elif not firmware.board.link.is_up():
        found.append("link_down")
    elif not firmware.publisher.connected:
        found.append("offline")
    if firmware.begun and "boots_unkept" in firmware.begun[0]:
        found.append("boots_unkept")
    if firmware.board.clock.state() == "U":
        found.append("time_unknown")
    return found


def codes(firmware: "Firmware") -> "dict[str, int]":
    """All that there is and was since the start, with how often; 0 for a state."""
    found = dict.fromkeys(states(firmware), 0)
    found.update(trouble.counts(firmware))
    return found


def by_number(found: "dict[str, int]") -> "list[str]":
    """The worst first, what is only counted last, each by its letters."""
    return sorted(found, key=lambda code: (faults.number(code) or 100, code))
