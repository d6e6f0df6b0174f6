"""What the emulated board meets: its flash, two meters, two bays, and where the power is cut.

Real sessions' energies and powers in 10 to 15 simulated seconds each; the clock on the wall plays
no part, so a scene comes out the same every time.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools import keys
from tools.emulate.cars import Bay, Cars, Visit
from tools.emulator.flash_image import flash_image
from tools.emulator.meter_profile import profile
from tools.sessions import Session
from tools.sim_meter import SimMeter

# boards/RPI_PICO: plug, pilot, offer and contactor of each connector; the meter bus's direction
PINS = {1: (6, 7, 8, 14), 2: (9, 10, 11, 15)}
DIRECTION_PIN = 3
SLOT_S = 16.0  # one session and the gap behind it
_FIRST_S = 4.0
_CHARGE_S, _PARK_S = 9.0, 2.0
_REGISTER_MWH = 12_345_678_000
_CUT_EVERY_S = 15.0
_CUT_OFF_S = 0.3


@dataclass
class Scene:
    """`scenario`: the emulator's; `meters`: by connector; `cars` act on what the board does."""

    flash: bytes
    scenario: dict
    meters: dict[int, SimMeter]
    cars: Cars
    device: str


def build(
    sessions: list[Session], meter: str, uf2: bytes, files: dict[str, bytes], cuts: int,
    max_s: float,
) -> Scene:  # fmt: skip
    """`files`: the staged tree for a stock image, nothing for a frozen one."""
    meters = {n: SimMeter(meter, 1 + n, str(20261100 + n), _REGISTER_MWH) for n in PINS}
    visits: dict[int, list[Visit]] = {n: [] for n in PINS}
    for at, session in enumerate(sessions):
        number = 1 + at % len(PINS)
        visits[number].append(_visit(session, number))
    device, provisioned = _provision(meters)
    bays = {n: Bay(PINS[n], list(v), next_s=_FIRST_S + 5 * n) for n, v in visits.items()}
    scenario = {
        "max_s": max_s,
        "uart0": {"peer": "driver"},
        "uart1": {"peer": "meters", "direction_pin": DIRECTION_PIN},
        "meters": [
            {
                "profile": profile(meters[n]), "energy_mwh": _REGISTER_MWH,
                "rows": _rows(visits[n]), "contactor_pin": PINS[n][3],
            }
            for n in PINS
        ],
        "cuts": [_cut(n) for n in range(cuts)],
    }  # fmt: skip
    flash = flash_image(uf2, {**files, **provisioned})
    return Scene(flash, scenario, meters, Cars(bays), device)


def _visit(session: Session, connector: int) -> Visit:
    hours = (session.departure_ms - session.arrival_ms) / 3_600_000
    power_w = min(int(session.energy_wh / hours), session.p_max_w)
    return Visit(
        session.name, connector, int(session.energy_wh * 1000), power_w, _CHARGE_S, _PARK_S
    )


def _rows(visits: list[Visit]) -> list[list[float]]:
    """Energy over time as the meter would count it: slot after slot a session's."""
    rows, t_s, energy_mwh = [[0.0, 0, 0]], _FIRST_S, 0
    for visit in visits:
        rows.append([t_s, energy_mwh, visit.power_w])
        energy_mwh += int(visit.energy_mwh * SLOT_S / _CHARGE_S)
        t_s += SLOT_S
        rows.append([t_s - 0.001, energy_mwh, visit.power_w])
    rows.append([t_s + 1000, energy_mwh + 1_000_000, 3600])
    return rows


def _cut(number: int) -> dict:
    """Inside a flash operation: another one, and another part of it, every time."""
    return {
        "flash_op": 1 + number % 5, "fraction": (0.1, 0.5, 0.9, 0.3, 0.7)[number % 5],
        "after_s": 10 + number * _CUT_EVERY_S, "off_s": _CUT_OFF_S,
    }  # fmt: skip


def _provision(meters: dict[int, SimMeter]) -> tuple[str, dict[str, bytes]]:
    """(device id, files below /data): a key and a configuration of a new device."""
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "device.key"
        device = keys.new(key)
        secret = key.read_bytes()
    config = {
        "version": 1,
        "status_s": 5,
        "connectors": [
            {"id": n, "meter": m.model, "unit": m.unit, "p_max_w": 350000}
            for n, m in meters.items()
        ],
        "broker": {"host": "gateway", "tls": "plain-text-accepted"},
    }
    return device, {
        "data/device.key": secret, "data/config.json": json.dumps(config).encode(),
    }  # fmt: skip
