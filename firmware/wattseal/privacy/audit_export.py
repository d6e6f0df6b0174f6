"""Sends the audit log to who asks for it, some entries a message; imported for that, and dropped.

    {"v":1,"before":["<number>","<mac>"],"frames":["<frame without its line feed>", ...]}

on the device's topic `audit`. `before` is the entry before the first of these frames.
"""

import asyncio
import binascii
import json

from micropython import const

from wattseal.core import audit_chain
from wattseal.core.command import CommandError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.app.auditor import Auditor
    from wattseal.app.publisher import Publisher
    from wattseal.assembly import Firmware

_IN_ONE = const(4)  # entries: 2 KB at the most
_PAUSE_MS = const(200)  # each lies in the heap until the broker has it


async def export(firmware: "Firmware", after: int) -> str:
    """All entries behind number `after`; returns what there is to say. CommandError, OSError."""
    auditor = firmware.recorder.audit
    if auditor is None:
        raise CommandError("this device keeps no audit log")
    auditor.note("export", "%d" % after, who="command")
    await auditor.head()  # what was noted is in it
    if after > auditor.log.number:
        raise CommandError("the newest entry is %d; ask after an earlier one" % auditor.log.number)
    return await _sent(auditor, firmware.publisher, firmware.calm, after)


async def _sent(
    auditor: "Auditor", publisher: "Publisher", calm: "Callable[[], Awaitable[None]]", after: int
) -> str:
    before, last = auditor.log.before(), auditor.log.number
    frames: list[str] = []
    count = number = 0
    for line, mac in auditor.log.entries(max(0, after - 1)):
        number = audit_chain.number(line)
        if number <= after:
            before = number, mac
        else:
            frames.append(audit_chain.frame(line, mac).decode()[:-1])
        if len(frames) == _IN_ONE or frames and number == last:
            await calm()  # to put one together takes a small board 30 ms
            await _send(publisher, before, frames)
            count, before, frames = count + len(frames), (number, mac), []
            await asyncio.sleep_ms(_PAUSE_MS)
        await asyncio.sleep(0)
    if frames or number < min(last, after + 1):
        raise CommandError("the log is damaged; entries up to %d were sent" % before[0])
    return "%d entries sent, up to %d" % (count, last)


async def _send(publisher: "Publisher", before: "tuple[int, bytes]", frames: "list[str]") -> None:
    """CommandError."""
    number, mac = before
    told = {"v": 1, "before": [str(number), binascii.hexlify(mac).decode()], "frames": frames}
    if not await publisher.tell(b"audit", json.dumps(told).encode(), 1):
        raise CommandError("the connection was lost; ask again, after entry %d" % number)
