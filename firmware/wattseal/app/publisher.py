"""Carries records from the journal to the receiver until it acknowledges them; signs nothing.

The journal is the only queue. A PUBACK frees the sending window; a record is done when the
receiver's cumulative `ack` says so (or, where the configuration says `ack: broker`, its PUBACK).
"""

import asyncio

from micropython import const

from wattseal.core import bill

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable

    from wattseal.app.acks import Acks, ReceiverWords
    from wattseal.app.broker_contract import BrokerSession
    from wattseal.app.greeting import Greeting
    from wattseal.contracts import Journal, Link

_BACKOFF_FIRST_MS = const(500)
_BACKOFF_LAST_MS = const(60000)
_LASTED = const(4)  # looks back, 15 s each: a connection that stands
_MOST_LOOKS = const(240)  # an hour of them
_FIRST_STATUS = const(0)  # the tag of a connection's; no record has this number


class Publisher:
    """`session`: drivers' MqttSession or its like; `errors`: what ends a connection; `words`:
    what the receiver says; `calm()`: as for late.load."""

    def __init__(
        self, session: "BrokerSession", errors: "tuple[type[Exception], ...]", link: "Link",
        journal: "Journal", acks: "Acks", words: "ReceiverWords", device_id: str,
        appended: asyncio.Event, greeting: "Greeting", calm: "Callable[[], Awaitable[None]]",
        ack_by_broker: bool,
        random_below: "Callable[[int], int]", log: "Callable[[str], None]", resend_ms: int = 15000,
    ) -> None:  # fmt: skip
        self._session = session
        self._errors = errors
        self._link = link
        self._journal = journal
        self._acks = acks
        self.words = words
        self._appended = appended
        self._greeting = greeting  # what is retained: `key` and `status`
        self._calm = calm
        self._ack_by_broker = ack_by_broker
        self._random_below = random_below
        self._log = log
        self._resend_ms = resend_ms  # nothing acknowledged for so long: send again
        self._base = b"wattseal/v1/" + device_id.encode() + b"/"
        self._cursor = 0  # next record to send
        self._waiting: list[int] = []  # sent, no PUBACK yet (broker mode)
        self._news = False  # `status` has changed since it was sent
        self._rotten: int | None = None  # a record that the next `status` says is lost
        self._pause_ms = _BACKOFF_FIRST_MS
        self.connections = 0  # in which the broker has taken our subscriptions and `status`
        self.beats = 0
        self.now_ms: Callable[[], int] = lambda: 0
        self.since_s = 0  # since the start, of the newest connection

    @property
    def connected(self) -> bool:
        return self._session.connected

    @property
    def in_flight(self) -> int:
        """Messages sent that the broker has not acknowledged."""
        return self._session.in_flight

    @property
    def resting(self) -> bool:
        """There is no network, or a connection with nothing to send."""
        unsent = self.words.again <= self.words.again_last or self._cursor < self._journal.next
        idle = self._session.connected and not unsent and not self._news
        return idle or not self._link.is_up()

    async def run(self) -> None:
        while True:
            await self._link.up()
            self.beats += 1
            oldest = self._journal.oldest
            try:
                await self._session.connect()
                await self._serve()
            except self._errors as fault:
                self._log("broker: %s" % fault)
            # A login alone is no reason to come back soon: the broker may end each one behind it.
            if self._journal.oldest > oldest:
                self._pause_ms = _BACKOFF_FIRST_MS
            # full jitter: a thousand chargers must not come back in step
            await asyncio.sleep_ms(self._random_below(self._pause_ms) + 1)
            self._pause_ms = min(2 * self._pause_ms, _BACKOFF_LAST_MS)

    async def tell(
        self, name: bytes, text: bytes, qos: int = 0, tag: object = None
    ) -> bool:  # fmt: skip
        """Dropped without a word when there is no connection: False. `tag`: for `on_puback`."""
        if self._session.connected:
            try:
                await self._session.publish(self._base + name, text, qos, tag=tag)
                return True
            except self._errors:
                pass  # the connection's own task reports it
        return False

    def tell_status(self) -> None:
        """Publish `status` anew, soon, when there is a connection."""
        self._news = True
        self._appended.set()

    def on_puback(self, pid: int, sequence: "Any") -> None:
        if sequence == _FIRST_STATUS:
            self.connections += 1
        if self._ack_by_broker and sequence in self._waiting:
            self._waiting.remove(sequence)
            self._acks.take(min(self._waiting) - 1 if self._waiting else self._cursor - 1)

    async def _serve(self) -> None:
        """Everything one connection does, until it is over."""
        receiving = asyncio.create_task(self._receive())
        looking = asyncio.create_task(self._look_back())
        try:
            self.since_s = self.now_ms() // 1000
            for name in self.words.topics:
                await self._session.subscribe(self._base + name)
            await self._calm()
            await self._retain(b"key", self._greeting.key())
            await self._tell_status(_FIRST_STATUS)
            for topic, payload in self._greeting.discovery():
                await self._session.publish(topic, payload, 1, True)
            self._cursor = self._journal.oldest
            self._waiting = []
            await self._send()
        finally:
            looking.cancel()
            self._session.close()
            await receiving

    async def _receive(self) -> None:
        """Until the connection is over; then whoever waits for something to send must know."""
        try:
            await self._session.run()
        except self._errors as fault:
            self._log("broker: %s" % fault)
        finally:
            self._appended.set()

    async def _send(self) -> None:
        words = self.words
        while self._session.connected:
            self.beats += 1
            if self._news:
                await self._tell_status(self._rotten)
            while words.again <= words.again_last:
                self.beats += 1
                sequence = max(words.again, self._journal.first)  # what went may be much
                words.again = sequence + 1
                if sequence <= words.again_last:
                    await self._send_one(sequence, True)
            # What was acknowledged late may be ahead of what was sent since.
            self._cursor = max(self._cursor, self._journal.oldest)
            if self._cursor < self._journal.next:
                self._cursor += 1  # before sending: its PUBACK may come meanwhile
                await self._send_one(self._cursor - 1, False)
            else:
                await self._appended.wait()
                self._appended.clear()

    async def _look_back(self) -> None:
        """Everything was sent and nothing of it acknowledged for too long: send it again; then
        after twice as long each time, until something is acknowledged or asked for."""
        journal, words = self._journal, self.words
        oldest = again = looks = lasted = 0
        due = 1  # looks in vain until it is sent again
        while True:
            await asyncio.sleep_ms(self._resend_ms)
            lasted += 1
            if lasted == _LASTED:
                self._pause_ms = _BACKOFF_FIRST_MS
            if (journal.oldest, words.again) != (oldest, again):
                oldest, again, looks, due = journal.oldest, words.again, 0, 1
            elif self._cursor >= journal.next:
                looks += 1
                if looks >= due and oldest < journal.next:
                    looks, due = 0, min(2 * due, _MOST_LOOKS)
                    self._cursor = oldest
                    self._appended.set()

    async def _tell_status(self, tag: "int | None" = None) -> None:
        await self._calm()  # to put it together takes a small board 40 ms
        self._news = False
        await self._retain(b"status", self._greeting.status(), tag)

    async def _retain(self, name: bytes, payload: bytes, tag: "int | None" = None) -> None:
        await self._session.publish(self._base + name, payload, 1, True, tag=tag)

    async def _send_one(self, sequence: int, again: bool) -> None:
        try:
            frame = self._journal.read(sequence)
        except OSError:  # a later try may read it; what comes behind waits for it
            if not again:
                self._cursor = sequence
            await asyncio.sleep_ms(self._resend_ms)
            return
        if frame is None:  # lost to a bad CRC: the receiver need not wait for it
            self._news = True
            if self._ack_by_broker and not again:  # it is, once the broker has that `status`
                self._rotten = sequence
                self._waiting.append(sequence)
            await asyncio.sleep_ms(0)  # to look for it takes long, and many may be lost
            return
        topic = self._base + b"bill/%d" % bill.connector_of(frame[1])
        if self._ack_by_broker and not again:
            self._waiting.append(sequence)
        await self._session.publish(topic, frame[1], 1, False, tag=sequence)
