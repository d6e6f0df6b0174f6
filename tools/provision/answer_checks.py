"""Whether an answer of commissioning can be: each gives why not, or ""; asks nobody.

An answer is what a person types or a file says, one line of text.
"""

from collections.abc import Callable
from pathlib import Path

from tools import broker_address, pki
from tools.private_key import PrivateKeyError
from tools.provision import firmware_rules, host_form, key_text
from tools.provision.identity import BOARDS
from tools.tariff import lint
from tools.tariff.judge import TariffFault

NONE = "none"
MOST = 8  # meters, and so connectors
LOW_W = 1000  # the least that a connector can have

Check = Callable[[str], str]

_BROKER = "host:port without TLS or mqtts://host:port with it is wanted"
_NO_CA = (
    "the broker's operator has it, `make broker` makes one in build/broker/pki, and `make pki` "
    "one for a broker of your own"
)
_SERIAL = '50 characters of ASCII at most, no | " \\'


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


def of_firmware(part: str, key: str) -> Check:
    """`part`, `key`: where a configuration has the text."""

    def check(text: str) -> str:
        return "" if text == NONE else firmware_rules.of_text(part, key, text)

    return check


def serials(text: str) -> str:
    """With commas between."""
    fits = of_firmware("connectors", "serial")
    return _SERIAL if any(fits(part.strip()) for part in text.split(",")) else ""


def broker(text: str) -> str:
    if text in ("", NONE):
        return _BROKER
    try:
        found = broker_address.parse(text.replace("mqtts://", "mqtt://"))
    except broker_address.BrokerAddressError as fault:
        return _without_names(fault)
    if wrong := host_form.fault(found.host):
        return wrong
    for key, told in (("user", found.user), ("password", found.password)):
        if wrong := firmware_rules.of_text("broker", key, told):
            return f"of its {key}: {wrong}"
    return "" if found.port else "a port from 1 to 65535 is wanted"


def ca(text: str) -> str:
    if text in ("", NONE):
        return f"a file is wanted; {_NO_CA}"
    path = Path(text)
    if not path.exists():
        return f"{text} is not there; {_NO_CA}"
    try:
        broker_address.parse("mqtts://host", path)
        if path.is_dir():
            pki.authority(path)  # it makes the device's certificate
    except broker_address.BrokerAddressError as fault:
        return _without_names(fault)
    except pki.PkiError as fault:
        return str(fault)
    return ""


def _without_names(fault: broker_address.BrokerAddressError) -> str:
    """BROKER= and CA= are what other tools are given."""
    return str(fault).replace("BROKER is", "it is").replace("BROKER=", "").replace("CA=", "")


def time_server(text: str) -> str:
    return "" if text == NONE else host_form.fault(text)


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
