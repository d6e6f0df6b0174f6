"""Cars at an emulated charge point: they plug in, show a card, charge and leave; judges nothing.

Acts on what the board does: a card is shown again after a power cut until the contactor closes.
"""

from dataclasses import dataclass, field

PLUG, PILOT, OFFER, CONTACTOR = range(4)  # of a connector's pins; inputs are low for yes
_JUST_S = (0.5, 3.0)


@dataclass(frozen=True)
class Visit:
    """One session: real energy in a short time. `charge_s`: the energy flows; then it parks."""

    name: str
    connector: int
    energy_mwh: int
    power_w: int
    charge_s: float
    park_s: float

    @property
    def load(self) -> dict:
        """As the emulated meter takes it."""
        return {
            "energy_mwh": self.energy_mwh, "seconds": self.charge_s, "power_w": self.power_w,
        }  # fmt: skip


@dataclass
class Bay:
    """One connector: its pins, its meter's unit, the cars that will come, and the one there."""

    pins: tuple[int, int, int, int]
    unit: int
    visits: list[Visit]
    card: str = ""
    began_s: float | None = None  # the contactor closed
    next_s: float = 0.0
    shown_s: float = 0.0
    pilot: bool = False


@dataclass
class Cars:
    """`tick` returns (pins to set, console lines); `done` when all have left."""

    bays: dict[int, Bay]
    gap_s: float = 2.0
    again_s: float = 4.0  # a card that did nothing is shown again
    cards: list[str] = field(default_factory=list)
    left: int = 0

    @property
    def done(self) -> bool:
        return all(not bay.visits and not bay.card for bay in self.bays.values())

    def has_begun(self, t_s: float) -> bool:
        """A session has, just now, and goes on for longer than a command takes."""
        began = [bay.began_s for bay in self.bays.values() if bay.began_s is not None]
        return any(_JUST_S[0] <= t_s - began_s < _JUST_S[1] for began_s in began)

    def boot(self, t_s: float) -> list[tuple[int, int]]:
        """The board starts: its outputs are off, its inputs as the cars have them."""
        inputs = []
        for bay in self.bays.values():
            bay.shown_s = t_s - self.again_s + 1.5  # by then the firmware listens
            inputs += [
                (bay.pins[PLUG], 0 if bay.card else 1),
                (bay.pins[PILOT], 0 if bay.pilot else 1),
                (bay.pins[OFFER], 0),
            ]
        return inputs

    def output(self, t_s: float, pin: int, level: int) -> list[tuple[int, dict]]:
        """A contactor has moved: the loads that begin with it, each (meter's unit, load)."""
        loads = []
        for bay in self.bays.values():
            if pin == bay.pins[CONTACTOR] and level and bay.card and bay.began_s is None:
                bay.began_s = t_s
                loads.append((bay.unit, bay.visits[0].load))
        return loads

    def tick(self, t_s: float) -> tuple[list[tuple[int, int]], list[str]]:
        inputs: list[tuple[int, int]] = []
        lines: list[str] = []
        for number, bay in self.bays.items():
            self._step(t_s, number, bay, inputs, lines)
        return inputs, lines

    def _step(self, t_s: float, number: int, bay: Bay, inputs: list, lines: list) -> None:
        if not bay.card:
            if bay.visits and t_s >= bay.next_s:
                self._arrive(bay, inputs)
            return
        visit = bay.visits[0]
        if bay.began_s is None:
            if t_s - bay.shown_s >= self.again_s:
                bay.shown_s = t_s
                lines.append(f"present {number} ISO14443 VERIFIED {bay.card}")
            return
        stayed_s = t_s - bay.began_s
        if bay.pilot and stayed_s >= visit.charge_s:
            bay.pilot = False
            inputs.append((bay.pins[PILOT], 1))
        if stayed_s >= visit.charge_s + visit.park_s:
            self._leave(t_s, bay, inputs)

    def _arrive(self, bay: Bay, inputs: list) -> None:
        bay.card = f"04{len(self.cards) + 1:012X}"
        self.cards.append(bay.card)
        bay.pilot, bay.shown_s = True, float("-inf")
        inputs += [(bay.pins[PLUG], 0), (bay.pins[PILOT], 0)]

    def _leave(self, t_s: float, bay: Bay, inputs: list) -> None:
        bay.card, bay.began_s, bay.next_s = "", None, t_s + self.gap_s
        bay.pilot = False
        bay.visits.pop(0)
        self.left += 1
        inputs += [(bay.pins[PILOT], 1), (bay.pins[PLUG], 1)]
