"""What the emulated board meets: its flash, two meters, two bays, a gateway; plays nothing.

Real sessions' energies and powers in 10 to 15 simulated seconds each; the clock on the wall and
chance play no part, so a scene comes out the same every time.
"""

import hashlib
import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from tools import keys
from tools.emulate.cars import Bay, Cars, Visit
from tools.emulate.scene_key import SceneKey
from tools.emulator.flash_image import PICO, PICO_RING, flash_image
from tools.emulator.meter_profile import profile
from tools.sessions import Session
from tools.sim_meter import SimMeter

# boards/RPI_PICO: plug, pilot, offer and contactor of each connector; the meter bus's direction
PINS = {1: (6, 7, 8, 14), 2: (9, 10, 11, 15)}
DIRECTION_PIN = 3
MAX_S = 300.0
DEVICE = "w0123456789abcde"
_FIRST_S, _STAGGER_S = 4.0, 5.0  # the first car of each bay
_CHARGE_S, _PARK_S = 9.0, 2.0
_P_MAX_W = 30_000_000  # an hour's energy in seconds
_REGISTER_MWH = 12_345_678_000
_CUT_FROM_S, _CUT_EVERY_S, _CUT_OFF_S = 12.0, 15.0, 0.3
_CUT_FRACTIONS = (0.1, 0.5, 0.9, 0.3, 0.7)
_AWAY_FROM_S = 4.5  # the device has connected, the first session is about to begin
_AWAY_S, _AWAY_MOST_S = 8.0, 40.0  # for each session, and in all
_BACKLOG = 4
_TARIFF = "t.json"
_STATUS_S, _ASK_EVERY_S = 5, 5.0


@dataclass
class Scene:
    """`scenario`: the emulator's; `meters`: by connector; `energies_mwh`: of each car.

    `away_s`: from when to when the gateway has no network. `ask_every_s`: status and heap are
    asked for on the console so often. None, 0: never.
    """

    flash: bytes
    frozen: bool
    scenario: dict
    meters: dict[int, SimMeter]
    cars: Cars
    energies_mwh: list[int]
    away_s: tuple[float, float] | None
    ask_every_s: float
    device: str = DEVICE
    tariff: bytes = b""
    back_end: SceneKey | None = None

    @property
    def wanted(self) -> int:
        """Cars that come."""
        return len(self.energies_mwh)

    @property
    def cuts(self) -> int:
        return len(self.scenario["cuts"])

    @property
    def backlog(self) -> int:
        """So many records at least pile up while the gateway is away and a session is open."""
        return min(_BACKLOG, self.wanted)

    @property
    def first_unit(self) -> int:
        """Of the meter that is asked first in every second."""
        return self.meters[min(self.meters)].unit


def build(
    sessions: list[Session], meter: str, uf2: bytes, files: dict[str, bytes], cuts: int,
    quiet: bool = False, stock: bool = False, command_key: str = "", tariff: bytes = b"",
    back_end: SceneKey | None = None,
) -> Scene:  # fmt: skip
    """`files`: the staged tree for a stock image, nothing for a frozen one, nor for a `stock` one
    that is still bare. `quiet`: the gateway is always there, nothing is asked for, and the status
    is told as seldom as by default. `command_key`: as the configuration has it. `tariff`: what the
    sessions cost, b"" for nothing. `back_end`: whom identifications are sealed to.
    """
    meters = {n: SimMeter(meter, 1 + n, str(20261100 + n), _REGISTER_MWH) for n in PINS}
    bays = {n: Bay(PINS[n], meters[n].unit, [], next_s=_next_s(n)) for n in PINS}
    visits = [_visit(session, 1 + at % len(PINS)) for at, session in enumerate(sessions)]
    for visit in visits:
        bays[visit.connector].visits.append(visit)
    scenario = {
        "max_s": MAX_S,
        "uart0": {"peer": "driver"},
        "uart1": {"peer": "meters", "direction_pin": DIRECTION_PIN},
        "meters": [
            {
                "profile": profile(meters[n]), "energy_mwh": _REGISTER_MWH,
                "contactor_pin": PINS[n][3],
            }
            for n in PINS
        ],
        "cuts": [_cut(n) for n in range(cuts)],
        "trace_modbus": True,
        "trace_flash": True,
    }  # fmt: skip
    held = {**files, **_provisioned(meters, _told(quiet, command_key, back_end), tariff)}
    layout = PICO if files or stock else PICO_RING
    flash = flash_image(uf2, held, layout)
    away_s = (_AWAY_FROM_S, _AWAY_FROM_S + min(_AWAY_S * len(sessions), _AWAY_MOST_S))
    energies = [visit.energy_mwh for visit in visits]
    ends = (None, 0.0) if quiet else (away_s, _ASK_EVERY_S)
    return Scene(
        flash, not files, scenario, meters, Cars(bays), energies, *ends, tariff=tariff,
        back_end=back_end,
    )  # fmt: skip


def _told(quiet: bool, command_key: str, back_end: SceneKey | None) -> dict:
    """Keys of the configuration."""
    told: dict = {} if quiet else {"status_s": _STATUS_S}
    if command_key:
        told["command_key"] = command_key
    if back_end:
        told |= {"sealing_key": back_end.public, "policy": 1, "statistics": "on"}
    return told


def _next_s(connector: int) -> float:
    return _FIRST_S + _STAGGER_S * (connector - 1)


def _visit(session: Session, connector: int) -> Visit:
    hours = (session.departure_ms - session.arrival_ms) / 3_600_000
    power_w = min(int(session.energy_wh / hours), session.p_max_w)
    return Visit(
        session.name, connector, int(session.energy_wh * 1000), power_w, _CHARGE_S, _PARK_S
    )


def _cut(number: int) -> dict:
    """Inside a flash operation: another one, and another part of it, every time."""
    return {
        "flash_op": 1 + number % 5, "fraction": _CUT_FRACTIONS[number % len(_CUT_FRACTIONS)],
        "after_s": _CUT_FROM_S + number * _CUT_EVERY_S, "off_s": _CUT_OFF_S,
    }  # fmt: skip


def device_key() -> ec.EllipticCurvePrivateKey:
    """For this device alone, always the same."""
    number = int.from_bytes(hashlib.sha256(DEVICE.encode()).digest(), "big") >> 1
    return ec.derive_private_key(number, ec.SECP256R1())


def _provisioned(meters: dict[int, SimMeter], more: dict, tariff: bytes) -> dict[str, bytes]:
    """Files below /data: configuration, tariff and key."""
    secret = keys.encode(DEVICE, device_key())
    named = {"tariff": _TARIFF} if tariff else {}
    config = {
        "version": 1,
        **more,
        **named,
        "buses": [{"baud": 9600, "parity": "N", "stop_bits": 1}],  # the emulated line's
        "connectors": [
            {"id": n, "meter": m.model, "unit": m.unit, "p_max_w": _P_MAX_W, **m.configured()}
            for n, m in meters.items()
        ],
        "broker": {"host": "gateway", "tls": "plain-text-accepted"},
    }
    copies = dict.fromkeys(("data/device.key", "data/device.key.2"), secret)
    priced = {"data/" + _TARIFF: tariff} if tariff else {}
    return {**copies, **priced, "data/config.json": json.dumps(config).encode()}
