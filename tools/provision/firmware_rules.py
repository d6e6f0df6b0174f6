"""What the firmware's own schema says of an answer, beside stand-ins for the rest; asks nobody."""

from wattseal.core import config, models
from wattseal.core.settings import ConfigError

# What each part has to have, for a text to be judged beside it.
_NEEDS: dict[str, dict] = {
    "connectors": {"id": 1, "meter": "sdm630"},
    "broker": {"host": "none", "tls": "plain-text-accepted", "user": "any"},
    "wifi": {"ssid": "any"},
}
_STAND_INS = {"version": 1, "connectors": [_NEEDS["connectors"]], "broker": _NEEDS["broker"]}


def problems(values: dict) -> list[str]:
    """Those of a configuration, whole or in part, each with its key first."""
    try:
        config.load({**_STAND_INS, **values}, tuple(models.MODELS), models.MODELS)
    except ConfigError as fault:
        return fault.problems
    return []


def refusal(values: dict) -> str:
    """One sentence, "" where the firmware takes it."""
    told = problems(values)
    return f"the firmware would refuse this: {'; '.join(told)}" if told else ""


def of_text(part: str, key: str, text: str) -> str:
    """What is wrong with a text of `part`, which is "broker", "wifi" or "connectors"; "" for
    nothing. Never the text itself, which may be a password."""
    row = {**_NEEDS[part], key: text}
    told = problems({part: [row] if part == "connectors" else row})
    wrong = (one.partition(f".{key} ") for one in told)
    return next((f"it {rest}" for _, found, rest in wrong if found), "")
