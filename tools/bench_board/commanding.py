"""Runs on the emulated board, through its raw REPL: judges a signed command, times its parts.

The host puts pauses.py before it, and COMMAND, a payload for the key in the configuration. Prints
as device.py does. The firmware is started as in running.py, and judges beside all that it does.
"""

import asyncio
import gc
import os
import time

import board

from wattseal import assembly, comb_table, storage
from wattseal.commanding import judging
from wattseal.core import ecdsa
from wattseal.drivers import config_file
from wattseal.drivers.key_file import KeyFileSigner
from wattseal.drivers.mqtt_session import MqttSession

SETTLE_S = 4  # by then both meters are sampled
verify_steps = ecdsa.verify_p1363_steps


class Kept:
    """Of a device that has taken no command yet."""

    used = doubted_s = 0


def timed_steps(*arguments):
    """In place of ecdsa's: tells how long it was, with what ran in between."""
    begin = time.ticks_us()
    good = yield from verify_steps(*arguments)
    print("command_verify", time.ticks_diff(time.ticks_us(), begin))
    return good


async def time_command(firmware):
    ecdsa.verify_p1363_steps = timed_steps
    gc.collect()
    begin = time.ticks_us()
    assert await judging.judge(firmware, COMMAND, Kept()) == ""  # noqa: F821
    print("command_judged", time.ticks_diff(time.ticks_us(), begin))


def session_bytes():
    """With the window as shipped, its code apart."""
    gc.collect()
    before = gc.mem_alloc()
    session = MqttSession(None, b"wattseal-w0123456789abcde")
    gc.collect()
    print("mqtt_session_bytes", gc.mem_alloc() - before)
    return session


async def main():
    session_bytes()
    gc.threshold(32768)  # as in main.py
    config = config_file.load("/data/config.json")
    signer = KeyFileSigner(
        "/data/device.key", comb_table.in_ram(), os.urandom, comb_table.native()
    )
    built = board.build(config)
    firmware = assembly.Firmware(
        built, config, signer, None, storage.of(built.flash, built.data_dir)
    )
    running = asyncio.create_task(firmware.run())
    await asyncio.sleep(SETTLE_S)
    pauses = Pauses()  # noqa: F821
    watching = asyncio.create_task(pauses.watch())
    await time_command(firmware)
    pauses.running = False
    await watching
    print("command_longest_pause", pauses.longest_us)
    assert not running.done()


asyncio.run(main())
