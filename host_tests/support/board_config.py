"""Configurations for building whole boards: as many buses and connectors as a test asks for."""

import types

BOARDS = {"ESP32_GENERIC": "esp32", "RPI_PICO": "rp2", "RPI_PICO_W": "rp2"}
BUSES = {"ESP32_GENERIC": 2, "RPI_PICO": 1, "RPI_PICO_W": 2}


def config(buses=2, connectors=2, wifi=True, meter="sdm630"):
    line = types.SimpleNamespace(baud=9600, parity="E", stop_bits=1, host="")
    return types.SimpleNamespace(
        buses=[line] * buses,
        connectors=[
            types.SimpleNamespace(id=10 + i, bus=0, meter=meter, pulse_ms=10)
            for i in range(connectors)
        ],
        wifi=types.SimpleNamespace(ssid="yard", password="secret") if wifi else None,
    )
