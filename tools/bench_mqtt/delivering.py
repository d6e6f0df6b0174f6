"""Times the ways of device.py over a far line to a real mosquitto; judges what is promised.

The ways take turns, so that whatever else the machine does meets all of them.
"""

import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.bench_figures import BenchFault, Figure, Outcome
from tools.bench_mqtt import far_line
from tools.bench_sign.signing import interpreter

ROOT = Path(__file__).resolve().parents[2]
DELAY_MS = 25  # each way
ROUNDS = 3
LEAST_SPEED, LEAST_SPEED_PUBLISHED = 7, 20
_PATIENCE_S = 120
_MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


@dataclass(frozen=True)
class Way:
    """`how`: device.py's word. `nodelay`: the broker is configured as ours is."""

    how: str
    messages: int
    nodelay: bool = True


WAYS = {
    "published": Way("published", 15),
    "one_write": Way("one_write", 40),
    "drained": Way("drained", 400),
    "drained_stock_broker": Way("drained", 400, nodelay=False),
}


@dataclass(frozen=True)
class Taken:
    per_s: float
    connect_first_ms: int


def run() -> Outcome:
    """Figures "mqtt.*"; a sentence instead where this machine cannot lay the line. BenchFault."""
    lacking = _lacking()
    if lacking:
        return Outcome({}, [f"mqtt.* was not measured: {lacking}"])
    taken: dict[str, list[Taken]] = {name: [] for name in WAYS}
    for _ in range(ROUNDS):
        for name, way in WAYS.items():
            taken[name].append(_timed(way))
    return outcome({name: _middle(rows) for name, rows in taken.items()})


def outcome(taken: dict[str, Taken]) -> Outcome:
    """The figures of these ways, and one sentence for each promise that they break."""
    ours = taken["drained"].per_s
    rounded = {name: round(one.per_s, 1) for name, one in taken.items()}
    figures = {name: Figure(value, "records/s") for name, value in rounded.items()}
    missed = []
    for name, least, words in (
        ("one_write", LEAST_SPEED, "umqtt.simple with one write per packet"),
        ("published", LEAST_SPEED_PUBLISHED, "umqtt.simple as published"),
    ):
        speed = ours / taken[name].per_s
        figures["speed_" + name] = Figure(round(speed, 2), "times as fast", words, round(speed, 2))
        if speed < least:
            missed.append(
                f"a backlog is drained {speed:.1f} times as fast as {words}, under {least}"
            )
    figures["connect_to_first"] = Figure(taken["drained"].connect_first_ms, "ms")
    figures["connect_to_first_umqtt"] = Figure(taken["published"].connect_first_ms, "ms")
    return Outcome({"mqtt." + name: figure for name, figure in figures.items()}, missed)


def _middle(rows: list[Taken]) -> Taken:
    return Taken(
        statistics.median(row.per_s for row in rows),
        int(statistics.median(row.connect_first_ms for row in rows)),
    )


def _lacking() -> str:
    """What a person must do before this machine can lay a far line; "" when nothing."""
    if not Path(_MOSQUITTO).exists():
        return "mosquitto is missing; install it with: sudo apt-get install mosquitto"
    probe = subprocess.run(far_line.command(0, [], []), cwd=ROOT, capture_output=True, text=True)
    if far_line.READY in probe.stdout:
        return ""
    said = (probe.stderr.strip().splitlines() or ["no reason was told"])[-1]
    return f"this system grants no network namespace with a TUN device ({said})"


def _timed(way: Way) -> Taken:
    with tempfile.TemporaryDirectory(prefix="wattseal-bench-") as name:
        folder = Path(name)
        configuration = folder / "mosquitto.conf"
        configuration.write_text(
            f"listener {far_line.PORT} {far_line.FAR}\nallow_anonymous true\npersistence false\n"
            f"set_tcp_nodelay {str(way.nodelay).lower()}\n"
            "user root\n"  # whoever runs this is root in the namespace, and only root
        )
        near = [interpreter(), str(Path(__file__).with_name("device.py")), far_line.FAR]
        near += [str(far_line.PORT), way.how, str(way.messages), str(folder / "data")]
        told = _on_line([_MOSQUITTO, "-c", str(configuration)], near)
    per_s = (way.messages - 1) / (told["rest_ms"] / 1000)
    return Taken(per_s, told["connect_first_ms"])


def _on_line(far: list[str], near: list[str]) -> dict:
    """What the near command says. BenchFault."""
    found = dict(os.environ, MICROPYPATH=f"{ROOT}/firmware:{ROOT}/build/lib:.frozen")
    process = subprocess.Popen(
        far_line.command(DELAY_MS, far, near), cwd=ROOT, env=found, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0,
    )  # fmt: skip
    try:
        out, errors = process.communicate(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired as fault:
        raise BenchFault("a backlog did not reach the broker at the far end") from fault
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # both ends of the line with it
        process.wait()
    try:
        return json.loads(out)
    except ValueError as fault:
        said = (out + errors).strip()
        raise BenchFault(f"the bench of MQTT stopped: {said[-300:]}") from fault
