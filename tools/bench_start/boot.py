"""From the start of the process to the first valid reading, on the unix port; judges nothing.

A valid reading is the end of the meter's first whole answer that holds its energy, as it is on the
emulated board; the line is a pty, without wire time. Staged tree and source boot in turns; the
least time counts.
"""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tools import keys
from tools.bench_figures import BenchFault, Figure
from tools.bench_start.imports import SOURCE
from tools.firmware_process import die_with_parent, interpreter
from tools.serial_line import SerialLine
from tools.sim_meter import MeterLine, SimMeter
from tools.stage import ROOT

MODEL, UNIT = "sdm630", 1
_NOWHERE = {"host": "127.0.0.1", "port": 9, "tls": "plain-text-accepted"}  # no broker is there
_UTC_MS = 1_800_000_000_000
_ROUNDS, _PATIENCE_S = 8, 20


class HeardLine(SerialLine):
    """Notes when the first answer that holds the register at `address` was whole."""

    def __init__(self, address: int) -> None:
        super().__init__()
        self._address = address
        self._request, self._answer = b"", b""
        self.answered = asyncio.Event()
        self.answered_s = 0.0

    def _pump(self, source: int, target: int) -> None:
        data = os.read(source, 4096)
        os.write(target, data)
        if source == self._pairs[1][0]:  # from the device
            self._request, self._answer = data, b""
            return
        self._answer += data
        if not self.answered.is_set() and holds(self._request, self._answer, self._address):
            self.answered_s = time.monotonic()
            self.answered.set()


def holds(request: bytes, answer: bytes, address: int) -> bool:
    """Whether it is a whole answer, no refusal, with the register at `address` in it."""
    first, count = (int.from_bytes(request[at : at + 2], "big") for at in (2, 4))
    whole = len(answer) >= 5 + 2 * count and answer[:2] == request[:2]
    return len(request) == 8 and whole and first <= address < first + count


def figures(root: Path, folder: Path) -> dict[str, Figure]:
    """ "start.first_reading*", of the tree at `root`; the device's files go into `folder`.
    BenchFault."""
    provision(folder)
    source = [str(ROOT / place) for place in SOURCE]
    took = asyncio.run(_turns(folder, {"tree": [str(root)], "source": source}))
    tree_ms, source_ms = (round(1000 * min(took[kind]), 1) for kind in ("tree", "source"))
    of, ratio = "the same from source", round(tree_ms / source_ms, 3)
    return {
        "start.first_reading": Figure(tree_ms, "ms, unix port", of, ratio),
        "start.first_reading_slowest": Figure(
            round(1000 * max(took["tree"]), 1), "ms, unix port", "the fastest",
            round(max(took["tree"]) / min(took["tree"]), 3),
        ),
        "start.first_reading_source": Figure(source_ms, "ms, unix port"),
    }  # fmt: skip


def provision(folder: Path) -> None:
    """Configuration and key of a device with one meter."""
    connectors = [{"id": 1, "meter": MODEL, "unit": UNIT}]
    config = {"version": 1, "connectors": connectors, "broker": _NOWHERE}
    (folder / "config.json").write_text(json.dumps(config))
    keys.new(folder / "device.key")


async def _turns(folder: Path, kinds: dict[str, list[str]]) -> dict[str, list[float]]:
    """{kind: seconds of each boot}, each from the same files. BenchFault."""
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    async with _world() as port:
        for _ in range(_ROUNDS):
            for kind, places in kinds.items():
                took[kind].append(await first_reading_s(folder, places, port))
    return took


async def first_reading_s(folder: Path, places: Sequence[str], world_port: int) -> float:
    """One boot of the firmware at `places`, which is killed then. BenchFault."""
    meter = SimMeter(MODEL, UNIT, "4711")
    line, server = HeardLine(meter.counts()[0][0].address), MeterLine([meter])
    line.start()
    await server.start(line.meter_end)
    environment = dict(
        os.environ, WATTSEAL_DIR=str(folder), WATTSEAL_SERIAL=line.device_end,
        WATTSEAL_WORLD=f"127.0.0.1:{world_port}", MICROPYPATH=":".join([*places, ".frozen"]),
    )  # fmt: skip
    began_s = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *die_with_parent(), interpreter(), f"{places[0]}/main.py", env=environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await asyncio.wait_for(line.answered.wait(), _PATIENCE_S)
    except TimeoutError as fault:
        raise BenchFault(
            f"no reading in {_PATIENCE_S} s after a boot; see: make run COUNT=1"
        ) from fault
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await server.stop()
        line.stop()
    return line.answered_s - began_s


@contextlib.asynccontextmanager
async def _world() -> AsyncIterator[int]:
    """Tells the time to whoever connects, and nothing else; its port."""
    open_ends: set[asyncio.StreamWriter] = set()

    async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ends.add(writer)
        writer.write(json.dumps({"utc_ms": _UTC_MS, "speed": 1}).encode() + b"\n")

    server = await asyncio.start_server(tell, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in open_ends:
            writer.close()
