"""The meters of a device: searched on its serial line, or told by a person; writes nothing.

A bill is wrong by another model's registers, and no session begins without a serial number: what a
meter does not tell for sure is asked.
"""

import contextlib
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from tools import detect, ending, pin_facts
from tools.provision import firmware_rules, on_device, setup
from tools.provision.answer_checks import LOW_W, MOST, NONE
from tools.provision.answers import Answers, Back
from tools.provision.device import Device, ProvisionFault
from tools.provision.identity import UNIX


@dataclass(frozen=True)
class Meters:
    """`buses`, `connectors`: as a configuration has them; `found`: what the search tells."""

    connectors: list[dict]
    buses: dict = field(default_factory=dict)
    found: dict[int, dict] = field(default_factory=dict)


def places(board: str) -> int:
    """So many connectors a board has pins for; a PC has none, and takes all that can be."""
    return MOST if board == UNIX else len(pin_facts.constants(board)["_PLACES"])


def judge(answers: Answers, most: int) -> None:
    """A file's answers, as far as they can be without the meters. ProvisionFault."""
    if answers.by_person:
        return
    if wanted := int(answers.of("meters")):
        answers.judge("connectors", lambda told: _too_few(told, wanted) or _too_many(told, most))
    else:
        _judged(_with_pulses(answers, most))


def find(device: Device, answers: Answers, say: Console, most: int) -> Meters:
    """`most`: connectors that the board has pins for. ProvisionFault."""
    wanted = int(answers.of("meters"))
    if not wanted:
        say.print("[bold]3[/] no serial line: the meters give pulses", highlight=False)
        return _judged(_with_pulses(answers, most))
    found = _search(device, wanted, answers, say)
    meters = sorted(found["found"], key=lambda meter: meter["unit"])
    _name([meter for meter in meters if not meter["sure"]], answers, say)
    numbers = _numbers(answers, len(meters), most)
    serials = _serials([meter["serial"] for meter in meters], answers)
    rows = setup.connectors(found, numbers, int(answers.of("p_max_w")), serials)
    by_unit = {meter["unit"]: meter for meter in meters}
    return _judged(Meters(rows, {"buses": [setup.bus(found)]}, by_unit))


def told(meters: Meters) -> list[tuple[str, str, str, str, str]]:
    """Of each: connector, model, unit, serial number, register."""
    out = []
    for row in meters.connectors:
        meter = meters.found.get(row.get("unit", 0), {})
        model, register = row["meter"], meter.get("energy_wh")
        if not meter:
            model = f"S0, {row['imp_per_kwh']} pulses for a kWh"
        elif not meter["sure"]:
            model = f"{model}, as it was named"
        serial = meter.get("serial") or row.get("serial", "not told")
        shown = "-" if register is None else f"{register / 1000:,.3f} kWh"  # a new meter has 0
        out.append((str(row["id"]), model, str(row.get("unit", "-")), serial, shown))
    return out


def _search(device: Device, wanted: int, answers: Answers, say: Console) -> dict:
    while True:
        say.print("[bold]3[/] looking for the meter; up to a minute", highlight=False)
        found = device.run(
            on_device.detect(wanted), lambda text: say.print(Text(ending.clean(f"   {text}")))
        )
        say.print(detect.table(found["found"]))
        good = all(meter["models"] and not meter["problems"] for meter in found["found"])
        if good and len(found["found"]) >= wanted:
            return found
        count = len(found["found"])
        why = "; ".join(found["sentences"][:1] + _problems(found["found"]))
        if count < wanted:
            why = f"{count} of {wanted} meters {'answers' if count == 1 else 'answer'}; {why}"
        if not answers.by_person:
            raise ProvisionFault(f"{why}: look at A, B and the meter's supply, then run it again")
        say.print(f"   {why}. Look at A, B and the supply.", style="red", markup=False)
        say.input("   Enter tries again, Ctrl-C ends: ")


def _with_pulses(answers: Answers, most: int) -> Meters:
    """On the S0 inputs of the first connectors."""
    numbers = _numbers(answers, 0, most)
    serials = _serials([""] * len(numbers), answers)
    rows: list[dict] = [
        {"id": number, "meter": "s0", "serial": serial}
        for number, serial in zip(numbers, serials, strict=True)
    ]

    def fits(values: dict) -> str:
        return firmware_rules.refusal({"connectors": [{**row, **values} for row in rows]})

    while True:
        # Some rates are refused with any power, others with the charger's alone.
        told = answers.of(
            "imp_per_kwh", fits=lambda told: fits({"imp_per_kwh": int(told), "p_max_w": LOW_W})
        )
        rate = {"imp_per_kwh": int(told)}
        with contextlib.suppress(Back):
            told = answers.of(
                "p_max_w", fits=lambda told, rate=rate: fits({**rate, "p_max_w": int(told)}),
                back="asks for the pulses again",
            )  # fmt: skip
            return Meters([{**row, **rate, "p_max_w": int(told)} for row in rows])


def _numbers(answers: Answers, count: int, most: int) -> list[int]:
    """`count`: so many are wanted, 0 for as many as there are."""

    def fits(told: str) -> str:
        there = told.count(",") + 1
        if why := _too_many(told, most):
            return why
        return "" if count in (0, there) else f"{count} meters were found; as many are wanted"

    numbers = answers.of("connectors", ",".join(str(n + 1) for n in range(count)), fits)
    return [int(number) for number in numbers.split(",")]


def _too_many(told: str, most: int) -> str:
    there = told.count(",") + 1
    return f"this board has pins for {most} connectors" if there > most else ""


def _too_few(told: str, wanted: int) -> str:
    """More may be found than are `wanted`, fewer not."""
    there = told.count(",") + 1
    return f"{wanted} meters are on the line; as many are wanted" if there < wanted else ""


def _problems(meters: list[dict]) -> list[str]:
    rows = [(meter["unit"], problem) for meter in meters for problem in meter["problems"]]
    rows += [(meter["unit"], "no known model") for meter in meters if not meter["models"]]
    return [f"unit {unit}: {problem}" for unit, problem in rows]


def _name(unsure: list[dict], answers: Answers, say: Console) -> None:
    """By their plates: a bill by another model's registers would be wrong. ProvisionFault."""
    if not unsure:
        return
    could_be = "; ".join(f"unit {one['unit']}: {' or '.join(one['models'])}" for one in unsure)

    def fits(told: str) -> str:
        named = _parts(told)
        good = len(named) == len(unsure) and all(
            name in meter["models"] for name, meter in zip(named, unsure, strict=True)
        )
        return "" if good else f"{could_be} is wanted"

    default = ""
    if answers.by_person:
        say.print(f"   not told for sure: {could_be}", highlight=False)
        if all(len(meter["models"]) == 1 for meter in unsure):
            default = ", ".join(meter["models"][0] for meter in unsure)
    named = _parts(answers.of("meter_model", default, fits))
    for name, meter in zip(named, unsure, strict=True):
        if name != meter["models"][0]:  # the search has read it as that one
            meter.update(serial="", energy_wh=None)
        meter["models"] = [name]


def _serials(told: list[str], answers: Answers) -> list[str]:
    """For each "" of those that the meters have `told`: without one no session begins.
    ProvisionFault."""
    count, others = told.count(""), set(told) - {""}
    if not count:
        return []
    wanted = "one is wanted" if count == 1 else f"{count} are wanted, with commas between"

    def fits(answer: str) -> str:
        parts = _parts(answer)
        if len(parts) != count or len(others.union(parts)) != len(others) + count:
            return f"{wanted}, each different from all others"
        return ""

    return _parts(answers.of("meter_serial", fits=fits))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip() not in ("", NONE)]


def _judged(meters: Meters) -> Meters:
    """By the firmware's schema, before anything else is asked. ProvisionFault."""
    setup.judge({"version": 1, "connectors": meters.connectors, **meters.buses})
    return meters
