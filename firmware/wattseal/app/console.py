"""Answers a local controller on the console, a line at a time; shows no identity and no record.

A reader or controller at the charger presents identifications here, and asks for a stop.
"""

import asyncio

from micropython import const

from wattseal.app.newest_lines import heard

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.contracts import Controls, Lines

_IT = (
    "ISO14443", "ISO15693", "EMAID", "EVCCID", "EVCOID", "ISO7812", "CARD_TXN_NR", "CENTRAL",
    "CENTRAL_1", "CENTRAL_2", "LOCAL", "LOCAL_1", "LOCAL_2", "PHONE_NUMBER", "KEY_CODE",
    "UNDEFINED", "NONE",
)  # fmt: skip
_IL = ("NONE", "HEARSAY", "TRUSTED", "VERIFIED", "CERTIFIED", "SECURE")  # OCMF-en.md, table 4
_STOPS = ("L", "R", "A")
_DATA_BYTES = const(40)
_HELP = "commands: say help; present CONNECTOR IT IL ID, stop CONNECTOR L|R|A"


class Console:
    """`status()`: what `status` answers; `heap()`: shows the memory; `say`: prints a line.

    `detect(words)`: answers what a person who commissions a meter says. `levelled(words)`: answers
    a line that begins with one of `words`, which need a level or give one; a space round each, for
    as a str each is a name in a small board's heap.
    """

    def __init__(
        self, lines: "Lines", controls: "Controls", connectors: "list[int]",
        status: "Callable[[], bytes]", heap: "Callable[[], Awaitable[str] | None]",
        say: "Callable[[str], None]", detect: "Callable[[list[str]], str]",
        levelled: "Callable[[list[str]], str | Awaitable[str]] | None" = None,
        words: bytes = b"",
    ) -> None:  # fmt: skip
        self._lines = lines
        self._controls = controls
        self._connectors = connectors
        self._status = status
        self._heap = heap
        self._say = say
        self._detect = detect
        self._levelled = levelled
        self._words = words

    async def run(self) -> None:
        while True:
            line = await self._lines.read_line()
            heard()
            told = self.answer(line)
            self._say(told if isinstance(told, str) else await told)
            await asyncio.sleep(0)  # lines that came together are no reason to be late

    def answer(self, line: bytes) -> "str | Awaitable[str]":
        """Do what a line asks; returns one line, or what gives one. What was presented is never in
        it."""
        if not line:
            return "refused: the line is too long"
        if any(not 32 <= byte < 127 for byte in line):
            return "refused: a line is plain ASCII"
        words = line.decode().split()
        if words == ["status"]:
            return self._status().decode()
        if words == ["heap"]:
            return self._heap() or "heap shown"
        if words[:1] == ["detect"]:
            return self._commission(words[1:])
        if words[:1] == ["present"] and len(words) == 5:
            return self._present(words[1], words[2], words[3], words[4])
        if words[:1] == ["stop"] and len(words) == 3:
            return self._stop(words[1], words[2])
        if self._levelled is not None and words and b" %s " % words[0].encode() in self._words:
            try:
                return self._levelled(words)
            except (MemoryError, ImportError, OSError) as fault:  # what it takes is imported now
                return "refused: %s" % type(fault).__name__
        return _HELP

    def _commission(self, words: "list[str]") -> str:
        try:
            return self._detect(words)
        except MemoryError:  # its parts are loaded now, beside whatever runs: that goes on
            return "refused: not enough memory; use make detect on a PC"
        except (ImportError, OSError) as fault:  # they cannot be read: as well
            return "refused: %s" % type(fault).__name__

    def _present(self, connector: str, it: str, il: str, data: str) -> str:
        number = self._connector(connector)
        if not number:
            return "refused: there is no such connector"
        if it not in _IT or il not in _IL or len(data) > _DATA_BYTES:
            return "refused: IT, IL and ID are to be OCMF's"
        self._controls.present(number, it, il, data)
        return "presented"

    def _stop(self, connector: str, tx: str) -> str:
        number = self._connector(connector)
        if not number:
            return "refused: there is no such connector"
        if tx not in _STOPS:
            return "refused: a stop is L, R or A"
        self._controls.request_stop(number, tx)
        return "stop asked for"

    def _connector(self, text: str) -> int:
        """Its number, 0 for none of ours."""
        for number in self._connectors:
            if text == "%d" % number:
                return number
        return 0
