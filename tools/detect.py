"""`make detect`: finds the meters on a serial line, with the firmware's own search; shows them.

Exit code 0 when every meter was identified, and with CONFIG each connector has its own; 1 when
not, 2 with one sentence when something it was given is wrong, 130 after Ctrl-C.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools import ending
from tools.firmware_process import FirmwareFault, interpreter
from tools.own_line import OwnLine
from tools.sim_meter import MODELS, MeterLine, SimMeter

ROOT = Path(__file__).resolve().parents[1]
_PLACES = ("firmware", "boards/unix", "build/lib")
_SIM = "sim:"
_SIM_LINE, _SIM_UNIT, _SIM_SERIAL = (19200, "E"), 2, "20264711"
_STOPPED = 128 + signal.SIGINT


class DetectFault(Exception):
    """Something the user gave is wrong; the argument is one sentence."""


@contextlib.asynccontextmanager
async def serial_line(name: str) -> AsyncIterator[str]:
    """The line to search: the one named, or a simulated meter's own. DetectFault."""
    if not name.startswith(_SIM):
        if not name.startswith("tcp:"):
            _check_port(name)
        yield name
        return
    model = name.removeprefix(_SIM)
    if model not in MODELS:
        raise DetectFault(f"LINE={name} is not known; known models: {', '.join(MODELS)}")
    line = OwnLine(_SIM_LINE, [_SIM_UNIT])
    line.start()
    server = MeterLine([SimMeter(model, _SIM_UNIT, _SIM_SERIAL)], named=False)
    await server.start(line.meter_end)
    try:
        yield line.device_end
    finally:
        await server.stop()
        line.stop()


def _check_port(name: str) -> None:
    """DetectFault for none that meters can be on; what else is wrong, the search says."""
    try:
        port = os.open(name, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise DetectFault(
            f"there is no serial port {name}; plug the adapter in, or name its port in LINE="
        ) from None
    except OSError as fault:
        raise DetectFault(
            f"the serial port {name} cannot be opened ({fault.strerror}); may this user, "
            "and is nobody else there?"
        ) from fault
    try:
        if not os.isatty(port):
            raise DetectFault(f"LINE={name} is no serial port; LINE=/dev/ttyUSB0 is a usual one")
    finally:
        os.close(port)


async def search(name: str, wanted: int, config: str, console: Console) -> dict:
    """Run the firmware's search and show how it goes; returns what it found. DetectFault."""
    async with serial_line(name) as line:
        places = [*(str(ROOT / place) for place in _PLACES), ".frozen"]
        process = await asyncio.create_subprocess_exec(
            interpreter(), str(ROOT / "boards/unix/detect.py"), line, str(wanted), config,
            env=dict(os.environ, MICROPYPATH=":".join(places)),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            with console.status("looking for meters"):
                return await _follow(process, console)
        finally:
            if process.returncode is None:
                # Not process.kill(): it polls, and takes the end from asyncio's own watcher.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
                await process.wait()


async def _follow(process: asyncio.subprocess.Process, console: Console) -> dict:
    """What its last line says."""
    assert process.stdout
    strange: list[str] = []
    while line := await process.stdout.readline():
        try:
            told = json.loads(line)
        except ValueError:
            strange.append(line.decode(errors="replace").rstrip())
            continue
        if "fault" in told:
            raise DetectFault(told["fault"])
        if "found" in told:
            return told
        said = Text(ending.clean(told["say"].removeprefix("detect: ")), "dim")
        console.print(said)
    raise DetectFault("the search broke off: " + (strange[-1] if strange else "it said nothing"))


def table(found: list[dict]) -> Table:
    """A row for each meter."""
    shown = Table()
    for heading in ("unit", "model", "serial number", "firmware", "register", "power", "mains"):
        shown.add_column(heading, justify="right" if heading in ("register", "power") else "left")
    for meter in found:
        model = " or ".join(meter["models"]) or "not known"
        if not meter["sure"]:
            model = f"{model} (not sure)"
        cells = (
            str(meter["unit"]), model, meter["serial"] or "-", meter["firmware"] or "-",
            _amount(meter["energy_wh"], 1000, "kWh", 2), _amount(meter["power_w"], 1, "W", 0),
            f"{_amount(meter['voltage_mv'], 1000, 'V', 1)}, "
            f"{_amount(meter['frequency_mhz'], 1000, 'Hz', 2)}",
        )  # fmt: skip
        shown.add_row(*(Text(ending.clean(cell)) for cell in cells))
    return shown


def _amount(value: int | None, parts: int, unit: str, digits: int) -> str:
    return "-" if value is None else f"{value / parts:,.{digits}f} {unit}"


def main(
    line: Annotated[str, typer.Option(help="a serial port, tcp:host:port, or sim:model")] = "",
    config: Annotated[str, typer.Option(help="config.json to write what was found into")] = "",
    wanted: Annotated[
        int | None, typer.Option(min=1, help="stop at so many meters; else find all")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Find baud, parity, unit and model of the meters on a serial line."""
    console = Console(stderr=as_json)
    try:
        if not line:
            raise DetectFault("say which line: LINE=/dev/ttyUSB0, or LINE=sim:sdm630 to try it")
        told = asyncio.run(search(line, wanted or 0, config, console))
    except (DetectFault, FirmwareFault) as fault:
        _end(str(fault), 2)
    except OSError as fault:
        _end(f"{line} cannot be used: {fault.strerror or fault}", 2)
    except KeyboardInterrupt:
        _end("stopped", _STOPPED)
    if as_json:
        print(json.dumps(told, sort_keys=True))
    else:
        if told["found"]:
            console.print(table(told["found"]))
        for sentence in told["sentences"]:
            console.print(sentence, highlight=False, markup=False)
    sys.exit(0 if told["ok"] else 1)


def _end(sentence: str, code: int) -> NoReturn:
    print(f"detect: {sentence}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    ending.run_one(main, "detect")
