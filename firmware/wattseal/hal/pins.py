"""The charge point's side of each connector over plain pins; decides nothing about a session.

Inputs are low for yes. An interrupt tells that one has changed; what counts is what is seen in
the looks that follow, and a look now and then makes up for an interrupt that never came.
"""

import asyncio
import time

from micropython import RingIO, const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from machine import Pin

    from wattseal.contracts import Watcher

_PLUG = const(1)
_PILOT = const(2)
_OFFER = const(4)
_POLL_MS = const(10)  # while something changes
_STEADY_POLLS = const(6)  # a change counts once it has held for 50 ms; a contactor bounces for 10
_CALM_POLL_MS = const(1000)
# How long an identification waits for a plug (OCPP 2.0.1: EVConnectionTimeOut).
_EV_CONNECTION_TIMEOUT_MS = const(60000)


class Place:
    """One connector: its three pins and what was presented at it."""

    def __init__(self, plug: "Pin", pilot: "Pin", offer: "Pin") -> None:
        self.pins = (plug, pilot, offer)
        self.levels = 0
        self._seen = 0
        self._steady = bytearray(3)  # so many looks in a row each pin has shown the same
        self._presented_ms = 0
        self.identification: tuple[str, str, str] | None = None
        self.stop = ""
        self.changed: Watcher | None = None

    def present(self, identification: "tuple[str, str, str]") -> None:
        self.identification = identification
        self._presented_ms = time.ticks_ms()
        self.tell()

    def tell(self) -> None:
        if self.changed is not None:
            self.changed.set()

    def poll(self, now_ms: int) -> bool:
        """Look at the pins; True while a change is to be looked at again soon."""
        plug, pilot, offer = self.pins
        seen = (
            (0 if plug.value() else _PLUG)
            | (0 if pilot.value() else _PILOT)
            | (0 if offer.value() else _OFFER)
        )
        moved, levels = seen ^ self._seen, self.levels
        self._seen = seen
        for i in range(3):  # each by itself: one that hums must not hide that the plug is drawn
            looks = 1 if moved >> i & 1 else min(self._steady[i] + 1, _STEADY_POLLS)
            self._steady[i] = looks
            if looks == _STEADY_POLLS:
                levels = levels & ~(1 << i) | seen & 1 << i
        if levels != self.levels:
            self._settle(levels)
        if self.identification and not self.levels & _PLUG:
            waited_ms = time.ticks_diff(now_ms, self._presented_ms)
            if waited_ms >= _EV_CONNECTION_TIMEOUT_MS:
                self.identification = None
        return seen != self.levels

    def _settle(self, levels: int) -> None:
        if self.levels & _PLUG and not levels & _PLUG:
            self.identification = None
            self.stop = ""
        self.levels = levels
        self.tell()


class PinInputs:
    """contracts.Inputs. `places`: {connector: Place}. Nothing is plugged until `run` has run."""

    resting = False

    def __init__(self, places: "dict[int, Place]") -> None:
        self._places = places
        self._notes = RingIO(1)  # that a pin has changed: an interrupt may fill it, asyncio waits
        self._noted: Any = asyncio.StreamReader(self._notes)
        self._armed = False
        self.beats = 0  # looks at the pins
        self._handler = self._changed

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
        """Follow the pins for ever."""
        while True:
            changing = self._poll()
            self.beats += 1
            if changing or not self._armed:
                await asyncio.sleep_ms(_POLL_MS)
                self._arm()  # before the next look: whatever changes after it is noted
            else:
                await self._noted.read(1)

    async def remind(self) -> None:
        """Have the pins looked at now and then, for ever, whatever the interrupts do."""
        while True:
            self._notes.write(b"!")
            await asyncio.sleep_ms(_CALM_POLL_MS)

    def _poll(self) -> bool:
        now_ms = time.ticks_ms()
        changing = False
        for place in self._places.values():
            changing = place.poll(now_ms) or changing
        return changing

    def _arm(self) -> None:
        if not self._armed:
            self._armed = True  # before the interrupts, which may come at once
            for place in self._places.values():
                for pin in place.pins:
                    pin.irq(self._handler)  # either edge

    def _changed(self, pin: "Pin") -> None:
        """An interrupt's; one is enough: a pin that hums must not keep the chip busy."""
        pin.irq(None)
        self._armed = False
        self._notes.write(b"!")


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
