"""One scenario of power cuts more: safe mode, its end, and a life that lasts; and the others."""

import struct

import cut_audit
import cut_crowded
import cut_duties
import cut_prices
import cut_scenarios
import virtual_power
from cut_scenarios import Scenario, session

from wattseal import storage
from wattseal.drivers.checkpoint import Checkpoints

BOOTS = 100  # before: whatever is cut, no later start may have forgotten them


def prepare(power):
    """One bad life more leads to safe mode."""
    cut_scenarios.provisioned(power)
    flash = power.world.flash
    checkpoints = storage.on_flash(flash)[1] if flash else Checkpoints(power.world.data_dir)
    for boots in (BOOTS - 1, BOOTS):
        checkpoints.save("boots", struct.pack("<IIBBBI", boots, 0, 2, 0, 0, 0))


def lives(power):
    power.reset_cause = "watchdog"

    async def safe(world):
        await session(world)
        await world.seconds(1000)

    async def lasts(world):
        await session(world)
        await world.seconds(130)

    try:
        power.on(safe)
    except virtual_power.Ended as end:
        assert "PlannedReset" in str(end), end
    power.on(lasts)


SCENARIOS = dict(cut_scenarios.SCENARIOS)
SCENARIOS["lives"] = Scenario(lives, prepare)
SCENARIOS["prices"] = cut_prices.SCENARIO
SCENARIOS["crowded"] = cut_crowded.SCENARIO
SCENARIOS.update(cut_audit.SCENARIOS)
SCENARIOS.update(cut_duties.SCENARIOS)
