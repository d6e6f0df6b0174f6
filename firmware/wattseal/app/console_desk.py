"""Answers the words that need a console level, or give one; knows no meter and no record.

A word is one row: (level that it needs, what answers the rest of its line). `time and seconds` is
the row of `time` with something behind it, which needs another level.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.app.console_lock import Lock

    Answer = Callable[[list[str]], "str | Awaitable[str]"]
    Commands = dict[str, tuple[int, Answer]]

_LEVELS = ("1", "2", "3")


class Desk:
    """`quiet()`: returns when the flash may be written, as for the Recorder."""

    def __init__(
        self, lock: "Lock", commands: "Commands", quiet: "Callable[[], Awaitable[None]]"
    ) -> None:
        self.lock = lock
        self.commands = commands
        self._quiet = quiet

    def answer(self, words: "list[str]") -> "str | Awaitable[str]":
        """Returns a line, or what gives one; does nothing for which the level is too low."""
        lock, word = self.lock, words[0]
        if word == "lock":
            lock.close()
            return "level 0"
        if word == "unlock":
            return self._unlock(words[1:])
        if word == "answer":
            return self._judge(words[1] if len(words) == 2 else "")
        row = self.commands.get(word + " and seconds") if len(words) > 1 else None
        level, answer = row or self.commands.get(word, (0, None))
        if answer is None:
            return "refused: this device has no such command"
        if lock.level < level:
            return "refused: it needs level %d" % level
        if level:
            lock.used()  # what needs none keeps none
        return answer(words[1:])

    def _unlock(self, words: "list[str]") -> str:
        if not words:
            return "level %d; commands: %s" % (self.lock.level, self._known())
        if len(words) > 1 or words[0] not in _LEVELS:
            return "refused: a level is 1, 2 or 3"
        return self.lock.challenge(int(words[0]))

    async def _judge(self, digits: str) -> str:
        await self._quiet()
        try:
            return self.lock.judge(digits)
        except OSError:  # the try cannot be counted, so it is none
            return "refused: the flash fails"

    def _known(self) -> str:
        """What may be said at this level."""
        level = self.lock.level
        return ", ".join(sorted(word for word, row in self.commands.items() if row[0] <= level))
