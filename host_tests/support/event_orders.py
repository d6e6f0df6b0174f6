"""Every order of events that can befall a session, for a test and `make faults`; runs everywhere.

Six events, each of which turns something over, so that each of them always means something:

    p  the car, with its card, is plugged in; or unplugged   r  the journal fills up; or has room
    c  the charger stops offering energy; or offers again    m  the meter is silent; or answers
    s  a stop is asked for; or that is withdrawn             x  the power is cut, and comes back

All orders of one to six of them are 6 + 36 + ... + 6**6 = 55,986. Each goes on with an unplugging
and time to settle; then every session that was begun must be closed, once, and the next car be
charged. A journal that fills up keeps one frame: with a session open, it is the end record's.
Played with 4 s after each event (`calm`), and with hardly a turn of the event loop (`hasty`), so
that the events fall into a record that is being signed.
"""

import asyncio

import charge_point  # before session_rules: a small stack has not the room from below it
import session_rules
from fakes import settle

EVENTS = "pcsrmx"
LONGEST = 6
BATCH = 216  # orders of a line that is told
_CALM_S = 4
_SILENT_S = 32  # a meter that is silent for 30 samples is marked in the record
_HASTY_TURNS = 2
_SETTLED_S = 45
_ROOM, _FULL = 1000, 1
_READY_S = 6  # in which the next car is charged


class Play:
    """A charge point of one connector; `event` at a time, and `closed` to the end."""

    def __init__(self, hasty, free):
        self.point = charge_point.ChargePoint(free=free)
        self.meter = self.point.meters[0]
        self.ledger = session_rules.Ledger(self.point, self.meter)
        self._hasty = hasty
        self.point.journal.room = _ROOM

    async def begin(self):
        self.point.boot()
        await self.point.seconds(2)

    async def event(self, letter):
        inputs = self.point.inputs
        if letter == "p":
            inputs.unplug(1) if inputs.plugged(1) else inputs.plug_in(1)
        elif letter == "c":
            inputs.show(1, offer=not inputs.offering(1))
        elif letter == "s":
            inputs.show(1, stop="" if inputs.stop_request(1) else "R")
        elif letter == "r":
            full = self.point.journal.room <= _FULL
            self.point.journal.room = _ROOM if full else _FULL
        elif letter == "m":
            self.meter.fault = "" if self.meter.fault else "T"
        else:
            await self.point.restart()
        await self._pass(_SILENT_S if letter == "m" and self.meter.fault else _CALM_S)

    async def _pass(self, count_s):
        if self._hasty:
            await settle(_HASTY_TURNS)
        else:
            await self.point.seconds(count_s)

    async def closed(self):
        """[what is wrong] after an unplugging and time to settle; the play is over."""
        point = self.point
        point.inputs.unplug(1)
        settled = await self._until(self._settled, _SETTLED_S)
        found = [] if settled else ["not settled: " + " / ".join(point.log[-2:])]
        if any("waits for room" in line for line in point.log):
            found.append("an end record without room")
        found += self.ledger.found + session_rules.wrong(point)
        self.meter.fault, point.journal.room = "", _ROOM
        await point.seconds(1)
        point.inputs.plug_in(1)
        await self._until(lambda: point.contactor.closed, _READY_S)
        if point.contactor.closed != [1] or point.kinds()[-1:] != ["begin"]:
            found.append("the next car is not charged")
        return found

    async def _until(self, done, longest_s):
        """False: it did not come so far in this time."""
        for _ in range(longest_s):
            await self.point.seconds(1)
            if done():
                return True
        return False

    def _settled(self):
        return self.point.connectors[0].idle and not self.point.contactor.closed


def order(number, length):
    """The `number`-th order of `length` events."""
    letters = []
    for _ in range(length):
        letters.append(EVENTS[number % len(EVENTS)])
        number //= len(EVENTS)
    return "".join(letters)


def sample(most):
    """`most` orders of the longest length, spread over all of them; the same ones every time."""
    count = len(EVENTS) ** LONGEST
    step = count // most
    while step % 2 == 0 or step % 3 == 0:  # what divides `count` would come back too soon
        step += 1
    return [order(i * step % count, LONGEST) for i in range(most)]


def batches(longest):
    """How many lines `cases` gives of all orders."""
    return sum([-(-(len(EVENTS) ** length) // BATCH) for length in range(1, longest + 1)])


def judged(letters, hasty, free):
    """[what is wrong] with one order."""
    found = asyncio.run(_played(letters, hasty, free))
    return ["%s: %s" % (letters, what) for what in found]


async def _played(letters, hasty, free):
    play = Play(hasty, free)
    await play.begin()
    for letter in letters:
        await play.event(letter)
    found = await play.closed()
    await play.point.shut_down()
    return found


def cases(hasty, free, longest, most=0):
    """(what, tried, [what was wrong]): all orders of up to `longest` events, or `most` orders."""
    what = "hasty" if hasty else "calm"
    what += ", a full journal is free" if free else ", a full journal refuses"
    if most:
        for letters in sample(most):
            yield what + ", a sample", 1, judged(letters, hasty, free)
        return
    for length in range(1, longest + 1):
        count = len(EVENTS) ** length
        for first in range(0, count, BATCH):
            numbers = range(first, min(first + BATCH, count))
            wrong = []
            for number in numbers:
                wrong += judged(order(number, length), hasty, free)
            yield what, len(numbers), wrong
