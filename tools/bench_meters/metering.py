"""Times the Modbus master of the MicroPython unix port on a paced line; judges what is promised.

A busy machine makes both the line and the firmware late. What the line was late by is noted and
taken off; what the firmware was is not, so the worst reading counts of the calmest round only.
"""

import asyncio
import json
import os
import statistics
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tools.bench_figures import BenchFault, Figure, Outcome
from tools.bench_sign.signing import interpreter
from tools.paced_line import Exchange, PacedLine
from tools.sim_meter import MeterLine, SimMeter

ROOT = Path(__file__).resolve().parents[2]
BAUD, LATENCY_S = 9600, 0.040
UNITS = (7, 8, 9)
ROUNDS, MOST_ROUNDS, READS = 3, 8, 20  # more rounds when none was calm
REPLY_BYTES = 5 + 2 * 80
READ_INPUT = 4
SAMPLED_S = 60
LATE_S = 0.1
MOST_OVERHEAD_MS = 5
LEAST_SPEED = 8
_PATIENCE_S = 120


@dataclass
class Round:
    """Of one run: each reading's time above wire and latency, the line's own lateness off."""

    overhead_ms: list[float]
    pacing_ms: list[float]  # by how much the last byte of each reply was late
    torn: int = 0  # readings left out: without an answer, or behind such a one


def run() -> Outcome:
    """Figures "meters.*". BenchFault."""
    rounds = _rounds()
    calmest = min(rounds, key=lambda one: max(one.overhead_ms))
    at_once_ms = _timed("at_once", 5)
    one_by_one_ms = _timed("one_by_one", 2)
    told, exchanges = _on_line("sampled", SAMPLED_S)
    values = {
        "overhead": round(statistics.median(ms for one in rounds for ms in one.overhead_ms), 2),
        "overhead_worst": round(max(calmest.overhead_ms), 2),
        "overhead_worst_of_all": round(max(ms for one in rounds for ms in one.overhead_ms), 2),
        "pacing_error": round(statistics.median(ms for one in rounds for ms in one.pacing_ms), 2),
        "pacing_error_worst": round(max(ms for one in rounds for ms in one.pacing_ms), 2),
        "read": round(statistics.median(at_once_ms), 1),
        "one_by_one": round(statistics.median(one_by_one_ms), 1),
        "torn": sum(one.torn for one in rounds),
        "torn_of": len(rounds) * READS,
        "late_samples": late(exchanges, told),
        "late_max": told["late_max_ms"],
    }
    return Outcome(_figures(values), judge(values))


def judge(values: dict[str, float]) -> list[str]:
    """One sentence for each promise that these values break."""
    missed = [
        f"meters.{name} is {values[name]:g} ms above wire time and latency, "
        f"more than {MOST_OVERHEAD_MS}"
        for name in ("overhead", "overhead_worst")
        if values[name] > MOST_OVERHEAD_MS
    ]
    speed = values["one_by_one"] / values["read"]
    if speed < LEAST_SPEED:
        missed.append(
            f"a whole meter is read {speed:.1f} times as fast as register by register, "
            f"less than {LEAST_SPEED}"
        )
    if values["late_samples"]:
        missed.append(f"{values['late_samples']:g} samples of three meters were late")
    return missed


def late(exchanges: list[Exchange], told: dict) -> int:
    """Samples that left more than LATE_S behind their turn, as seen from the line, or not good.

    The first meter's turns are a second apart, from its first request on. A later meter's turn
    comes when the one before it is done.
    """
    first = [e.asked_s for e in exchanges if e.request[:2] == bytes([UNITS[0], READ_INPUT])]
    offs_s = [at_s - first[0] - round(at_s - first[0]) for at_s in first]
    offs_s += [
        after.asked_s - before.ended_s
        for before, after in pairwise(exchanges)
        if before.request[0] < after.request[0]
    ]
    missing = sum(told["beats"] - good for good in told["good"])
    return sum(abs(off_s) > LATE_S for off_s in offs_s) + missing + told["missed"]


def _figures(values: dict[str, float]) -> dict[str, Figure]:
    speed = round(values["one_by_one"] / values["read"], 2)
    by = "one register after the other"
    figures = {name: Figure(value, "ms") for name, value in values.items()}
    figures["torn"] = Figure(values["torn"], f"of {figures.pop('torn_of').value} readings")
    figures["late_samples"] = Figure(values["late_samples"], f"of {SAMPLED_S * len(UNITS)}")
    figures["speed"] = Figure(speed, "times as fast", by, speed)
    return {"meters." + name: figure for name, figure in figures.items()}


def _rounds() -> list[Round]:
    rounds: list[Round] = []
    while len(rounds) < MOST_ROUNDS:
        rounds.append(_round())
        calm = min(max(one.overhead_ms) for one in rounds) <= MOST_OVERHEAD_MS
        if calm and len(rounds) >= ROUNDS:
            break
    return rounds


def _round() -> Round:
    told, exchanges = _on_line("at_once", READS)
    wire_ms = 1000 * ((8 + REPLY_BYTES) * 10 / BAUD + LATENCY_S)
    found = Round([], [])
    before = 0
    for took_us, exchange in zip(told, exchanges, strict=True):
        torn, before = None in (before, took_us), took_us
        if torn:  # or first after such a one: it waited for the rest of that
            found.torn += 1
            continue
        error_ms = 1000 * exchange.late_s[-1]
        found.pacing_ms.append(error_ms)
        found.overhead_ms.append(took_us / 1000 - wire_ms - error_ms)
    if len(found.overhead_ms) < READS / 2:
        raise BenchFault("most readings of a meter had no answer; is the machine too busy?")
    return found


def _timed(what: str, count: int) -> list[float]:
    told, _ = _on_line(what, count)
    took_ms = [took_us / 1000 for took_us in told if took_us is not None]
    if not took_ms:
        raise BenchFault(f"no reading of a meter had an answer ({what})")
    return took_ms


def _on_line(what: str, count: int) -> tuple:
    """What device.py says, and the exchanges as the line saw them. BenchFault."""
    return asyncio.run(_served(what, count))


async def _served(what: str, count: int) -> tuple:
    line = PacedLine(BAUD, LATENCY_S)
    server = MeterLine([SimMeter("sdm630", unit, str(4700 + unit)) for unit in UNITS])
    line.start()
    await server.start(line.meter_end)
    try:
        said = await _device(line.device_end, what, count)
    finally:
        await server.stop()
        line.stop()
    try:
        return json.loads(said), line.exchanges
    except ValueError as fault:
        text = said.decode(errors="replace").strip()
        raise BenchFault(f"MicroPython stopped in the bench of meters: {text[-300:]}") from fault


async def _device(path: str, what: str, count: int) -> bytes:
    process = await asyncio.create_subprocess_exec(
        interpreter(), str(Path(__file__).with_name("device.py")), path, what, str(count),
        env=dict(os.environ, MICROPYPATH=f"{ROOT}/firmware:{ROOT}/build/lib:.frozen"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(process.communicate(), _PATIENCE_S)
    except TimeoutError as fault:
        process.kill()
        raise BenchFault(f"MicroPython did not end its reading of meters ({what})") from fault
    return said
