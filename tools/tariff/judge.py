"""What the device says to a tariff file: taken, or refused with its one reason; adds no rule."""

from dataclasses import dataclass
from pathlib import Path

from wattseal.core.pricing.tariff import Tariff
from wattseal.core.settings import ConfigError
from wattseal.drivers import tariff_file

_MOST_READ_BYTES = 1 << 20  # of a file that somebody calls a tariff, refused long before


class TariffFault(Exception):
    """One sentence: what cannot be used, and what to do."""


class TariffRefused(Exception):
    """One sentence: which file the firmware refuses, and why."""


@dataclass(frozen=True)
class Judgement:
    """`refusal`: the firmware's words, "" when it takes the file; `tariff` only then."""

    text: bytes
    tariff: Tariff | None
    refusal: str


def judge(path: Path) -> Judgement:
    """By the code that reads the file on the device. TariffFault for no file."""
    text = read(path)
    said = f"tariff: {path.parent}/{path.name} is refused: "
    try:
        return Judgement(text, tariff_file.load(str(path.parent), path.name), "")
    except ConfigError as fault:
        return Judgement(text, None, str(fault).removeprefix(said))


def taken(path: Path) -> Tariff:
    """TariffRefused, and TariffFault for no file."""
    found = judge(path)
    if found.tariff is None:
        raise TariffRefused(
            f"{path} is refused by the firmware: {found.refusal}; "
            f"see every reason with: python -m tools.tariff lint {path}"
        )
    return found.tariff


def read(path: Path) -> bytes:
    """TariffFault."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_READ_BYTES)
    except OSError as fault:
        raise TariffFault(f"{path} cannot be read ({fault.strerror}); name another file") from None
    if not text.strip():
        raise TariffFault(f"{path} is empty; name a tariff's file")
    return text
