"""What a message on the broker claims, and whether the device's key says so; keeps nothing."""

import json

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tools.stored import Stored
from tools.verify import gson, signature

_KINDS = ("begin", "session", "not_billable", "correction")
_MOST = 2**32 - 1  # the journal numbers with 32 bits
_ALONE = ("key", "status", "stat", "audit")  # names of topics that end with them
_DEEPEST = 32  # JSON in JSON; a fixed depth, or each caller's stack would judge for itself


def parted(topic: str, device: str) -> tuple[str, str]:
    """The topic's name below the device's, and what is behind it."""
    found, _, rest = topic.removeprefix(f"wattseal/v1/{device}/").partition("/")
    return found, rest


def check_name(name: str, rest: str) -> None:
    """ValueError for a topic of no Wattseal."""
    if rest and name in _ALONE:
        raise ValueError


def record(message: dict) -> Stored:
    """ValueError, KeyError for what no `bill` message is."""
    whole = (message["pg"], message["connector"])
    texts = (message["kind"], message["session"], message["ocmf"])
    beside = (message.get("reason", ""), message.get("capsule", ""))  # unsigned: anybody's words
    whole_ok = all(is_number(number) and number for number in whole)
    texts_ok = all(type(text) is str for text in texts + beside) and "".join(beside).isascii()
    if not (whole_ok and texts_ok and texts[0] in _KINDS and _is_flat(message)):
        raise ValueError
    return Stored(whole[0], texts[0], whole[1], texts[1], texts[2], [])


def is_signed(claimed: Stored, device: str, public_key: str) -> bool:
    """By the device, as what its envelope says. Judges no rule: a faulty record is its own too."""
    try:
        head, payload, section = claimed.ocmf.split("|")
        signature.check(payload.encode(), gson.signature(section), public_key)
        signed = json.loads(payload)
        says = (head, signed["PG"], signed["GS"], len(signed["RD"]) == 1)
    except (signature.Refused, gson.NotReadable, ValueError, LookupError, TypeError,
            RecursionError):  # fmt: skip
        return False
    return _is_flat(signed) and says == (
        "OCMF",
        f"T{claimed.pagination}",
        device,
        claimed.kind == "begin",
    )


def check_status(status: dict) -> None:
    """ValueError for what no device says."""
    lost, state = status.get("lost", []), status.get("state", "")
    if not (isinstance(lost, list) and isinstance(state, str)):
        raise ValueError
    numbers = [status.get(name, 1) for name in ("oldest", "next", "late_max_ms", "missed")]
    if not all(is_number(n) for n in [*lost, *numbers]) or numbers[0] > numbers[1]:
        raise ValueError


def is_key(spki: str) -> bool:
    try:
        key = load_der_public_key(bytes.fromhex(spki))
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST


def _is_flat(value: object, left: int = _DEEPEST) -> bool:
    """Whether no more than so many levels lie in one another."""
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return left > 0 and all(_is_flat(one, left - 1) for one in inner)
