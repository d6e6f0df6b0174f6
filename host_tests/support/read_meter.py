"""Runs on MicroPython: reads one meter over a serial line or TCP, prints what it got as JSON."""

import asyncio
import json
import sys

from wattseal.core import modbus_rtu, modbus_tcp
from wattseal.core.models import MODELS
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_meter import ModbusMeter
from wattseal.hal.unix import UnixClock
from wattseal.hal.unix_serial import PtySerial, TcpSerial


async def main(line, model):
    """`line`: a path, or a port of this machine where Modbus TCP is spoken."""
    if line.startswith("/"):
        bus = ModbusBus(PtySerial(line), framing=modbus_rtu)
    else:
        bus = ModbusBus(TcpSerial("127.0.0.1", int(line)), framing=modbus_tcp)
    meter = ModbusMeter(bus, 7, MODELS[model], UnixClock())
    reading = await meter.read()
    identity = await meter.identify()
    print(json.dumps([reading.energy_mwh, reading.power_w, identity.serial]))


asyncio.run(main(sys.argv[1], sys.argv[2]))
