"""What a search changes in a configuration: which meter is whose, and where that is written.

Guesses nothing: what could be two ways is a sentence, and stays as it is.
"""

from micropython import const

from wattseal.core import detect_text
from wattseal.core.settings import S0

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Sequence

    from wattseal.core.detect_lines import Line
    from wattseal.core.detect_models import Found
    from wattseal.core.settings import Connector

    Pair = tuple[int, str, int]  # index in the configuration's connectors, model, unit


def pairs(
    connectors: "Sequence[Connector]", bus: int, found: "list[Found]"
) -> "tuple[list[Pair], list[str]]":
    """Each connector of the bus with its meter, and a sentence for each that has none.

    `connectors`: all of the configuration, so that an index is that in its file. By the configured
    unit first; then the one meter that is left is that of the one connector that
    is left.
    """
    mine = [(i, row) for i, row in enumerate(connectors) if row.bus == bus and row.meter != S0]
    taken: list[Pair] = []
    left = list(found)
    for i, row in list(mine):
        for meter in found:
            if meter.unit == row.unit and meter.model(row.meter):
                taken.append((i, meter.model(row.meter), meter.unit))
                mine.remove((i, row))
                left.remove(meter)
    left = [meter for meter in left if any(meter.model(row.meter) for _, row in mine)]
    if len(mine) == 1 and len(left) == 1:
        i, row = mine.pop()
        taken.append((i, left[0].model(row.meter), left[0].unit))
    return taken, [_missing(row, left) for _, row in mine]


def _missing(row: "Connector", left: "list[Found]") -> str:
    where = "connector %d" % row.id
    if not left:
        return where + ": no meter that can be accepted was found for it"
    units = ", ".join(["%d" % meter.unit for meter in left])
    return where + ": its meter may be unit %s; set connectors[].unit and try again" % units


def apply(text: str, raw: "dict[str, object]", bus: int, line: "Line", found: "list[Pair]") -> str:
    """The configuration's text with the line of the bus and the meters written into it.

    `raw`: the text as parsed. NoPlace for one that is no configuration.
    """
    if "buses" not in raw:  # then there is one, with nothing said of it
        text = detect_text.change(text, ("buses",), "[{}]")
    baud, parity, stop_bits = line
    values = ("baud", "%d" % baud), ("parity", '"%s"' % parity), ("stop_bits", "%d" % stop_bits)
    for key, value in values:
        text = detect_text.change(text, ("buses", bus, key), value)
    for i, model, unit in found:
        text = detect_text.change(text, ("connectors", i, "meter"), '"%s"' % model)
        text = detect_text.change(text, ("connectors", i, "unit"), "%d" % unit)
    return text
