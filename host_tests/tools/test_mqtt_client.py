"""The host tools' MQTT client where the broker goes at a bad moment: nothing is reported by the
loop, nobody else's file is watched, and who waits for an answer learns of it at once."""

import asyncio
import gc
import socket
from types import SimpleNamespace

import aiomqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from tools.mqtt_client import Client

CONNACK = b"\x20\x02\x00\x00"
AT_ONCE_S = 3  # aiomqtt waits for 10 s


class Broker:
    """Says word for word what a test has it say."""

    def __init__(self):
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setblocking(False)
        self.port = self._server.getsockname()[1]

    async def take(self):
        """The next connection, with its CONNECT read."""
        self._loop = asyncio.get_running_loop()
        self._open, _ = await self._loop.sock_accept(self._server)
        await self.hear()

    async def hear(self):
        return await self._loop.sock_recv(self._open, 1000)

    async def say(self, words):
        await self._loop.sock_sendall(self._open, words)

    def go(self):
        self._open.close()

    def close(self):
        self._server.close()


def play(scenario):
    """What the loop reported of callbacks and of futures that nobody asked."""
    reported = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: reported.append(context["message"]))
        broker = Broker()
        try:
            async with asyncio.timeout(20):
                await scenario(broker, Client("127.0.0.1", broker.port))
        finally:
            broker.close()
        gc.collect()
        await asyncio.sleep(0.05)

    asyncio.run(main())
    return reported


async def until_it_is_told(broker, client, answered, then):
    """How long it took to learn that the broker went instead of giving the next answer."""

    async def serve():
        await broker.take()
        for words in answered:
            await broker.say(words)
            await broker.hear()
        broker.go()

    loop = asyncio.get_running_loop()
    serving = asyncio.create_task(serve())
    with pytest.raises(aiomqtt.MqttError):
        async with client:
            for step in then:
                await step(client)
    now = loop.time()
    await serving
    return now


@pytest.mark.parametrize(
    ("answered", "then"),
    [
        ([], []),
        ([CONNACK], [lambda client: client.subscribe("a/#", qos=1)]),
        ([CONNACK], [lambda client: client.publish("a", "b", qos=1)]),
    ],
    ids=["connack", "suback", "puback"],
)
def test_who_waits_for_an_answer_learns_at_once_that_none_will_come(answered, then):
    async def scenario(broker, client):
        begun = asyncio.get_running_loop().time()
        assert await until_it_is_told(broker, client, answered, then) < begun + AT_ONCE_S

    assert play(scenario) == []


def test_what_is_sent_as_the_broker_goes_troubles_nobody():
    """The loop learns of the packet and of the end in one turn; the packet comes first."""

    async def scenario(broker, client):
        serving = asyncio.create_task(broker.take())
        connecting = asyncio.create_task(client.__aenter__())
        await serving
        await broker.say(CONNACK)
        await connecting
        broker.go()
        sending = asyncio.create_task(client.publish("a", "b", qos=1))
        with pytest.raises(aiomqtt.MqttError):
            await sending
        await client.__aexit__(None, None, None)

    assert play(scenario) == []


def test_a_number_that_is_another_s_by_then_is_not_watched():
    async def scenario(_, client):
        closed, other = socket.socket(), socket.socket()
        number = closed.fileno()
        client._on_socket_register_write(client._client, None, closed)
        closed.close()
        with socket.fromfd(other.fileno(), socket.AF_INET, socket.SOCK_STREAM) as heir:
            assert heir.fileno() == number
            await asyncio.sleep(0)
            assert not asyncio.get_running_loop().remove_writer(number)
        other.close()

    assert play(scenario) == []


def test_answers_that_come_are_given():
    async def scenario(broker, client):
        async def serve():
            await broker.take()
            await broker.say(CONNACK)
            asked = await broker.hear()
            await broker.say(b"\x90\x03" + asked[2:4] + b"\x01")
            await broker.hear()
            await broker.say(b"\x40\x02\x00\x02")
            await broker.hear()

        serving = asyncio.create_task(serve())
        async with client:
            assert [code.value for code in await client.subscribe("a/#", qos=1)] == [1]
            await client.publish("a", "b", qos=1)
        await serving
        broker.go()

    assert play(scenario) == []


def test_a_write_that_breaks_ends_the_connection_once():
    async def scenario(broker, client):
        calls = []

        def breaks():
            calls.append(1)
            raise BrokenPipeError

        mine, other = socket.socketpair()
        client._client.loop_write = breaks
        client._on_socket_register_write(client._client, None, mine)
        await asyncio.sleep(0.01)
        asyncio.get_running_loop().remove_writer(mine)
        assert calls and isinstance(client._disconnected.exception(), BrokenPipeError)
        mine.close()
        other.close()

    assert play(scenario) == []


def test_a_broker_that_goes_when_nobody_waits_any_more_is_not_reported():
    async def scenario(broker, client):
        client._on_disconnect(
            client._client, None, None, ReasonCode(PacketTypes.DISCONNECT, "Server busy")
        )
        assert client._connected.done()

    assert play(scenario) == []


def test_a_client_that_outlives_its_loop_closes_without_a_word():
    """As after Ctrl-C in a connect: paho closes its socket when the client is thrown away."""

    async def make():
        client = Client("127.0.0.1", 1)
        client._misc_task = SimpleNamespace(done=lambda: False, cancel=None)
        return client

    loop = asyncio.new_event_loop()
    client = loop.run_until_complete(make())
    loop.close()
    with socket.socket() as sock:
        client._on_socket_close(client._client, None, sock)
