"""Every meter model, read by MicroPython over a pty from pymodbus' server, to the last mWh."""

import asyncio
import json

import interpreters
import pytest

from tools.serial_line import SerialLine
from tools.sim_meter import MODELS, MeterLine, SimMeter

ENERGIES_MWH = (0, 12_345_678_000, 16_777_217_000, 99_999_990_000)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("interpreter", interpreters.found(), ids=lambda row: row[0])
def test_reads_the_register_exactly(model, interpreter):
    async def scenario():
        line = SerialLine()
        meter = SimMeter(model, 7, "4711")
        server = MeterLine([SimMeter(model, 3, "1"), meter])
        line.start()
        await server.start(line.meter_end)
        try:
            for energy_mwh in ENERGIES_MWH:
                meter.energy_mwh = energy_mwh
                meter.power_w = -1500
                script = interpreters.ROOT / "host_tests/support/read_meter.py"
                arguments = [script, line.device_end, model]
                done = await asyncio.to_thread(
                    interpreters.run, interpreter[1], arguments, interpreter[2], 30
                )
                assert done.returncode == 0, done.stdout
                expected = [meter.served_energy_mwh(), -1500, "4711"]
                assert json.loads(done.stdout) == expected
        finally:
            await server.stop()
            line.stop()

    asyncio.run(scenario())
