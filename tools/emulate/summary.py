"""What an emulated run comes to: counts and figures of the board; runs and prints nothing.

The energy of each record is compared with the registers that the emulated meter had at the
contactor's edges, which the firmware has never seen but over Modbus.
"""

from tools.emulate.run import Played
from tools.emulate.scene import PINS, Scene
from tools.emulator.meter_profile import served_mwh
from tools.run_summary import energy_wh, registers_wh


def summary(scene: Scene, played: Played) -> dict:
    """For summary.json; `ok` decides the exit code."""
    receiver, report = played.receiver, played.outcome.report
    records = [receiver.records[n] for n in sorted(receiver.records)]
    begins = [r for r in records if r.kind == "begin" and r.ok]
    ends = [r for r in records if r.kind == "session" and r.ok]
    begun, closed = [r.session for r in begins], [r.session for r in ends]
    charged = _charged(scene, played)
    rows = {
        "sessions": scene.cars.left,
        "begin_verified": len(begins),
        "end_verified": len(ends),
        "not_verified": len(records) - len(begins) - len(ends),
        "energy_exact": sum(registers_wh(r) in charged or not energy_wh(r) for r in ends),
        "closed_once": len(set(begun) & set(closed)),
        "missing": len(receiver.missing()),
        "altered": len(receiver.alarms),
        "identities_seen": receiver.leaks + _leaks(scene, played),
        "power_cuts": len(played.outcome.of("power cut")),
        "boots": report["boots"],
        "simulated_s": report["simulated_s"],
        "wall_s": report["wall_s"],
        "cpu_busy_percent": round(100 * report["busy_share"], 1),
        "heap_free_least": played.heap_free,
        "heap_largest_block_least": played.heap_largest,
        "flash_erases": report["flash"]["erases"],
        "flash_programs": report["flash"]["programs"],
        "late_max_ms": max(played.late_max_ms, default=0),
    }
    rows["ok"] = (
        sorted(begun) == sorted(closed)
        and len(set(begun)) == len(begun) == rows["energy_exact"]
        and scene.cars.done and len(begun) >= scene.cars.left
        and not (rows["not_verified"] or rows["missing"] or rows["altered"])
        and not rows["identities_seen"]
    )  # fmt: skip
    return rows


def _charged(scene: Scene, played: Played) -> set[tuple[int, int]]:
    """(Wh at the contactor's closing, at its opening) of every time that energy could flow."""
    pairs, closings = set(), {}
    models = {scene.meters[n].unit: scene.meters[n].model for n in PINS}
    for event in played.outcome.of("contactor"):
        for register in event["registers"]:
            unit = register["unit"]
            wh = served_mwh(models[unit], register["energy_mwh"]) // 1000
            if event["closed"]:
                closings[unit] = wh
            elif unit in closings:
                pairs.add((closings.pop(unit), wh))
    return pairs


def _leaks(scene: Scene, played: Played) -> int:
    return sum(card in played.outcome.console for card in scene.cars.cards)
