"""One figure of a run, its limit, and the sentence that says it was missed; measures nothing."""

from dataclasses import dataclass

Value = int | float | str | None


@dataclass(frozen=True)
class Row:
    """`limit`: without its unit, "" for a figure that is only told. `fault`: "" if it is kept."""

    key: str  # in summary.json, its unit in it
    name: str
    value: Value
    unit: str = ""
    limit: str = ""
    fault: str = ""


def told(key: str, name: str, value: Value, unit: str = "") -> Row:
    return Row(key, name, value, unit)


def exactly(key: str, name: str, value: Value, wanted: int, where: str = "") -> Row:
    return _judged(key, name, value, "", f"exactly {wanted:,}", value == wanted, where)


def at_most(
    key: str, name: str, value: int | float | None, most: int, unit: str = "", where: str = ""
) -> Row:  # fmt: skip
    """`where`: for the sentence, what the value is of."""
    kept = value is not None and value <= most
    return _judged(key, name, value, unit, f"at most {most:,}", kept, where)


def at_least(key: str, name: str, value: int | float | None, least: int, unit: str = "") -> Row:
    kept = value is not None and value >= least
    return _judged(key, name, value, unit, f"at least {least:,}", kept)


def shown(value: Value, unit: str = "") -> str:
    if value is None:
        return "not measured"
    text = value if isinstance(value, str) else f"{value:,}"
    return f"{text} {unit}" if unit else text


def _judged(
    key: str, name: str, value: Value, unit: str, limit: str, kept: bool, where: str = ""
) -> Row:  # fmt: skip
    found = shown(value, unit) + where
    fault = "" if kept else f"{name}: {found}; it must be {shown(limit, unit)}"
    return Row(key, name, value, unit, limit, fault)
