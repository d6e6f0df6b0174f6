"""Meters behind a pymodbus TCP server that goes away, comes back, or says nothing any more."""

import asyncio
import contextlib

import interpreters
import pytest
from meter_cases import SERIAL
from meter_reader import MeterReader
from pymodbus.server import ModbusTcpServer

from tools.sim_meter import SimMeter

pytestmark = pytest.mark.parametrize("interpreter", interpreters.found(), ids=lambda row: row[0])
_BACK_S = 12  # in which a server that is back is found, asked once a second


@contextlib.asynccontextmanager
async def serving(meter, port=0):
    """pymodbus' server at the port; gives the port."""
    server = ModbusTcpServer([meter.device()], address=("127.0.0.1", port))
    await server.serve_forever(background=True)
    try:
        yield server.transport.sockets[0].getsockname()[1]
    finally:
        await server.shutdown()


async def found_after_s(reader):
    """Seconds until there is a reading again."""
    for second in range(_BACK_S):
        values = await reader.values()
        if isinstance(values, list):
            return second, values
        await asyncio.sleep(1)
    raise AssertionError("not found within %d s" % _BACK_S)


def test_a_server_that_goes_away_and_comes_back(interpreter):
    async def scenario():
        meter = SimMeter("sdm630", 7, SERIAL)
        meter.power_w = 4321
        async with serving(meter) as port:
            reader = await MeterReader(interpreter, port, "sdm630").__aenter__()
            good = await reader.values()
            assert good == [meter.served_energy_mwh(), 4321]
        async with reader:
            gone = [await reader.values() for _ in range(4)]
            assert gone == ["F"] * 4
            meter.energy_mwh += 1_000_000
            async with serving(meter, port):
                _, values = await found_after_s(reader)
                assert values == [meter.served_energy_mwh(), 4321]
                assert await reader.names() == [SERIAL, "3", "112"]

    asyncio.run(scenario())


def test_a_restart_between_two_readings_loses_none(interpreter):
    async def scenario():
        meter = SimMeter("em340", 7, SERIAL)
        good = [meter.served_energy_mwh(), 0]
        async with serving(meter) as port:
            reader = await MeterReader(interpreter, port, "em340").__aenter__()
            assert await reader.values() == good
        async with serving(meter, port), reader:
            assert await reader.values() == good

    asyncio.run(scenario())


def test_a_server_that_accepts_and_never_answers(interpreter):
    async def scenario():
        connections = []

        async def swallow(reader, _writer):
            connections.append(1)
            while await reader.read(100):
                pass

        server = await asyncio.start_server(swallow, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            async with MeterReader(interpreter, port, "sdm630") as reader:
                assert [await reader.values() for _ in range(4)] == ["T"] * 4
        assert len(connections) == 2  # the fourth request goes by a new one

    asyncio.run(scenario())
