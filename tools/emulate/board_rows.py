"""The board's figures in a run: power, sampler, heap, CPU; from what happened, and judged.

The heap of a stock image, which has our modules on it, is only told.
"""

import re

from tools.emulate import cpu, lateness
from tools.emulate.heap import Heap, heaps, most_names
from tools.emulate.lives import Life, lives
from tools.emulate.row import Row, at_least, at_most, exactly, told
from tools.emulate.scene import MAX_S, Scene
from tools.emulator.rig import Outcome

_EXCEPTION = re.compile(r"\w*(Error|Fault|Ended): ")
BOOT_MOST_MS = {"frozen": 2000, "files": 4000}
LATE_MOST_MS = 100
SELF_REPORT_MOST_MS = 50
METER_UART = 1
HEAP_LEAST, LARGEST_LEAST = 80 * 1024, 24 * 1024
NAMES_MOST = 1256  # with the 1,261st their table doubles, and takes 9 KB more in one piece


def groups(scene: Scene, outcome: Outcome) -> dict[str, list[Row]]:
    """By heading."""
    found = lives(outcome.events, outcome.report["simulated_s"])
    return {
        "Power": _power(scene, outcome, found),
        "Sampler": _sampler(scene, outcome, found),
        "Heap": _heap(scene, outcome),
        "Heap with an open session and a backlog": _heap_loaded(scene, outcome),
        "Board": _board(scene, outcome, found),
    }


def first_readings_s(scene: Scene, found: list[Life]) -> list[float]:
    """Power-on to the first valid reading, of every boot by power that lived to see one."""
    energies = {
        row["profile"]["unit"]: row["profile"]["energy"][0]["address"]
        for row in scene.scenario["meters"]
    }
    every = [life.first_reading_s(energies) for life in found if life.by_power]
    return [s for s in every if s is not None]


def _power(scene: Scene, outcome: Outcome, found: list[Life]) -> list[Row]:
    cuts = outcome.of("power cut")
    torn = [e["torn"]["what"] for e in cuts if e["torn"]]
    resets = sum(not life.by_power for life in found)
    slowest = max(first_readings_s(scene, found), default=None)
    most_ms = BOOT_MOST_MS["frozen" if scene.frozen else "files"]
    return [
        exactly("power_cuts", "power cuts in flash operations", len(torn), scene.cuts),
        told("cut_erases", "  of which in an erase", torn.count("erase")),
        told("boots", "boots", len(found)),
        exactly("own_resets", "resets by the firmware itself", resets, 0, _reason(outcome)),
        at_most("first_reading_max_ms", "power-on to first reading, slowest", _ms(slowest),
                most_ms, "ms"),
    ]  # fmt: skip


def _reason(outcome: Outcome) -> str:
    """What the firmware said before it reset itself for the first time."""
    said = [line for line in outcome.console.splitlines() if _EXCEPTION.match(line)]
    return f", first for {said[0]}" if said else ""


def _sampler(scene: Scene, outcome: Outcome, found: list[Life]) -> list[Row]:
    first_unit = scene.first_unit
    erased = lateness.erases(outcome.events)
    every = [s for life in found for s in lateness.samples(life, first_unit, erased)]
    outside = max((s for s in every if not s.erase_s), key=lambda s: s.late_s, default=None)
    within = [s.late_s for s in every if s.erase_s]
    off_s = max(lateness.self_reported_off_s(life, first_unit) for life in found)
    late = ("late_max_ms", "worst lateness outside flash erases", _ms(outside and outside.late_s))
    where = f" at {outside.turn_s:.3f} s" if outside else ""
    return [
        told("samples", "samples", len(every)),
        at_most(*late, LATE_MOST_MS, "ms", where),
        told("late_in_erase_max_ms", "worst lateness with an erase in it",
             _ms(max(within, default=None)), "ms"),
        told("samples_in_erase", "  such samples", len(within)),
        told("answer_characters_lost", "answer characters lost (overrun)",
             outcome.report["uart"][METER_UART]["overrun"]),
        at_most("late_self_reported_off_ms", "firmware's own figure is off by", _ms(off_s),
                SELF_REPORT_MOST_MS, "ms"),
    ]  # fmt: skip


def _heap(scene: Scene, outcome: Outcome) -> list[Row]:
    names = ("names_most", "names in RAM", most_names(outcome.events))
    return [
        *_least(scene, "heap", list(heaps(outcome.events))),
        told(*names) if scene.frozen else at_most(*names, NAMES_MOST),
    ]


def _heap_loaded(scene: Scene, outcome: Outcome) -> list[Row]:
    """While the gateway is away."""
    from_s, to_s = scene.away_s or (0.0, 0.0)
    loaded = [
        heap for heap in heaps(outcome.events)
        if from_s <= heap.t_s < to_s and heap.open_sessions and heap.backlog >= scene.backlog
    ]  # fmt: skip
    most = max((heap.backlog for heap in loaded), default=0)
    return [
        at_least("backlog_most", "most records unacknowledged", most, scene.backlog),
        *_least(scene, "heap_backlog", loaded),
    ]


def _least(scene: Scene, key: str, of: list[Heap]) -> list[Row]:
    free = min((heap.free for heap in of), default=None)
    largest = min((heap.largest for heap in of), default=None)
    first = (f"{key}_free_least", "least free", free)
    second = (f"{key}_largest_block_least", "least largest block", largest)
    if not scene.frozen:
        return [told(*first, "B"), told(*second, "B")]
    return [at_least(*first, HEAP_LEAST, "B"), at_least(*second, LARGEST_LEAST, "B")]


def _board(scene: Scene, outcome: Outcome, found: list[Life]) -> list[Row]:
    report = outcome.report
    share = cpu.steady(found, outcome.events, scene.first_unit)
    late = "" if report["stopped"] != "max_s" else "it was over before all was delivered"
    return [
        Row("simulated_s", "simulated time", report["simulated_s"], "s", f"at most {MAX_S:.0f}",
            late and f"simulated time: {MAX_S:.0f} s, and {late}"),
        told("wall_s", "time on the wall", report["wall_s"], "s"),
        told("cpu_busy_percent", "CPU busy, all of it", _percent(report["busy_share"]), "%"),
        told("cpu_metering_percent", "CPU busy, metering alone", _percent(share.charging), "%"),
        told("flash_erases", "flash erases", report["flash"]["erases"]),
        told("flash_programs", "flash pages programmed", report["flash"]["programs"]),
    ]  # fmt: skip


def _ms(seconds: float | None) -> int | None:
    """Rounded up: no limit is kept by a fraction that is not shown."""
    return None if seconds is None else -int(-1000 * seconds // 1)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
