"""Tells at level 0 which faults there are, what each means and what to do; no identity, no time.

The sentences of one place are in the heap at a time, and of none once it is told.
"""

import asyncio
import sys

from micropython import const

from wattseal import late
from wattseal.console import fault_words
from wattseal.console.signs import present
from wattseal.core import faults

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.assembly import Firmware

    Calm = Callable[[], Awaitable[None]]
    Say = Callable[[str], None]

_FOLDER = "wattseal.console.fault_words."
_USAGE = "refused: say faults, faults all, or fault CODE"


async def answer(firmware: "Firmware", words: "list[str]", say: "Say") -> str:
    """`words`: none, `all`, or `code` and a code. What has several lines gives all but its last
    to `say`, and gives way after each: a slow terminal holds the firmware up."""
    if not words:
        return await _present(firmware, say)
    if words == ["all"]:
        return await _all(firmware.calm, say)
    if len(words) == 2 and words[0] == "code":
        lines = await _explained(firmware.calm, words[1])
        return "\n".join(lines) if lines else "refused: there is no such code; see faults all"
    return _USAGE


async def _present(firmware: "Firmware", say: "Say") -> str:
    found = present.codes(firmware)
    for code in present.by_number(found):
        for line in await _explained(firmware.calm, code, found[code]):
            say(line)
            await asyncio.sleep(0)
    worst = faults.worst(present.by_number(found))
    if not worst:
        return "no faults" + (", only what is counted" if found else "")
    return "faults %d, the worst %s" % (len(found), worst)


async def _all(calm: "Calm", say: "Say") -> str:
    """The codes of each place, the device's own last."""
    for place in fault_words.PLACES:
        rows = await _rows(calm, place)
        line = place + ":"
        for text in _first_lines(rows):
            code = " " + text[: text.find("|")]
            if len(line) + len(code) > 80:
                say(line)
                line = " "
            line += code
        say(line)
    return "fault CODE tells what it means"


async def _explained(calm: "Calm", code: str, count: int = 0) -> "list[str]":
    """Its three lines, none for a code that does not exist."""
    number = faults.number(code)
    places = fault_words.PLACES
    for place in places[number % 10 - 1 : number % 10] if number else places:
        rows = await _rows(calm, place)
        meaning = _found(rows, b"%s|" % code.encode())
        if meaning:
            remedy = rows.find(b"\n", meaning) + 1
            return [
                _head(code, number, count),
                "  " + rows[meaning : remedy - 1].decode(),
                "  do: " + rows[remedy : rows.find(b"\n", remedy)].decode(),
            ]
    return []


def _found(rows: bytes, head: bytes) -> int:
    """Behind the `head` of a line, 0 where no line has it."""
    if rows.startswith(head):
        return len(head)
    at = rows.find(b"\n" + head)
    return 0 if at < 0 else at + 1 + len(head)


def _head(code: str, number: int, count: int) -> str:
    told = code + (" %d" % count if count else "")
    told += " - " + fault_words.CLASSES[number // 10]
    return told + (" (blinks %d-%d)" % (number // 10, number % 10) if number else "")


def _first_lines(rows: bytes) -> "list[str]":
    return rows.decode().split("\n")[:-1:2]


async def _rows(calm: "Calm", place: str) -> bytes:
    """The words of `place`, which are dropped from the modules at once."""
    await late.load(calm, _FOLDER + place)
    rows = sys.modules[_FOLDER + place].ROWS
    late.drop(_FOLDER + place)
    return rows
