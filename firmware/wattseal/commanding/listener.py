"""Takes signed commands as they come, one at a time; all of them that stays in the heap.

Whoever judges one is imported when it comes, and dropped behind it. Judges nothing itself.
"""

import asyncio

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_MOST_BYTES, _SIGNATURE_DIGITS = const(1024), const(128)  # as core.command has them
_PAUSE_MS = const(2000)  # between two that are judged: a flood costs little more
# Measured on a stock Pico: 11 KB of code, 10 KB of numbers; with less a sample has no room.
_LEAST_FREE_BYTES = const(26624)


class CommandListener:
    """`counts`: of commands that were not done, by why. A queue of one; what comes beyond it is
    counted as busy."""

    def __init__(self, firmware: "Firmware") -> None:
        self.counts: dict[str, int] = {}
        self.used = self.doubted_s = 0  # app.commands.Kept
        self._firmware = firmware
        self._next: bytes | None = None
        self._running = False

    def take(self, payload: bytes, retained: bool) -> None:
        """Never waits: the broker's packets are read from here."""
        if retained:  # what a broker keeps would be done again after each connect
            self._count("commands_retained")
        elif len(payload) > _MOST_BYTES or payload[_SIGNATURE_DIGITS:][:1] != b".":
            self._count("commands_malformed")  # before anything is imported
        elif self._next is not None:
            self._count("commands_busy")
        else:
            self._next = payload
            if not self._running:
                self._running = True
                asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._next is not None:
                payload, self._next = self._next, None
                name = await self._judge(payload)
                if name:
                    self._count(name)
                payload = b""  # or it would stay for the pause
                await asyncio.sleep_ms(_PAUSE_MS)
        finally:
            self._next, self._running = None, False

    async def _judge(self, payload: bytes) -> str:
        await self._firmware.calm()
        if not late.has_room(_LEAST_FREE_BYTES, "", print):
            return "commands_no_memory"
        try:
            await late.load(self._firmware.calm, "wattseal.commanding.judging")
            from wattseal.commanding import judging

            return await judging.judge(self._firmware, payload, self)
        except MemoryError:
            return "commands_no_memory"
        except (OSError, ImportError):  # the flash did not give what was to be imported
            return "commands_failed"
        finally:
            late.drop("wattseal.commanding.judging")

    def _count(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1
