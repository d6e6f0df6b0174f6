"""Every meter model, read by MicroPython from a second independent server, libmodbus'."""

import asyncio
import os
import tty

import golden
import interpreters
import libmodbus
import meter_cases
import pytest
from libmodbus import LibmodbusMeter
from meter_cases import SERIAL
from meter_reader import MeterReader

from tools.serial_line import SerialLine
from tools.sim_meter import MODELS, SimMeter

UNIT = 7
each_interpreter = pytest.mark.parametrize(
    "interpreter", interpreters.found(), ids=lambda row: row[0]
)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return libmodbus.build(tmp_path_factory.mktemp("libmodbus"))


@pytest.fixture
def line():
    return SerialLine()


@pytest.mark.parametrize("model", MODELS)
@each_interpreter
def test_reads_the_register_exactly(program, line, model, interpreter):
    async def scenario():
        line.start()
        meter = SimMeter(model, UNIT, SERIAL)
        known = meter._map
        async with LibmodbusMeter(program, line.meter_end, UNIT) as server:
            # what stands beside the measured values, and the names
            await server.put_words(known.measured + known.named, meter._words)
            async with MeterReader(interpreter, line.device_end, model) as reader:
                assert await reader.names() == meter_cases.names(meter)
                for case in meter_cases.settings(meter):
                    if known.exponent is not None:
                        await server.put(4, known.exponent, "i16", "big", meter.exponent)
                    served = await server.put_measured(meter)
                    # the two servers agree as well
                    assert served == [meter.served_energy_mwh(), meter.power_w], case
                    assert await reader.values() == served, case
        line.stop()

    asyncio.run(scenario())


@pytest.mark.parametrize("model", MODELS)
def test_a_golden_frame_is_what_libmodbus_answers_as_well(program, line, model):
    vector = golden.load(model)
    device = os.open(line.device_end, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(device)

    async def exchange(request):
        os.write(device, request)
        reply = await asyncio.to_thread(os.read, device, 3)
        while len(reply) < 3 or len(reply) < reply[2] + 5:
            reply += await asyncio.to_thread(os.read, device, 256)
        return reply

    async def scenario():
        line.start()
        async with LibmodbusMeter(program, line.meter_end, vector["unit"]) as server:
            sets = [(golden.image(vector, case), case["frames"]) for case in vector["cases"]]
            sets.append((golden.names_image(vector), vector["identity"]["frames"]))
            for words, frames in sets:
                await server.put_words((3, 4), words)
                for request, reply in frames:
                    assert (await exchange(bytes.fromhex(request))).hex() == reply
        line.stop()

    try:
        asyncio.run(scenario())
    finally:
        os.close(device)
