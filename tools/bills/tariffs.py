"""The tariffs that bills name, found by their hash in a folder and files; fetches none."""

import contextlib
from pathlib import Path

from tools.bills.bill import Bill
from wattseal.core.pricing import json_text, loading, tariff_text
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
        raise TariffFault(refused(path, fault)) from fault


def refused(path: Path, fault: TariffError) -> str:
    """One sentence of a file that the firmware would not take, for whoever meant it as one."""
    return f"{path} is no tariff: {fault}; every reason: python -m tools.tariff lint {path}"


class Tariffs:
    """Those beside a records file, and others that were `named`. `swapped`: hashes under which
    another tariff, or none, is kept beside the records. TariffFault for one that was named."""

    def __init__(self, records: Path | None = None, files: list[Path] | None = None) -> None:
        self.named = bool(files)
        self.swapped: set[str] = set()
        loaded = [load(path) for path in files or []]
        for path in sorted((records.parent / FOLDER).glob("*.json")) if records else []:
            tariff = None
            with contextlib.suppress(TariffFault):
                tariff = load(path)
            if tariff:
                loaded.append(tariff)
            if tariff is None or tariff.identity != path.stem:
                self.swapped.add(path.stem)
        self._known = {tariff.identity: tariff for tariff in loaded}

    def add(self, others: "Tariffs") -> None:
        """Those that another file has beside it."""
        self._known |= others._known

    def of(self, identity: str) -> Tariff | None:
        return self._known.get(identity)

    def of_bill(self, bill: Bill) -> Tariff | None:
        """By the hash of its price; where flags alone say why there is none, by the record's TT,
        which begins with digits of it."""
        if bill.is_priced or not bill.flags:
            return self.of(bill.tariff_hash)
        told = bill.payload.get("TT")
        return next((each for each in self.all() if tariff_text.heading(each) == told), None)

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
