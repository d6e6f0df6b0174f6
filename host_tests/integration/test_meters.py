"""Every meter model, read by MicroPython from pymodbus' server over a pty, to the last mWh."""

import asyncio
import json

import interpreters
import pytest
from pymodbus.server import ModbusTcpServer

from tools.serial_line import SerialLine
from tools.sim_meter import MODELS, MeterLine, SimMeter
from wattseal.core import models

SCRIPT = interpreters.ROOT / "host_tests/support/read_meter.py"
ENERGIES_MWH = (999_999_000, 16_777_217_000, 99_999_990_000)
each_interpreter = pytest.mark.parametrize(
    "interpreter", interpreters.found(), ids=lambda row: row[0]
)


def test_the_simulator_knows_every_model():
    assert sorted(MODELS) == sorted(models.MODELS)


async def reads(interpreter, line, meter):
    """Read the meter at each energy, on the interpreter; compare with what it served."""
    for energy_mwh in ENERGIES_MWH:
        meter.energy_mwh = energy_mwh
        meter.power_w = -1500
        done = await asyncio.to_thread(
            interpreters.run, interpreter[1], [SCRIPT, line, meter.model], interpreter[2], 30
        )
        assert done.returncode == 0, done.stdout
        assert json.loads(done.stdout) == [meter.served_energy_mwh(), -1500, "4711"]


@pytest.mark.parametrize("model", MODELS)
@each_interpreter
def test_reads_the_register_exactly(model, interpreter):
    async def scenario():
        line = SerialLine()
        meter = SimMeter(model, 7, "4711")
        server = MeterLine([SimMeter(model, 3, "1"), meter])
        line.start()
        await server.start(line.meter_end)
        try:
            await reads(interpreter, line.device_end, meter)
        finally:
            await server.stop()
            line.stop()

    asyncio.run(scenario())


@each_interpreter
def test_reads_over_modbus_tcp_as_well(interpreter):
    async def scenario():
        meter = SimMeter("em340", 7, "4711")
        server = ModbusTcpServer([meter.device()], address=("127.0.0.1", 0))
        await server.serve_forever(background=True)
        port = server.transport.sockets[0].getsockname()[1]
        try:
            await reads(interpreter, port, meter)
        finally:
            await server.shutdown()

    asyncio.run(scenario())
