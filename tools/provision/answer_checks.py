"""Whether an answer of commissioning can be: each gives why not, or ""; asks nobody.

An answer is what a person types or a file says, one line of text.
"""

from collections.abc import Callable
from pathlib import Path

from tools import broker_address
from tools.private_key import PrivateKeyError
from tools.provision import key_text
from tools.provision.identity import BOARDS
from tools.tariff import lint
from tools.tariff.judge import TariffFault

NONE = "none"

Check = Callable[[str], str]


def whole(low: int, high: int) -> Check:
    def check(text: str) -> str:
        good = text.isascii() and text.isdecimal() and low <= int(text) <= high
        return "" if good else f"a whole number from {low} to {high} is wanted"

    return check


def numbers(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    good = all(p.isascii() and p.isdecimal() and 1 <= int(p) <= 99 for p in parts)
    good = good and len(set(parts)) == len(parts)
    return "" if good else "different numbers from 1 to 99 are wanted, with commas between"


def board(text: str) -> str:
    return "" if text in BOARDS else f"one of these is wanted: {', '.join(BOARDS)}"


def broker(text: str) -> str:
    try:
        broker_address.parse(text.replace("mqtts://", "mqtt://"))
    except broker_address.BrokerAddressError as fault:
        return str(fault)
    return ""


def ca(text: str) -> str:
    try:
        broker_address.parse("mqtts://host", Path(text))
    except broker_address.BrokerAddressError as fault:
        return str(fault)
    return ""


def tariff(text: str) -> str:
    if text == NONE:
        return ""
    try:
        judged = lint.lint(Path(text), 0)
    except (TariffFault, OSError) as fault:
        return str(fault)
    return "" if judged["accepted"] else f"{text} is refused: {judged['refusals'][0]['what']}"


def public_key(text: str) -> str:
    if text == NONE:
        return ""
    try:
        key_text.in_hex(text)
    except PrivateKeyError as fault:
        return str(fault)
    return ""


def anything(_: str) -> str:
    return ""


def yes_or_no(text: str) -> str:
    return "" if text in ("yes", "no") else "yes or no is wanted"
