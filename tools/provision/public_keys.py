"""The public keys that a device obeys or seals to, as answers and as the report has them."""

from tools.provision import firmware_rules
from tools.provision.answer_checks import NONE
from tools.provision.answers import Answers
from tools.provision.key_text import in_hex

# By the configuration's key: what its owner can do, and what nobody can without.
_MEANING = {
    "update_key": (
        "its owner can update the device over the broker",
        "nobody can update it over the broker",
    ),
    "command_key": (
        "its owner's signed commands are obeyed",
        "nobody can command it over the broker, as to set its clock or to correct a bill",
    ),
    "sealing_key": (
        "its owner can open whose a session was",
        "nobody can open whose a session was",
    ),
}
_SHOWN = 16  # digits, to compare by eye


def answered(answers: Answers, stays: dict) -> dict[str, str]:
    """Those that are set, for the configuration. `stays`: what it has of the old one, whose
    id_mode may leave nothing to seal. ProvisionFault."""
    if answers.by_person and answers.of("keys") != "yes":
        return {}
    told: dict[str, str] = {}
    for key in _MEANING:

        def fits(text: str, key: str = key) -> str:
            values = {key: in_hex(text)} if text != NONE else {}
            return firmware_rules.refusal({**stays, **told, **values})

        if text := answers.of(key, fits=fits):
            told[key] = in_hex(text)
    return told


def rows(config: dict) -> list[tuple[str, str]]:
    """Of the report: which are set, and what nobody can do without."""
    return [(key.replace("_", " "), _told(key, config)) for key in _MEANING]


def _told(key: str, config: dict) -> str:
    can, cannot = _MEANING[key]
    if key in config:
        return f"{config[key][:_SHOWN]}..., {can}"
    mode = config.get("id_mode", "pseudonym")
    if key == "sealing_key" and mode != "pseudonym":
        return f"none: id_mode is {mode}"
    return f"none: {cannot}"
