"""The receiver's connection: the newest of each topic goes out, and no dead one holds it up."""

import asyncio

import aiomqtt

from tools.broker import EmbeddedBroker
from tools.broker_address import BrokerAddress
from tools.subscriber import Subscriber


class Listener:
    """Somebody else on the broker."""

    def __init__(self, port):
        self.heard = []
        self._port = port

    async def run(self):
        async with aiomqtt.Client("127.0.0.1", self._port) as client:
            await client.subscribe("to/#", qos=1)
            self.ready.set()
            async for message in client.messages:
                self.heard.append((str(message.topic), message.payload.decode()))

    async def __aenter__(self):
        self.ready = asyncio.Event()
        self._task = asyncio.create_task(self.run())
        await self.ready.wait()
        return self

    async def __aexit__(self, *_):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, last):
        while last not in self.heard:
            await asyncio.sleep(0.01)


async def wait_for(condition):
    while not condition():
        await asyncio.sleep(0.01)


def play(scenario):
    async def main():
        broker = EmbeddedBroker()
        port = await broker.start()
        subscriber = Subscriber(BrokerAddress("127.0.0.1", port), "from/#", print, lambda: None)
        task = asyncio.create_task(subscriber.run())
        try:
            async with asyncio.timeout(20):
                await subscriber.ready.wait()
                await scenario(broker, port, subscriber)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await broker.stop()

    asyncio.run(main())


def test_of_each_topic_only_the_newest_waits():
    async def scenario(broker, port, subscriber):
        async with Listener(port) as listener:
            for number in range(200):
                subscriber.publish("to/ack", str(number))
            subscriber.publish("to/resend", "x")
            await listener.until(("to/resend", "x"))
            await listener.until(("to/ack", "199"))
            assert len(listener.heard) <= 4  # what was on its way, and the last of each

    play(scenario)


def test_what_is_retained_is_sent_once_more_when_it_is_fetched():
    async def scenario(broker, port, subscriber):
        heard = []
        subscriber._take = lambda topic, payload: heard.append((topic, payload))
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.publish("from/w1/key", "k", qos=1, retain=True)
        await wait_for(lambda: heard)
        count = len(heard)
        subscriber.fetch("from/w1/key")
        await wait_for(lambda: len(heard) > count)
        assert set(heard) == {("from/w1/key", b"k")}

    play(scenario)


def test_what_was_fetched_is_not_heard_twice_from_then_on():
    async def scenario(broker, port, subscriber):
        heard = []
        subscriber._take = lambda topic, payload: heard.append(payload)
        subscriber.fetch("from/w1/key")
        await wait_for(lambda: not subscriber._fetching)
        async with aiomqtt.Client("127.0.0.1", port) as client:
            for payload in ("k", "end"):
                await client.publish("from/w1/key", payload, qos=1)
        await wait_for(lambda: b"end" in heard)
        assert heard == [b"k", b"end"]

    play(scenario)


def test_after_a_broker_s_restart_it_speaks_at_once():
    """What waited for the lost connection's answer must not hold up what is said later."""

    async def scenario(broker, port, subscriber):
        subscriber.publish("to/ack", "lost")  # it is on its way when the broker goes
        await broker.stop()
        await wait_for(lambda: not subscriber.connected)
        await broker.start(port)
        async with Listener(port) as listener:
            await wait_for(lambda: subscriber.connected)
            subscriber.publish("to/ack", "again")
            async with asyncio.timeout(3):
                await listener.until(("to/ack", "again"))

    play(scenario)


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_connection(monkeypatch):
    pauses = []

    class Restless(Subscriber):
        async def _serve(self):
            if len(pauses) in (0, 5):
                self.connections += 1
                self._pauses.began()
            raise aiomqtt.MqttError("gone")

    async def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) > 7:
            raise asyncio.CancelledError

    monkeypatch.setattr("tools.subscriber.asyncio.sleep", sleep)
    restless = Restless(BrokerAddress("127.0.0.1", 1), "from/#", print, lambda: None, 4)
    coroutine = restless.run()
    try:
        coroutine.send(None)
    except asyncio.CancelledError:
        pass
    assert pauses == [0.5, 1, 2, 4, 4, 0.5, 1, 2] and restless.fault == "gone"
