"""Modbus RTU master on one serial line; must never return a value that was not asked for.

One request at a time. The end of a reply is its expected length, silence only the fallback; after
any timeout or bad frame the line is drained before the next request, so that a late reply cannot
answer a later question. Waiting is wall time. Buffers are allocated once.
"""

import asyncio
import time

from micropython import const

from wattseal.core import modbus

_BUFFER_BYTES = const(264)  # a reply behind an echo
_SILENCE_MS = const(20)  # between the bytes of one frame; far more than 3.5 characters


class BusFault(Exception):
    """No good reply; `timeout` tells a silent meter from a wrong answer."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.timeout = reason == "timeout"
        super().__init__(reason)


class ModbusBus:
    """The one owner of a `contracts.Serial`. `counters`: what came of all requests."""

    def __init__(self, serial: "object", timeout_ms: int = 1000) -> None:
        self._serial = serial
        self._timeout_ms = timeout_ms
        self._request = bytearray(modbus.REQUEST_BYTES)
        self._reply = bytearray(_BUFFER_BYTES)
        self._view = memoryview(self._reply)
        self._lock = asyncio.Lock()
        self._drain_ms = 0
        self.counters = dict.fromkeys(modbus.VERDICTS + ("timeout", "line", "echo"), 0)

    async def read(
        self, unit: int, function: int, address: int, registers: int, latency_ms: int
    ) -> memoryview:
        """The register bytes, valid until the next read. BusFault."""
        async with self._lock:
            try:
                if self._drain_ms:
                    await self._drain()
                modbus.put_read(self._request, unit, function, address, registers)
                self._serial.discard()
                await self._serial.write(self._request)
                count = await self._receive(modbus.reply_bytes(registers))
            except OSError:
                raise self._fault("line", latency_ms)
            if not count:
                raise self._fault("timeout", latency_ms)
            verdict = modbus.check_read(self._reply, count, unit, function, registers)
            if verdict == modbus.EXCEPTION:  # a whole frame: nothing more will come
                self.counters["exception"] += 1
                raise BusFault("exception %d" % self._reply[2])
            if verdict != modbus.OK:
                raise self._fault(modbus.VERDICTS[verdict], latency_ms)
            self.counters["ok"] += 1
            return self._view[3 : 3 + 2 * registers]

    def _fault(self, reason: str, latency_ms: int) -> BusFault:
        self.counters[reason] += 1
        self._drain_ms = latency_ms
        return BusFault(reason)

    async def _drain(self) -> None:
        """Until the line has been silent and the slowest reply can no longer come."""
        start = time.ticks_ms()
        left_ms = self._drain_ms
        while left_ms > 0:
            await self._serial.read_into(self._view, left_ms)
            left_ms = self._drain_ms - time.ticks_diff(time.ticks_ms(), start)
        self._drain_ms = 0

    async def _receive(self, expected: int) -> int:
        """Bytes of one reply in the buffer; 0 when nothing came in time."""
        count = 0
        wait_ms = self._timeout_ms
        while count < expected:
            got = await self._serial.read_into(self._view[count : expected + 8], wait_ms)
            if not got:
                break
            count += got
            wait_ms = _SILENCE_MS
            if count == 8 and self._is_echo():
                self.counters["echo"] += 1
                count = 0
                wait_ms = self._timeout_ms
            elif count >= modbus.EXCEPTION_BYTES and self._reply[1] & 0x80:
                expected = modbus.EXCEPTION_BYTES
        return count

    def _is_echo(self) -> bool:
        """The transceiver's own receiver was on: the request comes back byte for byte."""
        return all(self._reply[i] == self._request[i] for i in range(modbus.REQUEST_BYTES))
