"""Counts what ten samples a second lose to an ill broker, by sampled.py on MicroPython.

Whatever else runs on the machine makes samples late too. A condition that looks late is played
again, and the calmest time counts: what our code does it does each time.
"""

import contextlib
import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.bench_figures import BenchFault, Figure, Outcome
from tools.bench_mqtt.ill_broker import IllBroker, Illness, black_hole
from tools.bench_mqtt.own_server import serving
from tools.bench_mqtt.stalled_tls import StalledTls
from tools.bench_sign.signing import interpreter
from tools.bench_site import LOCAL, server_side

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 10
LATE_MS = 60
_MOST_TIMES = 4
_BACKLOG = 10000
_DEAF_AFTER_S = 2


@dataclass(frozen=True)
class Condition:
    """`broker` gives a port; it gets the run's folder, for the certificates of a `secure` one.
    `met` says whether what was meant to happen did, by what was told."""

    broker: Callable[[Path], contextlib.AbstractContextManager[int]]
    met: Callable[[dict], bool]
    backlog: int = 0
    secure: bool = False


def _ill(**illness: Any) -> Callable[[Path], contextlib.AbstractContextManager[int]]:
    return lambda folder: serving(IllBroker(Illness(**illness)).serve)


# TLS over no line but this machine's own: the server's whole part is there at once, so that the
# device does at a stretch what it could do in between packets.
CONDITIONS = {
    "puback_2_s_late": Condition(
        _ill(puback_s=2), lambda told: 0 < told["acknowledged"] < SECONDS - 1
    ),
    "no_connack": Condition(_ill(silent=True), lambda told: not told["connections"]),
    "syn_black_hole": Condition(lambda folder: black_hole(), lambda told: not told["connections"]),
    "stopped_broker": Condition(
        _ill(deaf_after_s=_DEAF_AFTER_S),
        lambda told: 0 < told["acknowledged"] <= _DEAF_AFTER_S + 1,
    ),
    # A slow machine is not through with them in time, and is busy with them to the end.
    "drain_of_10000": Condition(
        _ill(), lambda told: told["acknowledged"] > _BACKLOG // 2, _BACKLOG
    ),
    "tls_connect": Condition(
        lambda folder: serving(IllBroker(Illness()).serve, server_side(folder)),
        lambda told: told["connections"] >= SECONDS // 2 and told["acknowledged"] > 0,
        secure=True,
    ),
    "tls_stalled": Condition(
        lambda folder: serving(StalledTls(server_side(folder)).serve),
        lambda told: not told["connections"] and len(told["longest_ms"]) >= SECONDS // 3,
        secure=True,
    ),
}


def run() -> Outcome:
    """Figures "mqtt.late_*", and how long a TLS connect keeps the processor. BenchFault."""
    told = {name: _calmest(condition) for name, condition in CONDITIONS.items()}
    found = outcome(told)
    step_ms = statistics.median(told["tls_connect"]["longest_ms"])
    found.figures["mqtt.tls_step"] = Figure(step_ms, "ms")
    return found


def outcome(told: dict[str, dict]) -> Outcome:
    """The figures of these conditions, and one sentence for each promise that they break."""
    found = Outcome()
    for name, one in told.items():
        found.figures["mqtt.late_" + name] = Figure(one["late_max_ms"], "ms")
        if one["late_max_ms"] > LATE_MS or one["missed"]:
            found.missed.append(
                f"mqtt.late_{name}: {one['missed']} samples were missed, the latest was "
                f"{one['late_max_ms']} ms late, more than {LATE_MS}"
            )
    missed = sum(one["missed"] for one in told.values())
    of = sum(one["beats"] for one in told.values())
    found.figures["mqtt.samples_missed"] = Figure(missed, f"of {of}")
    return found


def _calmest(condition: Condition) -> dict:
    best: dict = {}
    for _ in range(_MOST_TIMES):
        told = _played(condition)
        if not condition.met(told):
            raise BenchFault(f"the broker was not as ill as it was meant to be: {told}")
        if not best or _badness(told) < _badness(best):
            best = told
        if not best["missed"] and best["late_max_ms"] <= LATE_MS:
            break
    return best


def _badness(told: dict) -> tuple[int, int]:
    return told["missed"], told["late_max_ms"]


def _played(condition: Condition) -> dict:
    """What sampled.py says. BenchFault."""
    with tempfile.TemporaryDirectory(prefix="wattseal-bench-") as folder, condition.broker(
        Path(folder)
    ) as port:
        script = str(Path(__file__).with_name("sampled.py"))
        credentials = folder if condition.secure else "-"
        words = [LOCAL, str(port), str(SECONDS), str(condition.backlog), credentials]
        found = dict(os.environ, MICROPYPATH=f"{ROOT}/firmware:{ROOT}/build/lib:.frozen")
        done = subprocess.run(
            [interpreter(), script, *words, folder + "/data"], env=found, text=True,
            capture_output=True, timeout=10 * SECONDS,
        )  # fmt: skip
    try:
        return json.loads(done.stdout)
    except ValueError as fault:
        said = (done.stdout + done.stderr).strip()
        raise BenchFault(f"the bench of sampling stopped: {said[-300:]}") from fault
