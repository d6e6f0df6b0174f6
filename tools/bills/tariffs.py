"""The tariffs that bills name, found by their hash in a folder and files; fetches none."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from wattseal.core.pricing import json_text, loading
from wattseal.core.pricing.tariff import Tariff, TariffError

FOLDER = "tariffs"  # beside records.jsonl, each <hash>.json


class TariffFault(Exception):
    """One sentence: which file, what is wrong, what to do."""


def load(path: Path) -> Tariff:
    """TariffFault."""
    try:
        with path.open("rb") as file:
            return loading.load(file.read(loading.MOST_BYTES + 1))
    except OSError as fault:
        raise TariffFault(f"{path} cannot be read: {fault.strerror}; name another file") from fault
    except TariffError as fault:
        raise TariffFault(f"{path} is no tariff: {fault}") from fault


def _good(paths: list[Path]) -> Iterator[Tariff]:
    """What is none is left out: a price by it stays unproven, and is told as such."""
    for path in paths:
        with contextlib.suppress(TariffFault):
            yield load(path)


class Tariffs:
    """Those beside a records file, and others that were `named`. TariffFault."""

    def __init__(self, records: Path | None = None, files: list[Path] | None = None) -> None:
        beside = sorted((records.parent / FOLDER).glob("*.json")) if records else []
        self.named = bool(files)
        loaded = [*(load(path) for path in files or []), *_good(beside)]
        self._known = {tariff.identity: tariff for tariff in loaded}

    def add(self, others: "Tariffs") -> None:
        """Those that another file has beside it."""
        self._known |= others._known

    def of(self, identity: str) -> Tariff | None:
        return self._known.get(identity)

    def all(self) -> list[Tariff]:
        return list(self._known.values())


def canonical(tariff: Tariff) -> bytes:
    """The bytes whose SHA-256 is the tariff's identity."""
    text = bytearray()
    json_text.write(tariff.values, text.extend)
    return bytes(text)


def name(tariff: Tariff) -> str:
    """As a record's TT begins: id, version and the first digits of the hash."""
    return f"{tariff.values['id']}/{tariff.values.get('ver', 0)} {tariff.identity[:16]}"
