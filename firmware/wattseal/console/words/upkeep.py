"""Tells of journal, broker, clock and log; tests; no identity, no session's start, no secret."""

import asyncio
import time

from micropython import const

from wattseal.app import newest_lines
from wattseal.core.ecdsa import KeyFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware

    Say = Callable[[str], None]

_STATES = {"S": "S, synchronised", "I": "I, informative"}
_2000_UTC_S = const(946684800)
_NAME = "selftest"  # of its checkpoint
_LISTED = const(8)  # lost records; `status` has all


async def journal(firmware: "Firmware", say: "Say") -> str:
    """Numbers are paginations."""
    kept = firmware.journal
    waiting = kept.next - kept.oldest
    say("oldest %d, next %d, acked %d, waiting %d" % (kept.oldest, kept.next, kept.acked, waiting))
    await asyncio.sleep(0)
    values = kept.used_bytes, kept.room_bytes, len(kept.segments)
    say("used %d bytes, room %d bytes, segments %d" % values)
    lost = kept.lost
    named = ", ".join(["%d" % number for number in lost[:_LISTED]])
    return "lost %d, by number: %s" % (len(lost), named) if lost else "lost 0 records"


async def mqtt(firmware: "Firmware", say: "Say") -> str:
    publisher, now_s = firmware.publisher, firmware.board.clock.now_ms() // 1000
    if publisher.connected:
        state = "connected for %d s" % (now_s - publisher.since_s)
    else:
        state = "not connected"
    again = max(0, publisher.connections - 1)
    say("%s, reconnects %d, in flight %d" % (state, again, publisher.in_flight))
    for line in reversed(_newest()):
        second, _, fault = line.decode().partition(" s: broker: ")
        if fault:
            return "last fault %d s ago: %s" % (now_s - int(second), fault)
    return "last fault none, as far as the log goes back"


async def clock(firmware: "Firmware", say: "Say") -> str:
    """What the clock shows; "drift" is how far it was off when a server was last asked."""
    now, keeper = firmware.board.clock, firmware.timekeeper
    utc = time.gmtime(now.utc_ms() // 1000 - _epoch_s())[:6]
    told = "%04d-%02d-%02d %02d:%02d:%02d UTC, state " % tuple(utc)
    say(told + _STATES.get(now.state(), "U, unknown to it"))
    await asyncio.sleep(0)
    if keeper is None:
        return "source: the board's clock, or who set it; no time server is configured"
    if not keeper.at_ms:
        return "source: the board's clock; the time server has not answered"
    told = "source: the time server, %d s ago" % ((now.now_ms() - keeper.at_ms) // 1000)
    if keeper.over_ms:
        told += "; drift %d ms in %d s" % (keeper.off_ms, keeper.over_ms // 1000)
    return told


async def log(firmware: "Firmware", say: "Say") -> str:
    """The newest lines, each with the seconds since the start; the oldest may be cut and is left
    out."""
    lines = _newest()
    for line in lines:
        say(" " + line.decode())
        await asyncio.sleep(0)
    now_s = firmware.board.clock.now_ms() // 1000
    return "log lines %d; now it is %d s since the start" % (len(lines), now_s)


async def self_test(firmware: "Firmware", _: "Say") -> str:
    """Whether key, flash, meters and journal are good, each in a word. What a power cut leaves of
    what is saved here nobody else reads."""
    key = flash = "good"
    try:
        await firmware.signer.prove()
    except KeyFault:
        key = "bad"
    quiet, kept = firmware.recorder.quiet, firmware.checkpoints
    saved = b"%d" % firmware.board.clock.now_ms()
    try:
        await quiet()
        kept.save(_NAME, saved)
        if kept.load(_NAME) != saved:
            flash = "fails"
        await quiet()
        kept.remove(_NAME)
    except OSError:
        flash = "fails"
    points, lost = firmware.points, len(firmware.journal.lost)
    unread = sum([1 for point in points if point.faults_in_row or not point.latest])
    values = key, flash, len(points) - unread, len(points), lost
    return "key %s; flash %s; meters read %d of %d; records lost %d" % values


def _newest() -> "list[bytes]":
    kept, at = newest_lines.kept, newest_lines.kept_at
    ring = bytes(kept[at:] + kept[:at])
    return ring.split(b"\n")[1:-1] if ring[0] else ring.strip(b"\0").split(b"\n")[:-1]


def _epoch_s() -> int:
    """Where this port's gmtime begins, in UTC seconds: 1970, or 2000 on an ESP32."""
    return _2000_UTC_S if time.gmtime(0)[0] == 2000 else 0


ROWS = {"journal": journal, "mqtt": mqtt, "time": clock, "log": log, "selftest": self_test}
