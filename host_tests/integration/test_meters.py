"""Every meter model, read by MicroPython from pymodbus' server over a pty, to the last mWh."""

import asyncio

import interpreters
import meter_cases
import pytest
from meter_cases import SERIAL
from meter_reader import MeterReader
from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer

from tools.serial_line import SerialLine
from tools.sim_meter import MODELS, MeterLine, SimMeter

each_interpreter = pytest.mark.parametrize(
    "interpreter", interpreters.found(), ids=lambda row: row[0]
)


async def check(interpreter, line, meter):
    """Read the meter at each energy, on the interpreter; compare with what it served."""
    async with MeterReader(interpreter, line, meter.model) as reader:
        assert await reader.names() == meter_cases.names(meter)
        for case in meter_cases.settings(meter):
            served = [meter.served_energy_mwh(), meter.power_w]
            assert await reader.values() == served, case


@pytest.mark.parametrize("model", MODELS)
@each_interpreter
def test_reads_the_register_exactly(model, interpreter):
    async def scenario():
        line = SerialLine()
        meter = SimMeter(model, 7, SERIAL)
        server = MeterLine([SimMeter(model, 3, "1"), meter])
        line.start()
        await server.start(line.meter_end)
        try:
            await check(interpreter, line.device_end, meter)
        finally:
            await server.stop()
            line.stop()

    asyncio.run(scenario())


@pytest.mark.parametrize("exponent", [-3, -1, 1, 3])
@each_interpreter
def test_follows_the_power_of_ten_of_a_counter(exponent, interpreter):
    async def scenario():
        line = SerialLine()
        meter = SimMeter("wm3m4", 7, SERIAL, 1_234_567_891)
        meter.exponent = exponent
        server = MeterLine([meter])
        line.start()
        await server.start(line.meter_end)
        try:
            async with MeterReader(interpreter, line.device_end, "wm3m4") as reader:
                assert (await reader.values())[0] == meter.served_energy_mwh()
        finally:
            await server.stop()
            line.stop()

    asyncio.run(scenario())


@pytest.mark.parametrize("model", ["em340", "em24e1", "pac2200"])
@each_interpreter
def test_reads_over_modbus_tcp_as_well(model, interpreter):
    async def scenario():
        meter = SimMeter(model, 7, SERIAL)
        server = ModbusTcpServer([meter.device()], address=("127.0.0.1", 0))
        await server.serve_forever(background=True)
        port = server.transport.sockets[0].getsockname()[1]
        try:
            await check(interpreter, port, meter)
        finally:
            await server.shutdown()

    asyncio.run(scenario())


def test_a_meter_that_needs_silence_calls_a_hasty_master_busy():
    async def scenario():
        device = SimMeter("sdm72v2", 7, SERIAL).device()
        answers = []
        for wait_s in (0, 0.11, 0.01, 0.11):
            await asyncio.sleep(wait_s)
            answers.append(await device.action(4, 0, 52, 2, [0] * 0xFFFF, None))
        return answers

    busy = ExcCodes.DEVICE_BUSY
    assert asyncio.run(scenario()) == [None, None, busy, None]
