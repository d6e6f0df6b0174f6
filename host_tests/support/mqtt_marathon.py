"""200,000 QoS 1 messages through one session in memory, run by MicroPython; prints one line."""

import asyncio
import gc
import time

from scripted_broker import CONNACK, ScriptedStream, pid_of, puback

from wattseal.drivers.mqtt_session import MqttSession

MESSAGES = 200000


class AcknowledgingStream(ScriptedStream):
    async def write(self, data):
        if data[0] & 0xF0 == 0x30:
            self.feed(puback(pid_of(data)))


async def main():
    stream = AcknowledgingStream(CONNACK)
    expected = [0]  # the next tag to be acknowledged
    bad = []

    def on_puback(pid, tag):
        if tag != expected[0] or pid != tag % 65535 + 1:
            bad.append((pid, tag))
        expected[0] += 1

    session = MqttSession(
        stream.open, b"d", packet_bytes=64, incoming_bytes=64, on_puback=on_puback
    )
    await session.connect()
    running = asyncio.create_task(session.run())
    start = time.ticks_ms()
    used = [0] * 10
    for tag in range(MESSAGES):
        await session.publish(b"t", b"x", 1, tag=tag)
        if tag % 20000 == 19999:
            used[tag // 20000] = await heap_in_use(session)
    took_ms = time.ticks_diff(time.ticks_ms(), start)
    session.close()
    await running
    print("acknowledged=%d bad=%d strays=%d" % (expected[0], len(bad), session.strays))
    print("took_ms=%d used=%s" % (took_ms, used))


async def heap_in_use(session):
    """Bytes, when nothing is in flight."""
    while session.in_flight:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    gc.collect()
    return gc.mem_alloc()


asyncio.run(main())
