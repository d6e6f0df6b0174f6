"""The meters of a device: searched on its serial line, or told by a person; writes nothing.

A bill is wrong by another model's registers, and no session begins without a serial number: what a
meter does not tell for sure is asked.
"""

from dataclasses import dataclass, field

from rich.console import Console

from tools import detect
from tools.provision import on_device, setup
from tools.provision.answer_checks import NONE
from tools.provision.answers import Answers
from tools.provision.device import Device, ProvisionFault


@dataclass(frozen=True)
class Meters:
    """`buses`, `connectors`: as a configuration has them; `found`: what the search tells."""

    connectors: list[dict]
    buses: dict = field(default_factory=dict)
    found: dict[int, dict] = field(default_factory=dict)


def find(device: Device, answers: Answers, say: Console) -> Meters:
    """ProvisionFault."""
    wanted = int(answers.of("meters"))
    if not wanted:
        say.print("[bold]3[/] no serial line: the meters give pulses", highlight=False)
        return _with_pulses(answers)
    found = _search(device, wanted, answers, say)
    meters = found["found"]
    for meter in meters:
        if not meter["sure"]:
            meter["models"] = [_model(meter, answers)]
    numbers = _numbers(answers, len(meters))
    serials = _serials(sum(not meter["serial"] for meter in meters), answers)
    rows = setup.connectors(found, numbers, int(answers.of("p_max_w")), serials)
    return Meters(rows, {"buses": [setup.bus(found)]}, {meter["unit"]: meter for meter in meters})


def told(meters: Meters) -> list[tuple[str, str, str, str, str]]:
    """Of each: connector, model, unit, serial number, register."""
    out = []
    for row in meters.connectors:
        meter = meters.found.get(row.get("unit", 0), {})
        model, register = row["meter"], meter.get("energy_wh")
        if not meter:
            model = f"S0, {row['imp_per_kwh']} pulses for a kWh"
        elif not meter["sure"]:
            model = f"{model} (not sure)"
        serial = meter.get("serial") or row.get("serial", "not told")
        shown = "-" if register is None else f"{register / 1000:,.3f} kWh"  # a new meter has 0
        out.append((str(row["id"]), model, str(row.get("unit", "-")), serial, shown))
    return out


def _search(device: Device, wanted: int, answers: Answers, say: Console) -> dict:
    while True:
        say.print("[bold]3[/] looking for the meter; up to a minute", highlight=False)
        found = device.run(on_device.detect(wanted), lambda text: say.print(f"   {text}"))
        say.print(detect.table(found["found"]))
        good = all(meter["models"] and not meter["problems"] for meter in found["found"])
        if good and len(found["found"]) >= wanted:
            return found
        why = "; ".join(found["sentences"]) or "no meter answers"
        if not answers.by_person:
            raise ProvisionFault(f"{why}: look at A, B and the meter's supply, then run it again")
        say.print(f"   {why}. Look at A, B and the supply.", style="red", markup=False)
        say.input("   Enter tries again, Ctrl-C ends: ")


def _with_pulses(answers: Answers) -> Meters:
    """On the S0 inputs of the first connectors."""
    numbers = _numbers(answers, 0)
    serials = _serials(len(numbers), answers)
    values = {name: int(answers.of(name)) for name in ("imp_per_kwh", "p_max_w")}
    return Meters(
        [
            {"id": number, "meter": "s0", "serial": serial, **values}
            for number, serial in zip(numbers, serials, strict=True)
        ]
    )


def _numbers(answers: Answers, count: int) -> list[int]:
    """`count`: so many are wanted, 0 for as many as there are."""
    numbers = answers.of(
        "connectors", ",".join(str(n + 1) for n in range(count)),
        lambda told: "" if count in (0, told.count(",") + 1) else f"{count} meters were found; as "
        "many numbers are wanted",
    )  # fmt: skip
    return [int(number) for number in numbers.split(",")]


def _model(meter: dict, answers: Answers) -> str:
    """By its plate: a bill by another model's registers would be wrong. ProvisionFault."""
    models = " or ".join(meter["models"])
    one_of = f"the meter of unit {meter['unit']} does not say for sure: {models} is wanted"
    return answers.of("meter_model", fits=lambda told: "" if told in meter["models"] else one_of)


def _serials(count: int, answers: Answers) -> list[str]:
    """Of so many meters that do not tell theirs: without one no session begins. ProvisionFault."""
    if not count:
        return []
    several = f"{count} different ones are wanted, with commas between"

    def fits(told: str) -> str:
        parts = _parts(told)
        good = len(parts) == len(set(parts)) == count
        return "" if good else several if count > 1 else "it is wanted"

    return _parts(answers.of("meter_serial", fits=fits))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip() not in ("", NONE)]
