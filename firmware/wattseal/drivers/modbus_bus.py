"""Modbus master on one line; must never return a value that was not asked for.

One request at a time, in steps: the silence before it (modbus_doubt), the request itself, and
what is heard then (modbus_reply). The end of a reply is its expected length, silence only the
fallback. A request whose good reply has not come leaves the line in doubt, and in doubt nothing is
asked until the slowest reply can no longer come and the line is silent. Waiting is wall time, and
the asker's. A request keeps nothing allocated, but for a fault, and needs no heap.
"""

import time

from micropython import const

from wattseal.core import modbus, modbus_rtu
from wattseal.drivers.modbus_doubt import Doubt
from wattseal.drivers.modbus_fault import BusFault
from wattseal.drivers.modbus_reply import FRAME_BYTES, Prefixes, Reply
from wattseal.drivers.modbus_wait import Wait

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.contracts import Serial

_GAP_MS = const(2)  # between two frames above 19200 baud; below, 3.5 characters are longer
_OUTCOMES = ("timeout", "line", "echo", "stray", "babble", "split")
_OVER = const(-1)  # ms: there is nothing to wait for any more
_RESTING, _SENDING, _HEARING = const(0), const(1), const(2)


class ModbusBus:
    """The one owner of a `contracts.Serial`. `counters`: what came of all requests.

    `framing`: core.modbus_rtu or core.modbus_tcp. `timeout_ms`: the longest wait for a reply.
    `gap_ms`: 3.5 characters, which a slow line needs (5 at 9600 baud).

    While nobody is `asking`, `begin` takes a request. It returns after how many milliseconds a
    `step` is worth a call, and so does each step, until that is negative; then `registers` or
    `check` tell what came of it. Whoever gives up before has to `cancel` it.
    """

    def __init__(
        self, serial: "Serial", timeout_ms: int = 1000, framing: "modbus.Framing" = modbus_rtu,
        gap_ms: int = _GAP_MS,
    ) -> None:  # fmt: skip
        self._serial = serial
        self._most_ms = timeout_ms
        self._framing = framing
        self.at = framing.AT
        self.request = bytearray(FRAME_BYTES)  # its PDU stands at `at`
        self._frames = Prefixes(memoryview(self.request))
        self.counters: dict[str, int] = dict.fromkeys(modbus.VERDICTS + _OUTCOMES, 0)
        wait = Wait(serial)
        self._reply = Reply(framing, self.request, wait, self.counters)
        self._doubt = Doubt(wait, self._reply.view, self.counters, gap_ms)
        self.asking = False  # a request is under way
        self.latency_ms = 0  # of the newest reply: how long after the request it began
        self._state = _RESTING
        self._reason = ""  # what came of the newest request, by its counter's name
        self._unit = self._frame_bytes = self._slowest_ms = self._timeout_ms = 0  # of the request
        self._sent: Callable[[], None] | None = None
        self._asked_ms = 0  # ticks

    def begin_read(
        self, unit: int, function: int, address: int, registers: int, latency_ms: int,
        timeout_ms: int = 0, gap_ms: int = 0, sent: "Callable[[], None] | None" = None,
    ) -> int:  # fmt: skip
        """Ask for registers. `sent()` is called when the request leaves: it may have had to wait
        for long. Else as `begin`."""
        size = modbus.put_read(self.request, self.at, function, address, registers)
        self._sent = sent
        return self.begin(unit, size, latency_ms, timeout_ms, gap_ms)

    def begin(
        self, unit: int, pdu_bytes: int, latency_ms: int, timeout_ms: int, gap_ms: int
    ) -> int:
        """Send the PDU in `request` once the line is silent; ms until the first step.

        `latency_ms` is how long the unit's slowest reply takes; `timeout_ms` and `gap_ms`, when
        they are not 0, are the request's own shorter wait and longer silence before.
        """
        self._frame_bytes = self._framing.seal(self.request, unit, pdu_bytes)
        self._unit = unit
        self._slowest_ms = latency_ms
        self._timeout_ms = min(timeout_ms or self._most_ms, self._most_ms)
        self.asking = True
        return self._doubt.begin(unit, gap_ms, self._timeout_ms) or self.step()

    def step(self) -> int:
        """Do what can be done now; ms until the next step, 0 for at once, or negative."""
        try:
            if self._state == _HEARING:
                wait_ms = self._reply.step()
            elif self._state == _SENDING:
                wait_ms = self._send_on()
            else:
                wait_ms = self._doubt.step()
                if wait_ms < 0:
                    wait_ms = self._send()
        except OSError:
            return self._end("line")
        except BusFault as fault:
            return self._end(fault.reason)
        return self._end(self._reply.reason) if wait_ms < 0 else wait_ms

    def cancel(self) -> None:
        """Nobody waits any more. A request that has left leaves the line in doubt as well."""
        if not self.asking:
            return
        if self._state == _SENDING:
            self._serial.stop()
        if self._state != _RESTING:
            self._leave_in_doubt()
        self._close()

    def check(self) -> None:
        """Return when the request that is over has its good reply. BusFault."""
        reason = self._reason
        if reason == modbus.VERDICTS[modbus.EXCEPTION]:
            code = self._reply.buffer[self.at + 1]
            raise BusFault("exception %d" % code, code)
        if reason != modbus.VERDICTS[modbus.OK]:
            raise BusFault(reason, cut=reason in modbus.VERDICTS and self._reply.cut())

    def registers(self, count: int) -> memoryview:
        """The register bytes of a read that is over, valid until the next request. BusFault."""
        self.check()
        return self._reply.registers(count)

    def answer(self) -> bytearray:
        """The frame of a good reply, its PDU at `at`, valid until the next request. BusFault."""
        self.check()
        return self._reply.buffer

    def _send(self) -> int:
        self._state = _SENDING
        if self._sent:
            self._sent()
        self._asked_ms = time.ticks_ms()
        return self._serial.send(self._frames.of(self._frame_bytes)) or self._send_on()

    def _send_on(self) -> int:
        wait_ms = self._serial.sending()
        if wait_ms:
            return wait_ms
        self._asked_ms = now = time.ticks_ms()
        self._state = _HEARING
        reply = self._reply
        return reply.begin(self._frame_bytes, now, self._timeout_ms) or reply.step()

    def _end(self, reason: str) -> int:
        self._reason = reason
        self.counters[reason] += 1
        self.latency_ms = self._reply.latency_ms
        if reason != modbus.VERDICTS[modbus.OK] and reason != modbus.VERDICTS[modbus.EXCEPTION]:
            self._leave_in_doubt()
        elif self._reply.strays:  # more of it may come
            self._doubt.disturb()
        self._close()
        return _OVER

    def _leave_in_doubt(self) -> None:
        doubt = self._doubt
        if self._state == _RESTING or self._framing.NUMBERED:  # a late reply is known
            doubt.disturb()
        else:
            doubt.arise(self._unit, self._asked_ms, self._timeout_ms, self._slowest_ms)

    def _close(self) -> None:
        self.asking = False
        self._sent = None
        self._state = _RESTING
