"""The receiver's MQTT connection: hands on what comes, returns when the broker does; no policy."""

import asyncio
import contextlib
from collections.abc import Callable

import aiomqtt

from tools.broker_address import BrokerAddress
from tools.mqtt_client import Client
from tools.reconnecting import ELSEWHERE, Pauses

_PAUSE_S = 0.5
_LOST = "the connection was lost"  # of tools.mqtt_client, too
_AIOMQTT_LOST = "Disconnected during message iteration"


class NoBroker(Exception):
    """Nobody answers there, or not to us; the argument is one sentence."""


class Subscriber:
    """Everything below `topic`. `take(topic, payload)` is called for each message, in order.

    `on_connected()` after every connect; `publish` needs no waiting. What is published while there
    is no connection is dropped, and so is what a newer message of the same topic overtakes.
    `longest_pause_s`: up to where the pause before the next connect grows. `fault`: why there is
    no connection.
    """

    def __init__(
        self, broker: BrokerAddress, topic: str, take: Callable[[str, bytes], None],
        on_connected: Callable[[], None], longest_pause_s: float = _PAUSE_S,
    ) -> None:  # fmt: skip
        self._broker = broker
        self._topic = topic
        self._take = take
        self._on_connected = on_connected
        self._client: Client | None = None
        self._waiting: dict[str, str] = {}  # payloads by topic
        self._sending: asyncio.Task | None = None
        self._fetching: set[asyncio.Task] = set()
        self._pauses = Pauses(_PAUSE_S, longest_pause_s)
        self.ready = asyncio.Event()
        self.connections = 0
        self.fault = ""

    @property
    def connected(self) -> bool:
        return self._client is not None

    def publish(self, topic: str, payload: str) -> None:
        """QoS 1."""
        if self._client is not None:
            self._waiting[topic] = payload
            if self._sending is None or self._sending.done():
                self._sending = asyncio.create_task(self._send(self._client))

    def fetch(self, topic: str) -> None:
        """Has the broker send once more what it retains there."""
        if self._client is not None:
            task = asyncio.create_task(self._fetch(self._client, topic))
            self._fetching.add(task)
            task.add_done_callback(self._fetching.discard)

    async def sent(self, most_s: float) -> None:
        """Until the broker has what was published, or the time is over."""
        if self._sending is not None:
            await asyncio.wait((self._sending,), timeout=most_s)

    async def connects(self, running: asyncio.Task, most_s: float) -> bool:
        """Whether `running`, its `run`, is connected within the time. NoBroker when that ended."""
        ready = asyncio.ensure_future(self.ready.wait())
        await asyncio.wait((running, ready), return_when=asyncio.FIRST_COMPLETED, timeout=most_s)
        ready.cancel()
        if running.done():
            running.result()
        return self.ready.is_set()

    async def run(self) -> None:
        """Until cancelled. NoBroker when the very first connection fails."""
        while True:
            try:
                await self._serve()
            except aiomqtt.MqttError as fault:
                self.fault = _LOST if str(fault) == _AIOMQTT_LOST else str(fault)
                if not self.connections and "authori" in str(fault).lower():
                    raise NoBroker(
                        f"the broker at {self._broker.shown} does not let us in ({fault}); name "
                        "user and password: BROKER=mqtt://user:password@host:port"
                    ) from fault
                if not self.connections:
                    raise NoBroker(
                        f"no MQTT broker at {self._broker.shown}: {fault}; start one, or leave "
                        "BROKER out for one inside the run"
                    ) from fault
            finally:
                self._client = None
                self._waiting.clear()
            pause_s = self._pauses.ended()
            if self._pauses.is_elsewhere and self.fault == _LOST:
                self.fault = ELSEWHERE
            await asyncio.sleep(pause_s)

    async def _serve(self) -> None:
        broker = self._broker
        async with Client(
            broker.host, broker.port, username=broker.user or None,
            password=broker.password or None, tls_context=broker.tls_context(),
        ) as client:  # fmt: skip
            self._pauses.began()
            for code in await client.subscribe(self._topic, qos=1):
                if getattr(code, "is_failure", False):
                    raise aiomqtt.MqttError(f"the broker refuses to tell us of {self._topic}")
            self._client = client
            self.connections += 1
            self.ready.set()
            self._on_connected()
            async for message in client.messages:
                self._take(str(message.topic), bytes(message.payload))

    async def _fetch(self, client: Client, topic: str) -> None:
        with contextlib.suppress(aiomqtt.MqttError):  # the connection's own task notices
            await client.subscribe(topic, qos=1)
            await client.unsubscribe(topic)  # it is heard by the other subscription, too

    async def _send(self, client: Client) -> None:
        try:
            while self._waiting:
                topic = next(iter(self._waiting))
                await client.publish(topic, self._waiting.pop(topic), qos=1)
        except aiomqtt.MqttError:
            self._waiting.clear()  # the connection's own task notices, and acknowledges again
