"""Modbus master on one line; must never return a value that was not asked for.

One request at a time. The end of a reply is its expected length, silence only the fallback. A
request whose good reply has not come leaves the line in doubt, and in doubt nothing is asked until
the slowest reply can no longer come and the line is silent: RTU frames have no number, a late
reply would pass for the answer to a later question. Waiting is wall time.
"""

import asyncio
import time

from micropython import const

from wattseal.core import modbus, modbus_rtu

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Serial

_FRAME_BYTES = const(260)  # the longest frame, of Modbus TCP
_SILENCE_MS = const(50)  # ends a frame: ESP32's driver may hold bytes back for 10 characters
_GAP_MS = const(2)  # between two frames above 19200 baud; below, 3.5 characters are longer
_CHARACTER_MS = const(10)  # on the slowest line, 1200 baud with parity
_OUTCOMES = ("timeout", "line", "echo", "stray", "babble")


class BusFault(Exception):
    """No good reply; `timeout` tells a silent meter from a wrong answer."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.timeout = reason == "timeout"
        super().__init__(reason)


class ModbusBus:
    """The one owner of a `contracts.Serial`. `counters`: what came of all requests.

    `framing`: core.modbus_rtu or core.modbus_tcp. `latency_ms` of a request: how long the unit's
    slowest reply takes. `gap_ms`: 3.5 characters, which a slow line needs (5 at 9600 baud).
    """

    def __init__(
        self, serial: "Serial", timeout_ms: int = 1000, framing: "modbus.Framing" = modbus_rtu,
        gap_ms: int = _GAP_MS,
    ) -> None:  # fmt: skip
        self._serial = serial
        self._timeout_ms = timeout_ms
        self._framing = framing
        self._at = framing.AT
        self._gap_ms = gap_ms
        self._request = bytearray(_FRAME_BYTES)
        self._reply = bytearray(2 * _FRAME_BYTES)  # a reply behind an echo
        self._sending = memoryview(self._request)
        self._view = memoryview(self._reply)
        self._lock = asyncio.Lock()
        self._doubt = False
        self._asked_ms = self._heard_ms = time.ticks_ms()
        self._latency_ms = 0
        self._echoes = False
        self.counters: dict[str, int] = dict.fromkeys(modbus.VERDICTS + _OUTCOMES, 0)

    @property
    def asking(self) -> bool:
        """A request is under way."""
        return self._lock.locked()

    async def read(
        self, unit: int, function: int, address: int, registers: int, latency_ms: int
    ) -> memoryview:
        """The register bytes, valid until the caller's next await. BusFault."""
        async with self._lock:
            size = modbus.put_read(self._request, self._at, function, address, registers)
            await self._ask(unit, size, latency_ms)
            start = self._at + 2
            return self._view[start : start + 2 * registers]

    async def write_one(self, unit: int, address: int, value: int, latency_ms: int) -> None:
        """Write a register (function 6). BusFault: it may or may not have been written."""
        async with self._lock:
            size = modbus.put_write_one(self._request, self._at, address, value)
            await self._ask(unit, size, latency_ms)

    async def write_many(self, unit: int, address: int, data: bytes, latency_ms: int) -> None:
        """Write the registers whose bytes are `data` (function 16). BusFault as above."""
        async with self._lock:
            size = modbus.put_write_many(self._request, self._at, address, data)
            await self._ask(unit, size, latency_ms)

    async def identify(
        self, unit: int, latency_ms: int, level: int = modbus.BASIC
    ) -> "dict[int, bytes]":
        """What the device says it is: object number -> text (function 43/14). BusFault."""
        found: dict[int, bytes] = {}
        first = 0
        async with self._lock:
            while True:
                size = modbus.put_identify(self._request, self._at, level, first)
                await self._ask(unit, size, latency_ms)
                found.update(modbus.objects(self._reply, self._at))
                following = modbus.next_object(self._reply, self._at)
                if following <= first:  # the end, or a device that would never come to it
                    return found
                first = following

    async def _ask(self, unit: int, pdu_bytes: int, latency_ms: int) -> None:
        """Send the PDU in the buffer; return with its good reply in the other. BusFault."""
        size = self._framing.seal(self._request, unit, pdu_bytes)
        try:
            await self._settle()
            # In doubt from here on: a caller that is cancelled leaves it behind.
            self._doubt = True
            self._latency_ms = latency_ms
            self._asked_ms = time.ticks_ms()
            await self._serial.write(self._sending[:size])
            self._asked_ms = time.ticks_ms()
            count = await self._receive(size)
        except OSError:
            raise self._fault("line")
        if not count:
            raise self._fault("timeout")
        verdict = self._framing.check(self._request, self._reply, count)
        if verdict not in (modbus.OK, modbus.EXCEPTION):
            raise self._fault(modbus.VERDICTS[verdict])
        self._doubt = False  # a whole frame: nothing more will come
        self.counters[modbus.VERDICTS[verdict]] += 1
        if verdict == modbus.EXCEPTION:
            raise BusFault("exception %d" % self._reply[self._at + 1])

    def _fault(self, reason: str) -> BusFault:
        self.counters[reason] += 1
        self._doubt = True
        return BusFault(reason)

    async def _settle(self) -> None:
        """Return on a silent line on which no late reply can come. BusFault when it babbles on."""
        start = now = time.ticks_ms()
        gap_ms = self._gap_ms - time.ticks_diff(now, self._heard_ms)
        wait_ms = max(self._doubt_ms(now), min(self._gap_ms, max(0, gap_ms)))
        limit_ms = wait_ms + self._timeout_ms
        while await self._serial.read_into(self._view, wait_ms):
            self.counters["stray"] += 1
            now = self._heard_ms = time.ticks_ms()
            if time.ticks_diff(now, start) >= limit_ms:
                raise self._fault("babble")
            wait_ms = max(self._doubt_ms(now), _SILENCE_MS)
            await asyncio.sleep(0)  # a flood must not keep the other tasks from running
        self._doubt = False

    def _doubt_ms(self, now: int) -> int:
        """How long a late reply can still come: as long as one is waited for and, for meters that
        are slower than they should be, their latency once more. Silence is asked for anyway."""
        if not self._doubt:
            return 0
        longest_ms = self._timeout_ms + self._latency_ms
        left_ms = longest_ms - time.ticks_diff(now, self._asked_ms)
        # Ticks come round after some days without a request: never wait for them.
        return max(_SILENCE_MS, min(left_ms, longest_ms))

    async def _receive(self, asked_bytes: int) -> int:
        """Bytes of one reply in the buffer; 0 when nothing came in time."""
        count = 0
        wait_ms = self._timeout_ms
        echo_bytes = asked_bytes  # 0 once the echo is behind us
        while True:
            missing = self._missing(count, echo_bytes)
            if not missing:  # what stands behind the frame spoils it
                return count + await self._serial.read_into(self._view[count:], 0)
            got = await self._serial.read_into(self._view[count : count + missing], wait_ms)
            if not got:
                return count
            count += got
            self._heard_ms = now = time.ticks_ms()
            wait_ms = _SILENCE_MS
            if echo_bytes and self._is_echo(count, echo_bytes):
                count = self._drop(echo_bytes, count)
                echo_bytes = 0
                wait_ms = _SILENCE_MS if count else self._timeout_ms
            limit_ms = self._timeout_ms + _CHARACTER_MS * (asked_bytes + self._expected(count))
            if time.ticks_diff(now, self._asked_ms) >= limit_ms:
                return count  # bytes that drip for ever

    def _missing(self, count: int, echo_bytes: int) -> int:
        """How many bytes are still to come, as far as those that are here tell.

        A reply may be shorter than the request: so far it is the beginning of an echo.
        """
        missing = self._expected(count) - count
        if missing <= 0 < count < echo_bytes and self._repeats(count):
            return echo_bytes - count
        return max(0, missing)

    def _expected(self, count: int) -> int:
        return self._framing.OVERHEAD + modbus.reply_bytes(
            self._request, self._reply, self._at, count - self._at
        )

    def _is_echo(self, count: int, echo_bytes: int) -> bool:
        """The transceiver's own receiver was on: the request comes back byte for byte.

        So does the good reply to a write of one register: that is an echo only on a line that
        has been heard echoing.
        """
        if self._request[self._at] == modbus.WRITE_ONE and not self._echoes:
            return False
        return count >= echo_bytes and self._repeats(echo_bytes)

    def _repeats(self, count: int) -> bool:
        return all(self._reply[i] == self._request[i] for i in range(count))

    def _drop(self, echo_bytes: int, count: int) -> int:
        self._echoes = True
        self.counters["echo"] += 1
        for i in range(count - echo_bytes):
            self._reply[i] = self._reply[echo_bytes + i]
        return count - echo_bytes
