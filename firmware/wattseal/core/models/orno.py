"""Orno's meters, from mbmd, ya-modbus and Tasmota; data only.

Floats of kWh as Eastron's. Parity even by three sources, odd by ya-modbus; 600 ms to a reply by
mbmd#258. OR-WE-514 is left out: its energy would be as long as its power.
"""

from wattseal.core.models import KWH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (3, 0x0108, "f32", BIG, KWH, 1)
    power = (3, 0x001C, "f32", BIG, KWH, 1)  # kW
    serial = (3, 0x0000, "u32", BIG, 1, 1)
    firmware = (3, 0x0004, "f32", BIG, 1000, 1)
    line = (9600, "E", 1, 1)
    for number in ("516", "517"):
        yield Model(
            "we" + number, "Orno", "OR-WE-" + number, (energy,), (power,), 60, serial, firmware,
            line=line, latency_ms=600, beside=2,
        )  # fmt: skip
