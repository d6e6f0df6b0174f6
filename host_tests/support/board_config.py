"""Configurations for building whole boards: as many buses and connectors as a test asks for."""

import types

from tools import boards

_FACTS = {name: boards.facts(name) for name in boards.names()}
BOARDS = {name: row.family for name, row in _FACTS.items() if row.family != "unix"}
BUSES = {name: _FACTS[name].bus_lines for name in BOARDS}


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
