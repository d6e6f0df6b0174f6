"""Modbus master on one line; must never return a value that was not asked for.

One request at a time. The end of a reply is its expected length, silence only the fallback. A
request whose good reply has not come leaves the line in doubt (modbus_doubt), and in doubt nothing
is asked until the slowest reply can no longer come and the line is silent. Waiting is wall time.
"""

import asyncio
import time

from micropython import const

from wattseal.core import modbus, modbus_rtu
from wattseal.drivers.modbus_doubt import SILENCE_MS, Doubt
from wattseal.drivers.modbus_fault import BusFault
from wattseal.drivers.modbus_reply import FRAME_BYTES, Prefixes, Reply

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.contracts import Serial

_GAP_MS = const(2)  # between two frames above 19200 baud; below, 3.5 characters are longer
_ROUNDS = const(4)  # of requests for an identification, whose basic level has three objects
_CHARACTER_MS = const(10)  # on the slowest line, 1200 baud with parity
_OUTCOMES = ("timeout", "line", "echo", "stray", "babble", "split")


class ModbusBus:
    """The one owner of a `contracts.Serial`. `counters`: what came of all requests.

    `framing`: core.modbus_rtu or core.modbus_tcp. `timeout_ms`: the longest wait for a reply.
    `gap_ms`: 3.5 characters, which a slow line needs (5 at 9600 baud).

    Of a request: `latency_ms` is how long the unit's slowest reply takes; `timeout_ms` and
    `gap_ms`, when they are not 0, its own shorter wait and longer silence before.
    """

    def __init__(
        self, serial: "Serial", timeout_ms: int = 1000, framing: "modbus.Framing" = modbus_rtu,
        gap_ms: int = _GAP_MS,
    ) -> None:  # fmt: skip
        self._serial = serial
        self._most_ms = timeout_ms
        self._framing = framing
        self._at = framing.AT
        self._gap_ms = gap_ms
        self._request = bytearray(FRAME_BYTES)
        self._sending = Prefixes(memoryview(self._request))
        self._reply = Reply(framing, self._request)
        self._behind = memoryview(bytearray(8))
        self.asking = False  # a request is under way
        self._sent: Callable[[], None] | None = None
        self._doubt = Doubt()
        self._asked_ms = self._heard_ms = time.ticks_ms()
        self._timeout_ms = timeout_ms  # of the request that is under way
        self.latency_ms = 0  # of the newest reply: how long after the request it began
        self.counters: dict[str, int] = dict.fromkeys(modbus.VERDICTS + _OUTCOMES, 0)

    async def read(
        self, unit: int, function: int, address: int, registers: int, latency_ms: int,
        timeout_ms: int = 0, gap_ms: int = 0, sent: "Callable[[], None] | None" = None,
    ) -> memoryview:  # fmt: skip
        """The register bytes, valid until the caller's next await. BusFault. `sent()` is called
        when the request leaves: it may have had to wait for long."""
        if self.asking:
            await self._turn()
        self._sent = sent
        size = modbus.put_read(self._request, self._at, function, address, registers)
        await self._ask(unit, size, latency_ms, timeout_ms, gap_ms)
        return self._reply.registers(registers)

    async def write_one(
        self, unit: int, address: int, value: int, latency_ms: int, gap_ms: int = 0
    ) -> None:
        """Write a register (function 6). BusFault: it may or may not have been written."""
        if self.asking:
            await self._turn()
        size = modbus.put_write_one(self._request, self._at, address, value)
        await self._ask(unit, size, latency_ms, 0, gap_ms)

    async def write_many(
        self, unit: int, address: int, data: bytes, latency_ms: int, gap_ms: int = 0
    ) -> None:
        """Write the registers whose bytes are `data` (function 16). BusFault as above."""
        if self.asking:
            await self._turn()
        size = modbus.put_write_many(self._request, self._at, address, data)
        await self._ask(unit, size, latency_ms, 0, gap_ms)

    async def identify(
        self, unit: int, latency_ms: int, level: int = modbus.BASIC
    ) -> "dict[int, bytes]":
        """What the device says it is: object number -> text (function 43/14). BusFault."""
        found: dict[int, bytes] = {}
        first = 0
        for _ in range(_ROUNDS):
            if self.asking:
                await self._turn()
            size = modbus.put_identify(self._request, self._at, level, first)
            await self._ask(unit, size, latency_ms, 0, 0)
            found.update(modbus.objects(self._reply.buffer, self._at))
            following = modbus.next_object(self._reply.buffer, self._at)
            if following <= first:
                break
            first = following
        return found

    async def _turn(self) -> None:
        """Return when no request is under way. The sampler is a bus's only user, so that it is
        not worth what asyncio's lock allocates for every request."""
        while self.asking:
            await asyncio.sleep_ms(1)

    async def _ask(
        self, unit: int, pdu_bytes: int, latency_ms: int, timeout_ms: int, gap_ms: int
    ) -> None:
        """Send the PDU in the buffer; return with its good reply in the other. BusFault."""
        size = self._framing.seal(self._request, unit, pdu_bytes)
        self._timeout_ms = min(timeout_ms or self._most_ms, self._most_ms)
        self.asking = True
        verdict = modbus.OK  # nothing has been asked
        try:
            gap_ms = max(gap_ms, self._gap_ms)
            if await self._serial.read_into(self._reply.view, self._rest_ms(unit, gap_ms)):
                await self._drain(unit, gap_ms)
            self._doubt.settle(unit, time.ticks_diff(time.ticks_ms(), self._doubt.asked_ms))
            verdict = modbus.SHORT
            if self._sent:
                self._sent()
            self._asked_ms = time.ticks_ms()
            await self._serial.write(self._sending.of(size))
            self._asked_ms = time.ticks_ms()
            verdict = await self._receive(size)
            while verdict == modbus.LATE:
                self.counters["late"] += 1
                verdict = await self._receive(size)
        except OSError:
            raise self._fault("line")
        finally:  # a caller that is cancelled leaves the line in doubt as well
            self.asking, self._sent = False, None
            if verdict != modbus.OK and verdict != modbus.EXCEPTION:
                self._leave_in_doubt(unit, latency_ms)
        self._conclude(verdict)

    def _conclude(self, verdict: int) -> None:
        """Count what came; BusFault unless it is the good reply."""
        if not self._reply.count:
            raise self._fault("timeout")
        self.counters[modbus.VERDICTS[verdict]] += 1
        if verdict == modbus.EXCEPTION:
            code = self._reply.buffer[self._at + 1]
            raise BusFault("exception %d" % code, code)
        if verdict != modbus.OK:
            raise BusFault(modbus.VERDICTS[verdict], cut=self._reply.missing() > 0)

    def _fault(self, reason: str) -> BusFault:
        self.counters[reason] += 1
        self._doubt.disturb()
        return BusFault(reason)

    def _leave_in_doubt(self, unit: int, latency_ms: int) -> None:
        if self._framing.NUMBERED:  # a late reply is known by its number
            self._doubt.disturb()
        else:
            self._doubt.arise(unit, self._asked_ms, self._timeout_ms, latency_ms)

    def _rest_ms(self, unit: int, gap_ms: int) -> int:
        """Silence before the request: the gap, and what a late reply still may take."""
        now = time.ticks_ms()
        left_ms = gap_ms - time.ticks_diff(now, self._heard_ms)
        return max(self._doubt_ms(unit, now), min(gap_ms, max(0, left_ms)))

    async def _drain(self, unit: int, gap_ms: int) -> None:
        """Something was heard before the request: return on a silent line on which no late reply
        can come. BusFault when it babbles on."""
        start = time.ticks_ms()
        limit_ms = self._doubt_ms(unit, start) + self._timeout_ms
        while True:
            self.counters["stray"] += 1
            now = self._heard_ms = time.ticks_ms()
            if time.ticks_diff(now, start) >= limit_ms:
                raise self._fault("babble")
            await asyncio.sleep(0)  # a flood must not keep the other tasks from running
            wait_ms = max(self._doubt_ms(unit, now), gap_ms, SILENCE_MS)
            if not await self._serial.read_into(self._reply.view, wait_ms):
                return

    def _doubt_ms(self, unit: int, now: int) -> int:
        doubt = self._doubt
        elapsed_ms = time.ticks_diff(now, doubt.asked_ms)
        return doubt.left_ms(unit, elapsed_ms, time.ticks_diff(now, self._heard_ms))

    async def _receive(self, asked_bytes: int) -> int:
        """The verdict on the reply, which is then in the buffer, or nothing when none came."""
        reply = self._reply
        reply.begin(asked_bytes)
        elapsed_ms = time.ticks_diff(time.ticks_ms(), self._asked_ms)
        while reply.missing():
            wait_ms = SILENCE_MS if reply.count else self._timeout_ms - elapsed_ms
            got = await self._serial.read_into(reply.room(), wait_ms) if wait_ms > 0 else 0
            if not got:
                break
            self._heard_ms = now = time.ticks_ms()
            elapsed_ms = time.ticks_diff(now, self._asked_ms)
            if not reply.count:
                self.latency_ms = elapsed_ms
            reply.take(got)
            self.counters["echo"] = reply.echoes
            limit_ms = self._timeout_ms + _CHARACTER_MS * (asked_bytes + reply.expected())
            if elapsed_ms >= limit_ms:  # bytes that drip for ever
                break
        else:
            if not self._framing.NUMBERED and await self._serial.read_into(self._behind, 0):
                return modbus.WRONG_LENGTH  # what stands behind a frame spoils it
        return self._framing.check(self._request, reply.buffer, reply.count)
