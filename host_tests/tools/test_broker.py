"""The embedded broker: quiet, on loopback only, with retained messages."""

import asyncio

import aiomqtt
import pytest

from tools.broker import BrokerUnavailable, EmbeddedBroker


def with_broker(check):
    async def run():
        broker = EmbeddedBroker()
        port = await broker.start()
        try:
            return await asyncio.wait_for(check(broker, port), 10)
        finally:
            await broker.stop()

    return asyncio.run(run())


async def first_message(port, topic):
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe(topic, qos=1)
        message = await client.messages.__anext__()
        return str(message.topic), message.payload, message.retain


def test_keeps_retained_messages_for_later_subscribers():
    async def check(_broker, port):
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.publish("a/b", b"kept", qos=1, retain=True)
        return await first_message(port, "a/#")

    assert with_broker(check) == ("a/b", b"kept", True)


def test_says_nothing_of_its_own():
    async def check(_broker, port):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(first_message(port, "$SYS/#"), 0.5)

    with_broker(check)


def test_listens_on_loopback_only():
    async def check(broker, port):
        server = broker._broker._servers["default"].instance
        return {sock.getsockname() for sock in server.sockets}, port

    addresses, port = with_broker(check)
    assert addresses == {("127.0.0.1", port)}


def test_names_the_port_that_is_in_use():
    async def check(_broker, port):
        with pytest.raises(BrokerUnavailable, match="port %d of 127.0.0.1" % port):
            await EmbeddedBroker().start(port)

    with_broker(check)


def test_can_be_stopped_twice_and_started_again():
    async def check(broker, port):
        await broker.stop()
        await broker.stop()
        return port, await broker.start(port)

    before, after = with_broker(check)
    assert before == after


def test_logs_nothing(caplog):
    async def check(_broker, port):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(first_message(port, "nothing"), 0.2)

    with_broker(check)
    assert [r for r in caplog.records if r.name.startswith(("amqtt", "transitions"))] == []
