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
    connectors: "Sequence[Connector]", bus: int, found: "list[Found]", named: "Sequence[int]"
) -> "tuple[list[Pair], list[str]]":
    """Each connector of the bus with its meter, and a sentence for each that has none.

    `connectors`: all of the configuration, so that an index is that in its file; `named`: the unit
    of each as its file has it, 0 for none. A meter is a connector's by the unit that is written
    down; else by its model, where no other connector's or meter's could be meant: there are meters
    of somebody else on a line.
    """
    mine = [(i, row) for i, row in enumerate(connectors) if row.bus == bus and row.meter != S0]
    taken: list[Pair] = []
    left = list(found)
    for i, row in list(mine):
        for meter in found:
            if meter.unit == named[i] and meter.model(row.meter):
                taken.append((i, meter.model(row.meter), meter.unit))
                mine.remove((i, row))
                left.remove(meter)
    missing: list[str] = []
    for i, row in mine:
        fit = [meter for meter in left if _fits(meter, row)]
        rivals = [other for _, other in mine if fit and _fits(fit[0], other)]
        if len(fit) == len(rivals) == 1:
            taken.append((i, row.meter, fit[0].unit))
        else:
            missing.append(_missing(row, fit, left))
    return taken, missing


def _fits(meter: "Found", row: "Connector") -> bool:
    return row.meter in meter.models and not meter.problems


def _missing(row: "Connector", fit: "list[Found]", left: "list[Found]") -> str:
    where = "connector %d" % row.id
    if fit:
        units = ", ".join(["%d" % meter.unit for meter in fit])
        return where + ": its meter may be unit %s; set connectors[].unit and try again" % units
    others = ", ".join(["%d" % meter.unit for meter in left if meter.model()])
    if not others:
        return where + ": no meter that can be accepted was found for it"
    return where + (
        ": no %s was found for it; if its meter is unit %s, set connectors[].unit and try again"
        % (row.meter, others)
    )


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
