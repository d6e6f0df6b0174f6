"""Runs on MicroPython: reads one meter over a serial line or TCP; a line of JSON for each line.

It is told "values" and answers energy in mWh and power in W, or "names" and answers serial number,
firmware and the model's code; or the status of the fault.
"""

import asyncio
import json
import sys

from wattseal.core import config
from wattseal.core.models import MODELS
from wattseal.core.reading import MeterFault
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_lines import open_buses
from wattseal.drivers.modbus_meter import ModbusMeter
from wattseal.hal.unix import UnixClock
from wattseal.hal.unix_serial import PtySerial


async def answer(meter, what):
    try:
        if what == "values":
            reading = await meter.read()
            return [reading.energy_mwh, reading.power_w]
        identity = await meter.identify()
        return [identity.serial, identity.firmware, await meter.model_code()]
    except MeterFault as fault:
        return fault.st


async def main(line, model):
    """`line`: a path, or a port of this machine where Modbus TCP is spoken."""
    row = MODELS[model]
    if line.startswith("/"):
        bus = ModbusBus(PtySerial(line))
    else:
        bus_row = config.Section()
        bus_row.host, bus_row.port = "127.0.0.1", int(line)
        bus = open_buses([bus_row], [], True)[0]
    meter = ModbusMeter(bus, 7, row, UnixClock())
    while True:
        what = sys.stdin.readline().strip()
        if not what:
            return
        print(json.dumps(await answer(meter, what)))


asyncio.run(main(sys.argv[1], sys.argv[2]))
