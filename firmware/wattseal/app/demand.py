"""What is asked of one connector now: a start, an end, or nothing; switches and records nothing.

An identification asks for a start while its plug is in and nothing asks for an end. Once a session
has begun only the plug and a stop request end it; another card at the reader changes nothing.
"""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.sampler import MeterPoint
    from wattseal.contracts import Inputs

    Presented = tuple[str, str, str]  # OCMF IT, OCMF IL, the identification itself

_MAY_BE_ASKED = ("E", "L", "R", "A")  # OCMF TX; "P" only a reset knows
_ABORT = "A"


class Demand:
    """One connector's inputs, and whether its plug was drawn while nobody looked.

    `set` makes it an asyncio.Event to the inputs and to the sampler: an unplugging counts although
    the next car is plugged in before the connector's task runs again.
    """

    def __init__(self, inputs: "Inputs", connector: int) -> None:
        self._inputs = inputs
        self._connector = connector
        self._point: MeterPoint | None = None
        self._changed = asyncio.Event()
        self._changed.set()  # nobody has looked yet
        self.drawn = False  # since the last start was asked for
        self.parked = False  # nothing is open any more, and the car has not left
        self.beats = 0  # its connector has looked
        self.untimed: Callable[[], bool] = lambda: False  # a begin would have no time, but soon

    @property
    def resting(self) -> bool:
        """Nothing was told since then, or it waits for a sample, which the sampler answers for:
        whoever looks for a meter keeps the samples away."""
        return not self._changed.is_set() or bool(self._point and self._point.asked)

    def watch(self, point: "MeterPoint") -> None:
        """Be told of every change of the inputs and of every sample."""
        self._point = point
        self._inputs.watch(self._connector, self)
        point.watchers.append(self)

    def set(self) -> None:
        if not self._inputs.plugged(self._connector):
            self.drawn = True
        self._changed.set()

    async def changed(self) -> None:
        await self._changed.wait()
        self._changed.clear()
        self.beats += 1

    async def start(self) -> "Presented":
        """Return the identification that asks for a start, once there is one."""
        presented = self.presented()
        while presented is None or self.untimed():
            await self.changed()
            presented = self.presented()
        self.drawn = False
        return presented

    async def unplugged(self) -> None:
        """Return once the plug is out, or has been since the last start."""
        self.parked = True
        while not self.drawn and self._inputs.plugged(self._connector):
            await self.changed()
        self.parked = False

    def presented(self) -> "Presented | None":
        inputs = self._inputs
        if not inputs.plugged(self._connector) or inputs.stop_request(self._connector):
            return None
        return inputs.identification(self._connector)

    def still(self, presented: "Presented") -> bool:
        """Whether the start that `presented` asked for is still wanted, by the same plug-in."""
        return not self.drawn and self.presented() == presented

    def end(self) -> str:
        """The OCMF TX that is asked for, "" for none; a stop that has no name is an abort."""
        if self.drawn or not self._inputs.plugged(self._connector):
            return "L"
        stop = self._inputs.stop_request(self._connector)
        return stop if not stop or stop in _MAY_BE_ASKED else _ABORT
