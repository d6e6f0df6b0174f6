"""Which registers of a meter are read in one request, and what becomes of it when one is refused.

Some meters of a model answer shorter reads than its document says (SDM72: 10 of 60 registers). A
read is (function, address, registers). Asks nothing.
"""

from micropython import const

from wattseal.core import registers

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.models import Field, Model, Text

    Span = tuple[int, int, int]

_REFUSALS = (2, 3)  # exceptions: illegal address, which the last register may be; illegal value
_CUTS = const(2)  # in row: a single one may be noise
_APART = const(2)  # registers: nothing is read in halves of a value


class Plan:
    """`both`: the one read for everything, or None; then `power`, and `energy` after it.

    All parts of an energy are always in one read, or a carry between two would be a wrong kWh.
    """

    def __init__(self, model: "Model") -> None:
        counters = model.energy + ((model.exponent,) if model.exponent else ())
        function, start, count = span(counters)
        self.energy = (function, start, count + model.beside)
        self.power = span(model.power)
        self.both: Span | None = None
        self._cuts = 0
        if model.power[0][0] == function:
            both = span(counters + model.power)
            if both[2] <= model.max_registers:
                self.both = both
                self._keep_apart(both)

    def answered(self) -> None:
        """`both` was."""
        self._cuts = 0

    def refused(self, code: int, cut: bool) -> bool:
        """`both` was answered by the exception `code`, or by a reply that was cut, or neither.

        True: it is given up, for as long as the firmware runs.
        """
        self._cuts = self._cuts + 1 if cut else 0
        halves = max(self.energy[2], self.power[2])
        if not self.both or halves >= self.both[2]:
            return False  # there is nothing shorter
        if code not in _REFUSALS and self._cuts < _CUTS:
            return False
        self.both = None
        return True

    def _keep_apart(self, both: "Span") -> None:
        """Give the energy's own reply another length than the power's: a late one cannot fit.

        The registers beside it are of those that both are read with.
        """
        function, start, count = self.energy
        if count == self.power[2]:
            start = start - _APART if start - _APART >= both[1] else start
            self.energy = (function, start, count + _APART)


def span(fields: "tuple[Field | Text, ...]") -> "Span":
    """The one read that holds the fields, all of one function."""
    start = min([field[1] for field in fields])
    return fields[0][0], start, max([field[1] + _registers(field) for field in fields]) - start


def _registers(field: "Field | Text") -> int:
    if field[2] == "text" or field[2] == "hex":
        return field[3]
    return registers.KINDS[field[2]][0]
