"""The charge point's side of each connector over plain pins; decides nothing about a session.

A pin here is anything with `value()`: machine.Pin, or machine.Signal where low means yes.
"""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from machine import Pin, Signal

    from wattseal.contracts import Watcher

    Level = Pin | Signal

_PLUG = const(1)
_PILOT = const(2)
_OFFER = const(4)
_POLL_MS = const(10)
_STEADY_POLLS = const(5)  # a change counts once it has held for 50 ms; a contactor bounces for 10
# How long an identification waits for a plug (OCPP 2.0.1: EVConnectionTimeOut).
_EV_CONNECTION_TIMEOUT_MS = const(60000)


class Place:
    """One connector: its three pins and what was presented at it."""

    def __init__(self, plug: "Level", pilot: "Level", offer: "Level") -> None:
        self._pins = (plug, pilot, offer)
        self.levels = 0
        self._seen = 0
        self._steady = 0
        self._unplugged_ms = 0
        self.identification: tuple[str, str, str] | None = None
        self.stop = ""
        self.changed: Watcher | None = None

    def present(self, identification: "tuple[str, str, str]") -> None:
        self.identification = identification
        self._unplugged_ms = 0
        self.tell()

    def tell(self) -> None:
        if self.changed is not None:
            self.changed.set()

    def poll(self) -> None:
        plug, pilot, offer = self._pins
        seen = (
            (_PLUG if plug.value() else 0)
            | (_PILOT if pilot.value() else 0)
            | (_OFFER if offer.value() else 0)
        )
        self._steady = self._steady + 1 if seen == self._seen else 1
        self._seen = seen
        if self._steady >= _STEADY_POLLS and seen != self.levels:
            self._settle(seen)
        if self.identification and not self.levels & _PLUG:
            self._unplugged_ms += _POLL_MS
            if self._unplugged_ms >= _EV_CONNECTION_TIMEOUT_MS:
                self.identification = None

    def _settle(self, levels: int) -> None:
        if self.levels & _PLUG and not levels & _PLUG:
            self.identification = None
            self.stop = ""
        self.levels = levels
        self.tell()


class PinInputs:
    """contracts.Inputs. `places`: {connector: Place}. Nothing is plugged until `run` has run."""

    def __init__(self, places: "dict[int, Place]") -> None:
        self._places = places

    def plugged(self, connector: int) -> bool:
        return bool(self._places[connector].levels & _PLUG)

    def requesting(self, connector: int) -> bool:
        return bool(self._places[connector].levels & _PILOT)

    def offering(self, connector: int) -> bool:
        return bool(self._places[connector].levels & _OFFER)

    def identification(self, connector: int) -> "tuple[str, str, str] | None":
        return self._places[connector].identification

    def stop_request(self, connector: int) -> str:
        return self._places[connector].stop

    def watch(self, connector: int, changed: "Watcher") -> None:
        self._places[connector].changed = changed

    def present(self, connector: int, it: str, il: str, data: str) -> None:
        """A reader or local controller hands over an identification: OCMF IT, IL and the data.

        It is forgotten when the plug is drawn, or when none comes within a minute.
        """
        self._places[connector].present((it, il, data))

    def request_stop(self, connector: int, tx: str) -> None:
        """End the session with OCMF TX `tx` ("L", "R", "A"); forgotten when the plug is drawn."""
        place = self._places[connector]
        if place.levels & _PLUG:
            place.stop = tx
            place.tell()

    async def run(self) -> None:
        """Poll the pins for ever."""
        while True:
            for place in self._places.values():
                place.poll()
            await asyncio.sleep_ms(_POLL_MS)


class PinContactor:
    """contracts.Contactor. `pins`: {connector: output pin}, high closes; all open at first."""

    def __init__(self, pins: "dict[int, Pin]") -> None:
        self._pins = pins
        for connector in pins:
            self.open(connector)

    def close(self, connector: int) -> None:
        self._pins[connector].value(1)

    def open(self, connector: int) -> None:
        self._pins[connector].value(0)
