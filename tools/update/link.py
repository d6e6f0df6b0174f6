"""The one connection of `send` to its broker, for all devices; judges nothing that comes on it.

A broker may let a name in once, as `make broker`'s does with a certificate's: a second connection
of ours would end the first.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import aiomqtt

from tools.broker_address import BrokerAddress
from tools.command_send import topic
from tools.mqtt_client import Client
from tools.reconnecting import ELSEWHERE, Pauses

_TIMEOUT_S = 30
_PAUSE_S, _LONGEST_PAUSE_S = 2, 10
_ENDED = "the connection to it has ended for good"

Take = Callable[[str, bytes], None]  # (topic, payload)
Words = asyncio.Queue[bytes | None]  # payloads; None: the connection is lost


class Link:
    """`run` beside all else. `shown`: the broker."""

    def __init__(self, broker: BrokerAddress) -> None:
        self.shown = broker.shown
        self._broker = broker
        self._client: Client | None = None
        self._takers: dict[str, Take] = {}
        self._words: dict[str, Words] = {}
        self._fault, self._failures = "", 0
        self._has_ended = False
        self._news = asyncio.Event()  # of the connection, for whoever waits at that time

    async def run(self) -> None:
        """Never returns; a lost connection is made anew."""
        pauses = Pauses(_PAUSE_S, _LONGEST_PAUSE_S)
        try:
            while True:
                try:
                    await self._serve(pauses)
                except (aiomqtt.MqttError, OSError) as fault:  # OSError: of certificates
                    self._fault = str(fault)
                pause_s = pauses.ended()
                if pauses.is_elsewhere:
                    self._fault = ELSEWHERE
                self._lost()
                await asyncio.sleep(pause_s)
        finally:
            self._has_ended = True
            self._lost()

    @contextlib.asynccontextmanager
    async def listening(self, device: str, take: Take) -> AsyncIterator[None]:
        """`take` what it says on `status` and `rsp`, also over connections to come. One for each
        device."""
        self._takers[device] = take
        if self._client:
            # Without it we know less; the connection's own task notices where it is lost.
            with contextlib.suppress(aiomqtt.MqttError):
                await _subscribe(self._client, device)
        try:
            yield
        finally:
            del self._takers[device]

    @contextlib.asynccontextmanager
    async def words(self, device: str) -> AsyncIterator[Words]:
        """What it says on `rsp` from now on. MqttError where there is no connection."""
        client = await self._connected()
        found: Words = asyncio.Queue()
        self._words[device] = found
        try:
            await client.subscribe(topic(device, "rsp"), qos=1)
            yield found
        finally:
            del self._words[device]

    async def publish(self, name: str, payload: bytes) -> None:
        """QoS 1. MqttError."""
        if self._client is None:
            raise aiomqtt.MqttError(self._fault)
        await self._client.publish(name, payload, qos=1)

    async def _connected(self) -> Client:
        """As soon as there is one. MqttError once the next attempt has failed."""
        failures = self._failures
        while self._client is None:
            if self._failures > failures or self._has_ended:
                raise aiomqtt.MqttError(self._fault or _ENDED)
            await self._news.wait()
        return self._client

    async def _serve(self, pauses: Pauses) -> None:
        """One connection to its end. MqttError, OSError."""
        broker = self._broker
        async with Client(
            broker.host, broker.port, username=broker.user or None,
            password=broker.password or None, tls_context=broker.tls_context(),
            timeout=_TIMEOUT_S,
        ) as client:  # fmt: skip
            pauses.began()
            self._client = client
            self._tell()
            for device in list(self._takers):
                await _subscribe(client, device)
            async for message in client.messages:
                self._take(str(message.topic), bytes(message.payload))

    def _take(self, name: str, payload: bytes) -> None:
        device = name.rpartition("/")[0].rpartition("/")[2]
        if device in self._takers:
            self._takers[device](name, payload)
        if device in self._words and name == topic(device, "rsp"):
            self._words[device].put_nowait(payload)

    def _lost(self) -> None:
        self._client = None
        self._failures += 1
        for words in self._words.values():
            words.put_nowait(None)
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


@contextlib.asynccontextmanager
async def linked(broker: BrokerAddress) -> AsyncIterator[Link]:
    """One that runs meanwhile."""
    link = Link(broker)
    beside = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)


async def _subscribe(client: Client, device: str) -> None:
    """MqttError."""
    for name in ("status", "rsp"):  # what it was comes before what it says now
        await client.subscribe(topic(device, name), qos=1)
