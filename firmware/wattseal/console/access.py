"""Joins the console's levels to the firmware when somebody first asks; judges no answer itself."""

import sys

from micropython import const

from wattseal import late
from wattseal.core.ecdsa import KeyFault
from wattseal.core.p256 import CurveError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.console_desk import Answer, Commands, Desk
    from wattseal.assembly import Firmware

_WRITING_LEVEL = const(2)  # what changes something needs it
_PARTS = (
    "wattseal.app.console_lock",
    "wattseal.app.console_desk",
    "wattseal.console.telling",
    "wattseal.console.setting",
)
# What a technician asks for: its level, and which of `words` answers.
_ASKED = {
    "meter": (1, "charging"),
    "session": (0, "charging"),
    "journal": (0, "upkeep"),
    "mqtt": (1, "upkeep"),
    "time": (0, "upkeep"),
    "log": (1, "upkeep"),
    "selftest": (1, "upkeep"),
    "audit": (1, "auditing"),
    "help": (0, "index"),
}
_WORDS = "wattseal.console.words"
_FAULTS = (
    "wattseal.core.faults",
    "wattseal.console.signs",
    "wattseal.console.signs.present",
    "wattseal.console.fault_words",
    "wattseal.console.fault_telling",
)
# Measured on a stock Pico: 12.5 KB, which stay. A session's begin and its record need the rest.
_NEEDS_BYTES = const(25000)
_WORD_BYTES = const(6000)  # the largest of `words` with its answer
_NO_ROOM = "refused: not enough memory"
_KEYS_LEVEL = const(3)
_NO_KEYS = "refused: no keys of sessions are kept; that needs `id_mode: slots`"
_HELP_THEN = (
    "commands: status, heap, present CONNECTOR IT IL ID, stop CONNECTOR L|R|A;"
    " there is not enough memory for the others"
)


class Access:
    """`extra`: further words, as app.console_desk's. `free_bytes()`: of the heap, collected.
    `say`: prints a line of an answer that has several."""

    def __init__(
        self, firmware: "Firmware", extra: "Commands | None", free_bytes: "Callable[[], int]",
        say: "Callable[[str], None]" = print,
    ) -> None:  # fmt: skip
        self._firmware = firmware
        self._say = say
        self._extra = extra
        self._free_bytes = free_bytes
        self._desk: Desk | None = None

    @property
    def level(self) -> int:
        return self._desk.lock.level if self._desk else 0

    async def answer(self, words: "list[str]") -> str:
        """A line. What an exception says is never in it."""
        try:
            if self._desk is None and not await self._load():
                return _HELP_THEN if words == ["help"] else _NO_ROOM
            assert self._desk is not None
            told = self._desk.answer(words)
            return told if isinstance(told, str) else await told
        except MemoryError:  # whatever runs beside goes on
            return _HELP_THEN if words == ["help"] else _NO_ROOM
        except OSError as fault:
            return "refused: error %s" % fault.errno
        except (
            ImportError,
            ValueError,
            CurveError,
            KeyFault,
        ) as fault:  # also of a flash that has gone bad
            return "refused: %s" % type(fault).__name__

    def _answer_to(self, word: str, module: str) -> "Answer":
        return lambda words: self._asked(word, module, words)

    async def _asked(self, word: str, module: str, words: "list[str]") -> str:
        """What it loads goes again."""
        if words:
            return "refused: say %s with nothing behind it" % word
        if self._free_bytes() < _WORD_BYTES:
            return _NO_ROOM
        path = _WORDS + "." + module
        try:
            await late.load(self._firmware.calm, _WORDS, path)
            what = self._desk if word == "help" else self._firmware
            return await sys.modules[path].ROWS[word](what, self._say)
        finally:
            late.drop(path, _WORDS)

    async def _load(self) -> bool:
        if self._free_bytes() < _NEEDS_BYTES:
            return False
        await late.load(self._firmware.calm, *_PARTS)
        from wattseal.app.console_desk import Desk
        from wattseal.app.console_lock import Lock

        firmware = self._firmware
        board = firmware.board
        lock = Lock(board.clock, firmware.checkpoints, firmware.signer, lambda: firmware.audit)
        commands = _commands(firmware, self._say)
        commands["report"] = commands["erase"] = _KEYS_LEVEL, lambda words: _NO_KEYS
        commands.update(self._extra or {})
        for word, (level, module) in _ASKED.items():
            commands[word] = level, self._answer_to(word, module)
        self._desk = Desk(lock, commands, firmware.recorder.quiet)
        return True


def _commands(firmware: "Firmware", say: "Callable[[str], None]") -> "Commands":
    """By word: the level that it needs, and what answers it."""
    from wattseal.console import setting, telling

    return {
        "faults": (0, lambda words: _faults(firmware, words, say)),
        "fault": (0, lambda words: _faults(firmware, ["code"] + words, say)),
        "show": (0, lambda words: telling.show(firmware)),
        "live": (1, lambda words: telling.live(firmware)),
        "time and seconds": (_WRITING_LEVEL, lambda words: setting.time(firmware, words)),
    }


async def _faults(firmware: "Firmware", words: "list[str]", say: "Callable[[str], None]") -> str:
    """What it loads goes again, but for what the lamp has loaded."""
    loaded = [name for name in _FAULTS if name not in sys.modules]
    try:
        await late.load(firmware.calm, *loaded)
        from wattseal.console import fault_telling

        return await fault_telling.answer(firmware, words, say)
    finally:
        late.drop(*loaded)
