"""Waiting for a UART and for an interrupt in MicroPython's own loop: timeouts, cancellation."""

import asyncio
import unittest

try:
    from micropython import RingIO
except ImportError:
    RingIO = None

WAIT_MS = 5000  # never used up by a test that passes


def line():
    """An uplink, and what stands for its UART: it can be polled, and has `any` and `readinto`."""
    from wattseal.hal.uart_line import UartLine

    ring = RingIO(64)
    return UartLine(ring, 87), ring


async def read(uplink, timeout_ms=WAIT_MS):
    buffer = memoryview(bytearray(16))
    count = await uplink.read_into(buffer, timeout_ms)
    return bytes(buffer[:count])


@unittest.skipUnless(RingIO, "CPython has no RingIO")
class TestUplink(unittest.TestCase):
    def test_is_woken_by_the_first_byte_while_others_run(self):
        async def scenario():
            uplink, ring = line()
            task = asyncio.create_task(read(uplink))
            for _ in range(5):
                await asyncio.sleep_ms(1)
            ring.write(b"late")
            return await task

        self.assertEqual(asyncio.run(scenario()), b"late")

    def test_after_a_silence_it_is_waited_for_again(self):
        async def scenario():
            uplink, ring = line()
            silences = []
            for _ in range(3):  # MicroPython awaits in no comprehension
                silences.append(await read(uplink, 5))
            ring.write(b"x")
            return silences, await read(uplink)

        self.assertEqual(asyncio.run(scenario()), ([b""] * 3, b"x"))

    def test_after_a_cancellation_at_any_turn_it_is_waited_for_again(self):
        async def scenario():
            uplink, ring = line()
            for turns in range(12):
                task = asyncio.create_task(read(uplink, 5))
                for _ in range(turns):
                    await asyncio.sleep_ms(turns % 3)
                task.cancel()
                try:
                    await task
                except asyncio.CancelledError:
                    pass
            ring.write(b"y")
            return await read(uplink)

        self.assertEqual(asyncio.run(scenario()), b"y")


class Pin:
    """An input without pull; `change` calls what was given to `irq`."""

    def __init__(self):
        self.level = 1
        self.handler = None

    def value(self):
        return self.level

    def irq(self, handler):
        self.handler = handler

    def change(self, level):
        self.level = level
        if self.handler:
            self.handler(self)


@unittest.skipUnless(RingIO, "CPython has no RingIO")
class TestPins(unittest.TestCase):
    def test_an_interrupt_wakes_the_loop(self):
        from wattseal.hal.pins import PinInputs, Place

        async def scenario():
            plug = Pin()
            inputs = PinInputs({1: Place(plug, Pin(), Pin())})
            changed = asyncio.Event()
            inputs.watch(1, changed)
            running = asyncio.create_task(inputs.run())  # and nobody reminds it
            for level in (0, 1, 0):
                await asyncio.sleep_ms(30)
                changed.clear()
                plug.change(level)
                self.assertEqual(plug.handler, None)
                await asyncio.wait_for(changed.wait(), 5)
                self.assertEqual(inputs.plugged(1), level == 0)
            running.cancel()

        asyncio.run(scenario())
