"""The simulated charge point: cars come and go, meters turn, time runs; talks to the unix board.

Speaks the JSON lines of firmware/wattseal/hal/unix_world.py. Invents a card for every car; what is
on the card must never leave the firmware, and the receiver looks for it.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Mapping

from tools.outlet import Charged, Outlet
from tools.sessions import Session
from tools.sim_meter import SimMeter
from tools.sim_pulse import SimPulseMeter

_STEP_S = 0.02
_TAPER = 0.85  # part of the stay in which the energy is taken; then the car asks for nothing
# simulated time between the end of a skip and the next arrival: no more than two of the wall's
_LEAD_MS = 20_000
_LEAD_WALL_MS = 2_000
# A driver stays for the first current, and for a charge from then on: beside a clock that runs
# fast, a machine that is busy may have signed the begin only when the planned stay is over.
_PATIENCE_S = 20  # of the wall's time: then it is not to come
_LEAST_STAY = 0.5  # of the planned one, from the first current on


def profile(session: Session, duration_ms: int, part: float) -> tuple[float, int]:
    """(energy in Wh, power in W) after `part` (0 to 1) of a charge that begins at its peak power.

    The power falls as a car's does, along (1 - part)^k, with k such that the peak is the
    session's and the whole is its energy; flat where the time is too short for that peak.
    """
    mean_w = session.energy_wh * 3_600_000 / duration_ms
    k = max(0.0, session.p_max_w / mean_w - 1) if mean_w else 0.0
    left = 1 - part
    power_w = mean_w * (k + 1) * left**k if left else 0
    return session.energy_wh * (1 - left ** (k + 1)), int(power_w)


class World:
    """`run` plays the sessions; `charged` and `cards` fill up with what really happened.

    `may_skip()`: whether time without a car may pass at once; not while a session is being closed.
    """

    def __init__(
        self, sessions: list[Session], meters: Mapping[int, SimMeter | SimPulseMeter], speed: int
    ) -> None:
        self.sessions = sessions
        self.speed = speed
        self.outlets = {n: Outlet(n, m) for n, m in meters.items()}
        self.charged: list[Charged] = []
        self.cards: list[str] = []  # every identification presented
        self.came: dict[int, list[str]] = {}  # the same by connector, in order
        self.consents = False  # of each driver, to statistics
        self._waiting = list(sessions)
        self.may_skip: Callable[[], bool] = lambda: True
        self._writers: set[asyncio.StreamWriter] = set()
        self._lead_ms = min(_LEAD_MS, _LEAD_WALL_MS * speed)
        self._anchor = (time.monotonic(), sessions[0].arrival_ms - self._lead_ms)
        self._connected = asyncio.Event()  # time runs from the firmware's first connection on

    def utc_ms(self) -> int:
        wall, utc_ms = self._anchor
        return utc_ms + int((time.monotonic() - wall) * 1000 * self.speed)

    async def start(self) -> int:
        """Listen on a free local port; returns it."""
        self._server = await asyncio.start_server(self._firmware, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()

    async def run(self) -> None:
        """Until the last car has left and every contactor is open."""
        await self._connected.wait()
        while self._waiting or any(o.session or o.closed for o in self.outlets.values()):
            now_ms = self.utc_ms()
            for outlet in self.outlets.values():
                self._leave(outlet, now_ms)
                self._turn(outlet, now_ms)
            self._arrive(now_ms)
            self._skip(now_ms)
            await asyncio.sleep(_STEP_S)

    def _arrive(self, now_ms: int) -> None:
        while self._waiting and self._waiting[0].arrival_ms <= now_ms:
            session = self._waiting[0]
            outlet = self.outlets[session.connector]
            if outlet.session or outlet.closed:
                return  # the car before has not quite left
            self._waiting.pop(0)
            outlet.session, outlet.leaves_ms = session, session.departure_ms
            outlet.waits = time.monotonic() + _PATIENCE_S
            card = secrets.token_hex(7).upper()
            self.cards.append(card)
            self.came.setdefault(session.connector, []).append(card)
            presented = ["ISO14443", "VERIFIED", card]
            consent = self.consents
            self._show(outlet, plug=1, pilot=1, offer=1, id=presented, consent=consent)

    def _leave(self, outlet: Outlet, now_ms: int) -> None:
        if outlet.waits is not None and time.monotonic() < outlet.waits:
            return
        if outlet.session and now_ms >= outlet.leaves_ms:
            self._turn(outlet, now_ms)
            outlet.session = None
            self._show(outlet, plug=0, pilot=0, offer=1, id=None)

    def _turn(self, outlet: Outlet, now_ms: int) -> None:
        """Advance the register along the session's energy while the contactor is closed."""
        meter, session = outlet.meter, outlet.session
        if not (outlet.closed and session and outlet.charging):
            meter.power_w = 0
            return
        begin_ms, until_ms, begin_mwh = outlet.charging
        part = min(1.0, max(0.0, (now_ms - begin_ms) / (until_ms - begin_ms)))
        energy_wh, meter.power_w = profile(session, until_ms - begin_ms, part)
        meter.energy_mwh = max(meter.energy_mwh, begin_mwh + int(energy_wh * 1000))
        if isinstance(meter, SimPulseMeter):
            for levels in meter.levels():
                self._tell({"c": outlet.number, "s0": levels})
        if part == 1 and outlet.state.get("pilot"):
            self._show(outlet, pilot=0)

    def _skip(self, now_ms: int) -> None:
        """Time without a car passes at once."""
        if not self._waiting or any(o.session or o.closed for o in self.outlets.values()):
            return
        if not self.may_skip():
            return
        self.skip(self._waiting[0].arrival_ms - self._lead_ms - now_ms)

    def skip(self, skip_ms: int) -> None:
        """Let so much time pass at once; no car may be there."""
        if skip_ms > 0:
            wall, utc_ms = self._anchor
            self._anchor = (wall, utc_ms + skip_ms)
            self._tell({"skip_ms": skip_ms})

    def _show(self, outlet: Outlet, **changes: object) -> None:
        outlet.state = {"c": outlet.number, **outlet.state, **changes}
        self._tell(outlet.state)

    def _tell(self, message: dict) -> None:
        line = json.dumps(message).encode() + b"\n"
        for writer in self._writers:
            writer.write(line)

    async def _firmware(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the firmware: tell it time and inputs, follow its contactors."""
        if not self._connected.is_set():
            self._anchor = (time.monotonic(), self._anchor[1])
            self._connected.set()
        for outlet in self.outlets.values():
            self._contactor(outlet, False)  # open after every reset
        messages = [{"utc_ms": self.utc_ms(), "speed": self.speed}]
        messages += [o.state for o in self.outlets.values() if o.state]
        for message in messages:
            writer.write(json.dumps(message).encode() + b"\n")
        self._writers.add(writer)
        try:
            while line := await reader.readline():
                told = json.loads(line)
                if "contactor" in told:  # a lamp is nobody's to follow here
                    self._contactor(self.outlets[told["c"]], told["contactor"])
        except (ConnectionError, ValueError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
            for outlet in self.outlets.values():
                self._contactor(outlet, False)

    def _contactor(self, outlet: Outlet, closed: bool) -> None:
        if closed == outlet.closed:
            return
        now_ms = self.utc_ms()
        self._turn(outlet, now_ms)
        outlet.closed = closed
        if closed and outlet.session:
            self._charge(outlet, outlet.session, now_ms)
        elif not closed and outlet.open:
            outlet.meter.power_w = 0
            outlet.open.end_mwh = outlet.meter.served_energy_mwh()
            self.charged.append(outlet.open)
            outlet.open = None

    def _charge(self, outlet: Outlet, session: Session, now_ms: int) -> None:
        planned_ms = session.departure_ms - session.arrival_ms
        if outlet.waits is not None:
            outlet.leaves_ms = max(outlet.leaves_ms, now_ms + int(planned_ms * _LEAST_STAY))
            outlet.waits = None
        stay_ms = outlet.leaves_ms - now_ms
        until_ms = now_ms + max(1000, int(stay_ms * _TAPER))
        outlet.charging = (now_ms, until_ms, outlet.meter.energy_mwh)
        outlet.open = Charged(session, outlet.meter.served_energy_mwh())
