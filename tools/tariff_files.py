"""OUT/tariffs/<hash>.json: the tariffs that devices publish; believes a hash, not who says it."""

import hashlib
from pathlib import Path

from tools import whole_file
from tools.bills import tariffs
from wattseal.core.pricing import loading
from wattseal.core.pricing.tariff import TariffError

_MOST = 1000  # files: anybody on the broker can make tariffs


def keep(folder: Path, identity: str, payload: bytes) -> None:
    """Stores it under its name, once. OSError; ValueError for no tariff, or not that one."""
    try:
        tariff = loading.load(payload)
    except TariffError as fault:
        raise ValueError(str(fault)) from fault
    if hashlib.sha256(payload).hexdigest() != identity or tariff.identity != identity:
        raise ValueError("the tariff has another hash")
    kept = folder / tariffs.FOLDER
    kept.mkdir(exist_ok=True)
    path = kept / f"{identity}.json"
    if not path.exists() and len(list(kept.iterdir())) < _MOST:
        whole_file.write(path, payload)  # what is there is never written again
