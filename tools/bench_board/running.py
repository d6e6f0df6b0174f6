"""Runs on the emulated board, through its raw REPL: signs on the loop, alone and while it meters.

The host puts pauses.py before it. The firmware is started as main.py starts it, but for a task
that signs beside the others. Prints as device.py does.
"""

import asyncio
import gc
import os
import time

from wattseal import comb_table
from wattseal.drivers.key_file import KeyFileSigner

TABLE = comb_table.in_ram()
NATIVE = comb_table.native()
KEY = "/data/device.key"
MESSAGE = bytes(900)  # about what a session's record has
SETTLE_S = 4  # by then both meters are sampled
SIGNATURES = 6
SIGNERS = {
    "sign": KeyFileSigner(KEY, TABLE, os.urandom),
    "sign_native": KeyFileSigner(KEY, TABLE, os.urandom, NATIVE),
}


async def time_pauses(name, signer):
    """While nothing else runs, and with room for a signature's garbage: of signing alone."""
    longest_us = 0
    await signer.prove()  # once in a life, behind the first reading; here it would be the first
    for _ in range(SIGNATURES):
        gc.collect()
        pauses = Pauses()  # noqa: F821
        watching = asyncio.create_task(pauses.watch())
        await signer.sign(MESSAGE)
        pauses.running = False
        await watching
        longest_us = max(longest_us, pauses.longest_us)
    print(name + "_longest_pause", longest_us)


async def time_running(name, signer):
    """The mean, with what other tasks and collections take meanwhile."""
    total_us = 0
    for _ in range(SIGNATURES):
        await asyncio.sleep_ms(830)  # another place on the sampler's grid each time
        begin = time.ticks_us()
        await signer.sign(MESSAGE)
        total_us += time.ticks_diff(time.ticks_us(), begin)
    print(name + "_running", total_us // SIGNATURES)


async def main():
    gc.threshold(-1)
    for name, signer in SIGNERS.items():
        await time_pauses(name, signer)
    # Late: until here the heap was signing's alone.
    import board

    from wattseal import assembly, storage
    from wattseal.drivers import config_file

    gc.threshold(32768)  # as in main.py
    config = config_file.load("/data/config.json")
    signer = SIGNERS["sign_native"]
    built = board.build(config)
    stores = storage.of(built.flash, built.data_dir)
    firmware = asyncio.create_task(assembly.Firmware(built, config, signer, None, stores).run())
    await asyncio.sleep(SETTLE_S)
    for name, signer in SIGNERS.items():
        await time_running(name, signer)
    assert not firmware.done()


asyncio.run(main())
