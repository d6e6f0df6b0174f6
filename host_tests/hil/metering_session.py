"""Has the shipped assembly meter a session on the board it runs on, and prints the proof.

Processor, heap, file system and signature are the board's; time, meter and broker are played, so
that nothing needs to be wired. Imported on the board by host_tests/hil alone.
"""

import json
import os

import virtual_time

CLOCK = virtual_time.install()

import virtual_power  # noqa: E402 - time is the clock's from here on
from virtual_board import VirtualWorld  # noqa: E402


async def _charge(world):
    await world.seconds(3)
    world.plug_in()
    await world.seconds(600)
    world.unplug()
    await world.seconds(10)


def run(folder):
    """Print a line for each record the receiver has, and one of what the meter really counted."""
    os.mkdir(folder)
    virtual_power.provision(folder)
    world = VirtualWorld(folder)
    before_mwh = world.meters[0].energy_mwh
    virtual_power.Power(world, None, stays=False).on(_charge)
    for pagination, payload in sorted(world.receiver.stored.items()):
        print("RECORD", json.dumps([pagination, json.loads(payload)]))
    counted_mwh = world.meters[0].energy_mwh
    violations = len(world.contactor.violations)
    print("METERED", before_mwh // 1000, counted_mwh // 1000, violations)
