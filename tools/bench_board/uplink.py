"""What the line to the broker costs the emulated board: records, a command, the heap of both.

The whole firmware as shipped, switched on with a backlog: once without a `command_key`, once with
one. What it does is seen from outside, on its uplink and its console, so it is the same for both
images.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bench_board.gateway import Gateway
from tools.bench_figures import BenchFault, Figure
from tools.bench_sign.signing import interpreter
from tools.emulate import scene
from tools.emulate.heap import Heap, heaps
from tools.emulate.scene_key import SceneKey
from tools.emulator.flash_image import PICO_RING, files_below
from tools.emulator.install import EmulatorFault
from tools.emulator.rig import Rig

ROOT = Path(__file__).resolve().parents[2]
RECORDS = 12
RECORD_BYTES = 1055  # what a session's has
_JUDGING_LEAST_BYTES = 4096  # so much at least a command that is verified takes
_MAX_S = 40
_PATIENCE_S = 60


@dataclass
class Seen:
    """One run. `judging`: the heap each time that it was told while a command was judged."""

    gateway: Gateway
    at_rest: Heap
    judging: list[Heap]


def uplink(uf2: bytes, files: dict[str, bytes], idle_percent: float) -> dict[str, Figure]:
    """Of the frozen image, or with `files` of the staged tree on a stock one; `idle_percent`: of
    the CPU, what it does apart from sending. A stock image has no room for commands. BenchFault,
    EmulatorFault."""
    key = SceneKey()
    commands = [] if files else two_commands(key)
    with tempfile.TemporaryDirectory(prefix="wattseal-bench-") as name:
        folder = Path(name)
        _lay_backlog(folder)
        without = _play(folder, uf2, files)
        having = _play(folder, uf2, files, key.public, commands)
    return {
        **_records(having.gateway, idle_percent / 100),
        **(_command(having) if commands else {}),
        "command_key_bytes": Figure(without.at_rest.free - having.at_rest.free, "bytes"),
    }


def two_commands(key: SceneKey) -> list[bytes]:
    """Which a board obeys that has records and does not know the time."""
    resend = {"from": 1, "to": 1}
    return [key.set_time(scene.DEVICE), key.command("resend", scene.DEVICE, 600, **resend)]


def _lay_backlog(folder: Path) -> None:
    """`folder` gets a journal in both forms. BenchFault."""
    path = f"{ROOT}/firmware:{ROOT}/build/lib:{ROOT}/tools/soak:.frozen"
    command = [interpreter(), str(Path(__file__).with_name("backlog.py"))]
    done = subprocess.run(
        [*command, str(RECORDS), str(RECORD_BYTES), scene.DEVICE, str(folder)],
        env={"MICROPYPATH": path}, capture_output=True, text=True, timeout=_PATIENCE_S,
    )  # fmt: skip
    if done.returncode:
        raise BenchFault(f"no backlog was laid: {(done.stdout + done.stderr).strip()[-300:]}")


def _play(
    folder: Path, uf2: bytes, files: dict[str, bytes], key: str = "",
    commands: Sequence[bytes] = (),
) -> Seen:  # fmt: skip
    journal = files_below(folder / "journal") if files else {}
    tree = {**files, **{"data/journal/" + name: data for name, data in journal.items()}}
    built = scene.build([], "sdm630", uf2, tree, 0, quiet=True, command_key=key)
    flash = built.flash
    if not files:
        flash = flash[: PICO_RING.files_at + PICO_RING.files_size] + (folder / "ring").read_bytes()
    gateway = Gateway(scene.DEVICE, RECORDS, commands)
    outcome = Rig(folder / "board", flash).run({**built.scenario, "max_s": _MAX_S}, gateway)
    told = list(heaps(outcome.events))
    if outcome.report["stopped"] == "max_s" or not told:
        raise EmulatorFault(
            f"{len(gateway.records)} records and {len(gateway.orders)} commands reached the "
            f"gateway; the board's last words: {outcome.console[-300:]!r}"
        )
    return Seen(gateway, told[0], told[1:])


def _records(gateway: Gateway, idle_share: float) -> dict[str, Figure]:
    """From the first record to the last, so that connecting is in neither time."""
    first, last = gateway.records[0], gateway.records[-1]
    took_s = last.t_s - first.t_s
    busy_s = last.busy_s - first.busy_s - idle_share * took_s
    return {
        "connect_to_first_record": _ms(first.t_s - gateway.opened_s),
        "record_cpu": _ms(busy_s / (RECORDS - 1)),
        "records_per_s": Figure(round((RECORDS - 1) / took_s, 2), "records/s"),
    }


def _command(seen: Seen) -> dict[str, Figure]:
    order = seen.gateway.orders[0]
    if order.answer.get("result") != "done":
        raise EmulatorFault(f"the command came to {order.answer}")
    most = seen.at_rest.free - _JUDGING_LEAST_BYTES
    if max([heap.free for heap in seen.judging], default=most) >= most:
        raise EmulatorFault("the heap was not asked for while a command was judged")
    return {
        "command": _ms(order.told_s - order.sent_s),
        "command_heap_free": Figure(min(h.free for h in seen.judging), "bytes"),
        "command_heap_largest": Figure(min(h.largest for h in seen.judging), "bytes"),
    }


def _ms(seconds: float) -> Figure:
    return Figure(round(1000 * seconds, 2), "simulated ms")
