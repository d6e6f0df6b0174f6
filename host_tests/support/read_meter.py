"""Runs on MicroPython: reads one meter over a serial line, prints what it got as JSON."""

import asyncio
import json
import sys

from wattseal.core.models import MODELS
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_meter import ModbusMeter
from wattseal.hal.unix import UnixClock
from wattseal.hal.unix_serial import PtySerial


async def main():
    bus = ModbusBus(PtySerial(sys.argv[1]))
    meter = ModbusMeter(bus, 7, MODELS[sys.argv[2]], UnixClock())
    reading = await meter.read()
    identity = await meter.identify()
    print(json.dumps([reading.energy_mwh, reading.power_w, identity.serial]))


asyncio.run(main())
