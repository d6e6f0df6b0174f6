"""Tells which words there are at a level, and what each takes; answers none of them."""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.console_desk import Desk

    Say = Callable[[str], None]

# Level, word and what it takes; what it is for. In the order in which they are told.
_TEXT = b"""\
0 help                       these words, of the level that you have
0 status                     what the broker is told, as JSON
0 show                       all of it in one line
0 session                    each connector: idle or active, energy, why a start was refused
0 journal                    records: oldest, next, acked, waiting, room, lost
0 time                       UTC, its state and its source
0 faults [all]               what is wrong now, and what to do
0 fault CODE                 what a code means
0 heap                       memory in use
0 detect [BUS|stop]          look for meters; at level 2 what is found is written
0 present CONNECTOR IT IL ID identify a driver, as a reader does
0 stop CONNECTOR L|R|A       end a session
0 unlock [1|2|3]             ask for a challenge; without a level, which one you have
0 answer HEX                 answer it
0 lock                       back to level 0
1 meter                      each meter's values, what its bus counted, last faults
1 live                       power and register of each connector in one line
1 mqtt                       connected since, reconnects, in flight, last fault
1 log                        the newest lines of the log
1 audit                      the audit log's head, and what the self-audit finds wrong
1 selftest                   prove key and flash, look at meters and journal
2 time UTC_S                 set the clock, in seconds since 1970
3 report SESSION             whose it was; report person IT ID: a person's
3 erase SESSION              forget whose it was; erase person IT ID: a person's
"""
_ALWAYS = ("status", "heap", "detect", "present", "stop", "unlock", "answer", "lock")


async def help(desk: "Desk", say: "Say") -> str:
    """Of the words that this device has, and app.console's own."""
    level, at = desk.lock.level, 0
    while at < len(_TEXT):
        end = _TEXT.find(b"\n", at)
        word = _TEXT[at + 2 : _TEXT.find(b" ", at + 2)].decode()
        if _TEXT[at] - 48 <= level and (word in desk.commands or word in _ALWAYS):
            say(_TEXT[at + 2 : end].decode())
            await asyncio.sleep(0)
        at = end + 1
    return "level %d of 3" % level


ROWS = {"help": help}
