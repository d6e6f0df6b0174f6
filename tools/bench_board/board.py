"""Boots our images on the emulated board and judges their figures against what is promised.

Simulated time, the same in every run but for random numbers; within a quarter of hardware's.
"""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import image_sources, stage
from tools.bench_board.tls_server import TlsServer
from tools.bench_board.uplink import two_commands, uplink
from tools.bench_figures import BenchFault, Figure, Outcome
from tools.emulate import scene
from tools.emulate.__main__ import TARIFF
from tools.emulate.figures import board_figures
from tools.emulate.scene_key import SceneKey
from tools.emulator import raw_repl
from tools.emulator.driver import Driver
from tools.emulator.flash_image import PICO_RING, files_below, flash_image
from tools.emulator.install import EmulatorFault, missing
from tools.emulator.meter_profile import profile
from tools.emulator.rig import Rig
from tools.sim_meter import SimMeter

IMAGES = Path(__file__).resolve().parents[2] / "build/RPI_PICO"
UF2, STOCK = IMAGES / "firmware.uf2", IMAGES / "stock.uf2"
_MAX_S = 120
_LATENCY_MS = 40
_FRAME_END_MS = 35 / 9.6  # the emulated meter's turnround begins 3.5 characters behind the frame
# Milliseconds, collections of garbage apart; a figure without one is told and not judged.
MOST = {
    "sign": 125, "sign_longest_pause": 6, "sign_native": 17, "sign_native_longest_pause": 6,
    "meter_read_overhead": 10, "meter_read_overhead_worst": 10,
    "boot_to_first_reading_frozen": 2000, "boot_to_first_reading_files": 4000,
}  # fmt: skip


def run() -> Outcome:
    """Figures "board.*"; none where there is no image or no emulator, and it says so."""
    lacking = missing() or _lacking(UF2, "make firmware BOARD=RPI_PICO")
    if lacking:
        print(f"bench: no figures of the board: {lacking}")
        return Outcome()
    sections = [
        _frozen, parts, reading, _pulses, _pricing, _sealing, _auditing, running, _commanding,
        _handshake,
    ]  # fmt: skip
    lacking = _lacking(STOCK, "make firmware BOARD=RPI_PICO STOCK=1")
    if lacking:
        print(f"bench: no figures of a stock image: {lacking}")
    else:
        sections.insert(0, _stock)  # the longest first
    try:
        # Beside one another, for simulated time does not mind.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = [pool.submit(section) for section in sections]
            figures = {name: figure for one in found for name, figure in one.result().items()}
    except (EmulatorFault, raw_repl.ScriptFault) as fault:
        raise BenchFault(f"the board did not finish its bench: {fault}") from fault
    return Outcome({"board." + name: figure for name, figure in figures.items()}, judge(figures))


def _lacking(image: Path, command: str) -> str:
    """A sentence where an image is missing or not of the sources here, else ""."""
    return image_sources.stale(image) if image.exists() else f"run: {command}"


def judge(figures: dict[str, Figure]) -> list[str]:
    """One sentence for each promise that these figures break."""
    return [
        f"board.{name} is {figures[name].value:g} {figures[name].unit}, more than {most}"
        for name, most in MOST.items()
        if name in figures and figures[name].value > most
    ]


def parts() -> dict[str, Figure]:
    """Each by itself, on an empty heap."""
    scenario = {"max_s": _MAX_S, "uart1": {"peer": None}}
    return _scripted("device.py", scenario, flash_image(UF2.read_bytes(), {}, PICO_RING))


def reading() -> dict[str, Figure]:
    """The Modbus master and a meter that answers 40 ms after the request's last bit."""
    meter = SimMeter("sdm630", 2, "4711")
    scenario = {
        "max_s": _MAX_S,
        "uart0": {"peer": None},
        "uart1": {"peer": "meters", "direction_pin": scene.DIRECTION_PIN},
        "modbus": {"turnround_ms": _LATENCY_MS - _FRAME_END_MS},
        "meters": [{"profile": profile(meter), "energy_mwh": meter.energy_mwh}],
    }
    return _scripted("reading.py", scenario, flash_image(UF2.read_bytes(), {}, PICO_RING))


def _pulses() -> dict[str, Figure]:
    """An S0 meter whose output is still: its reading, and the saving of its total."""
    scenario = {"max_s": _MAX_S, "uart1": {"peer": None}}
    return _scripted("pulses.py", scenario, flash_image(UF2.read_bytes(), {}, PICO_RING))


def _pricing() -> dict[str, Figure]:
    """A tariff, a closing record's price, and a sample with and without one."""
    scenario = {"max_s": _MAX_S, "uart1": {"peer": None}}
    before = f"TARIFF = {TARIFF.read_bytes()!r}\n"
    flash = flash_image(UF2.read_bytes(), {}, PICO_RING)
    return _scripted("pricing.py", scenario, flash, before)


def _sealing() -> dict[str, Figure]:
    """The key of a capsule, by bytecode and by the native module, and the capsule."""
    scenario = {"max_s": _MAX_S, "uart1": {"peer": None}}
    return _scripted("sealing.py", scenario, flash_image(UF2.read_bytes(), {}, PICO_RING))


def _auditing() -> dict[str, Figure]:
    """An entry of the audit log, opening it, the image's bytes, and a key's slot."""
    scenario = {"max_s": _MAX_S, "uart1": {"peer": None}}
    return _scripted("auditing.py", scenario, flash_image(UF2.read_bytes(), {}, PICO_RING))


def running() -> dict[str, Figure]:
    """Signing beside other tasks, at last beside the whole firmware; no gateway answers."""
    plan = scene.build([], "sdm630", UF2.read_bytes(), {}, 0, quiet=True)
    scenario = {**plan.scenario, "max_s": _MAX_S}
    return _scripted("running.py", scenario, plan.flash, _source("pauses.py"))


def _commanding() -> dict[str, Figure]:
    """A signed command beside the whole firmware, from within; no gateway answers."""
    key = SceneKey()
    plan = scene.build([], "sdm630", UF2.read_bytes(), {}, 0, quiet=True, command_key=key.public)
    before = _source("pauses.py") + f"COMMAND = {two_commands(key)[0]!r}\n"
    found = _scripted("commanding.py", {**plan.scenario, "max_s": _MAX_S}, plan.flash, before)
    share = 100 * found["command_verify"].value / found["command_judged"].value
    return {**found, "command_verify_share": Figure(round(share, 1), "% of its judging")}


def _handshake() -> dict[str, Figure]:
    """TLS, which a Pico leaves to its gateway and a board with a network of its own does not."""
    scenario = {"max_s": _MAX_S, "uart0": {"peer": "driver"}, "uart1": {"peer": None}}
    with tempfile.TemporaryDirectory() as folder:
        server = TlsServer(Path(folder))
    flash = flash_image(UF2.read_bytes(), server.files, PICO_RING)
    return _scripted("handshake.py", scenario, flash, f"UTC_S = {server.utc_s}\n", server)


def _frozen() -> dict[str, Figure]:
    return _whole(UF2.read_bytes(), {}, "")


def _stock() -> dict[str, Figure]:
    with tempfile.TemporaryDirectory() as folder:
        stage.stage("RPI_PICO", Path(folder))  # what lies staged may be older than its sources
        staged = files_below(Path(folder) / "root")
    return _whole(STOCK.read_bytes(), staged, "_files")


def _whole(uf2: bytes, files: dict[str, bytes], of: str) -> dict[str, Figure]:
    """The firmware as shipped, from without. `of`: behind the name of a figure of the uplink."""
    metering = board_figures(uf2, files)
    units = {"_ms": "simulated ms", "_percent": "% of the CPU"}
    figures = {
        name.removesuffix(end): Figure(value, unit)
        for name, value in metering.items()
        for end, unit in units.items()
        if name.endswith(end)
    }
    for name, figure in uplink(uf2, files, metering[f"cpu_share_idle{of}_percent"]).items():
        figures[name + of] = figure
    return figures


def _source(script: str) -> str:
    return Path(__file__).with_name(script).read_text()


def _scripted(
    script: str, scenario: dict, flash: bytes, before: str = "", driver: Driver | None = None
) -> dict[str, Figure]:
    """What a script, with `before` in front, printed in the raw REPL: names, and microseconds or
    bytes."""
    source = before + _source(script)
    console = {"console": raw_repl.fresh_steps(source), "until": raw_repl.DONE}
    with tempfile.TemporaryDirectory() as folder:
        outcome = Rig(Path(folder), flash).run({**scenario, **console}, driver or Driver())
    rows = [line.split() for line in raw_repl.printed(outcome.console).splitlines()]
    return {
        name: Figure(int(told), "bytes")
        if name.endswith("_bytes")
        else Figure(int(told) / 1000, "simulated ms")
        for name, told in (row for row in rows if len(row) == 2)
        if told.lstrip("-").isdigit()
    }
