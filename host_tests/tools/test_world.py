"""The simulated charge point beside a firmware that is slow: its drivers wait, with patience."""

import asyncio
import contextlib
import json

from tools import world
from tools.sessions import Session
from tools.sim_meter import SimMeter

SPEED = 1000
STAY_MS = 120_000  # 0.12 s on the wall
ENERGY_WH = 5160
LATE_S = 0.4  # when the stay is over three times


async def played(close):
    """A world whose one session has ended; `close(inputs, tell)` is its firmware."""
    meter = SimMeter("sdm120", 1, "20261101")
    point = world.World([Session("1", 1, 0, STAY_MS, ENERGY_WH, 200_000)], {1: meter}, SPEED)
    reader, writer = await asyncio.open_connection("127.0.0.1", await point.start())

    def tell(closed):
        writer.write(json.dumps({"c": 1, "contactor": closed}).encode() + b"\n")

    firmware = asyncio.create_task(close(reader, tell))
    await asyncio.wait_for(point.run(), 20)
    firmware.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await firmware
    writer.close()
    await reader.read()  # until the world has closed its side, too
    await point.stop()
    return point


async def plugs(reader):
    """True when a car has come, False when it has gone, and so on."""
    plugged = False
    while line := await reader.readline():
        told = json.loads(line)
        if "plug" in told and bool(told["plug"]) != plugged:
            plugged = not plugged
            yield plugged


async def slow(reader, tell):
    async for plugged in plugs(reader):
        if plugged:
            await asyncio.sleep(LATE_S)
        tell(plugged)


async def dead(reader, tell):
    async for _ in plugs(reader):
        pass


def test_a_session_that_begins_after_its_planned_end_has_its_energy():
    (charge,) = asyncio.run(played(slow)).charged
    served_wh = (charge.end_mwh - charge.begin_mwh) / 1000
    assert abs(served_wh - ENERGY_WH) < 2  # the spacing of the model's single floats


def test_a_driver_that_gets_no_current_leaves_in_the_end(monkeypatch):
    monkeypatch.setattr(world, "_PATIENCE_S", 0.3)
    assert asyncio.run(played(dead)).charged == []
