"""tools.update's one connection: shared by all devices, made anew, and told where it is lost."""

import asyncio
import contextlib

import aiomqtt
import pytest

from tools.broker import EmbeddedBroker
from tools.broker_address import BrokerAddress
from tools.update import link as linking
from tools.update.link import Link

DEVICES = "w00000000000000a", "w00000000000000b"


def play(scenario):
    async def main():
        broker = EmbeddedBroker()
        port = await broker.start()
        link = Link(BrokerAddress("127.0.0.1", port))
        task = asyncio.create_task(link.run())
        try:
            async with asyncio.timeout(20), aiomqtt.Client("127.0.0.1", port) as other:
                await scenario(link, other, broker, port)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await broker.stop()

    asyncio.run(main())


def test_all_devices_share_one_connection_and_each_hears_its_own(monkeypatch):
    made, client = [], linking.Client
    monkeypatch.setattr(linking, "Client", lambda *a, **k: made.append(1) or client(*a, **k))

    async def scenario(link, other, *_):
        heard = {device: [] for device in DEVICES}
        async with contextlib.AsyncExitStack() as stack:
            words = {}
            for device in DEVICES:
                await other.publish(f"wattseal/v1/{device}/status", "kept", qos=1, retain=True)
                take = link.listening(device, lambda t, p, d=device: heard[d].append((t, p)))
                await stack.enter_async_context(take)
                words[device] = await stack.enter_async_context(link.words(device))
            for device in DEVICES:
                await other.publish(f"wattseal/v1/{device}/rsp", f"to {device}", qos=1)
                assert await words[device].get() == f"to {device}".encode()
                await link.publish(f"wattseal/v1/{device}/cmd", b"an order")
            for device in DEVICES:
                name = f"wattseal/v1/{device}/"
                said = [(name + "status", b"kept"), (name + "rsp", f"to {device}".encode())]
                assert heard[device] == said and words[device].empty()
        assert len(made) == 1

    play(scenario)


def test_a_lost_connection_is_told_and_the_next_one_listens_again(monkeypatch):
    monkeypatch.setattr(linking, "_PAUSE_S", 0.1)

    async def scenario(link, _other, broker, port):
        device, heard = DEVICES[0], asyncio.Queue()
        async with link.listening(device, lambda _, payload: heard.put_nowait(payload)):
            async with link.words(device) as words:
                await broker.stop()
                assert await words.get() is None
            with pytest.raises(aiomqtt.MqttError):
                await link.publish(f"wattseal/v1/{device}/cmd", b"an order")
            with pytest.raises(aiomqtt.MqttError):
                async with link.words(device):
                    pass
            await broker.start(port)
            async with aiomqtt.Client("127.0.0.1", port) as other:
                await other.publish(f"wattseal/v1/{device}/status", "new", qos=1, retain=True)
                assert await heard.get() == b"new"

    play(scenario)


def test_certificates_that_cannot_be_used_are_a_fault_of_the_connection():
    async def scenario():
        link = Link(BrokerAddress("127.0.0.1", 1, ca_der=b"none"))
        task = asyncio.create_task(link.run())
        for ends in (lambda: None, task.cancel):  # also where nobody will try again
            ends()
            with pytest.raises(aiomqtt.MqttError):
                async with asyncio.timeout(5), link.words("d"):
                    pass
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scenario())
