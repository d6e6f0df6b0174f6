"""The folder that gets a device's report and the keys of its console's levels; asks nobody."""

import os
import tempfile
from pathlib import Path

from rich.console import Console

from tools.console.level_keys import LEVELS
from tools.provision import page
from tools.provision.device import DeviceKey, ProvisionFault


def prepare(out: Path) -> None:
    """Makes it, and tries it, before the device is touched: the keys of its levels leave it once.
    ProvisionFault."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out) as file:
            file.write(b"\0")
    except OSError as fault:
        raise _unwritable(out, fault) from fault


def write(facts: page.Facts, key: DeviceKey, out: Path, say: Console) -> dict:
    """What was written, as JSON has it. ProvisionFault."""
    try:
        report = out / f"{key.device}.html"
        report.write_text(page.as_html(facts))
        (out / f"{key.device}.txt").write_text(page.as_text(facts))
        for level, secret in zip(LEVELS, key.levels, strict=True):
            path = out / f"{key.device}-level-{level}.key"
            if not path.exists():
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(secret + "\n")
    except OSError as fault:
        raise _unwritable(out, fault) from fault
    say.print(f"report: {report}; beside it the keys of the console's levels", highlight=False)
    told = [{"check": r.name, "good": r.good, "told": r.told} for r in facts.checks]
    values = {"device": key.device, "fingerprint": key.fingerprint, "good": facts.good}
    return {**values, "report": str(report), "checks": told}


def _unwritable(out: Path, fault: OSError) -> ProvisionFault:
    why = "it is no folder" if out.is_file() else fault.strerror
    return ProvisionFault(f"{out} cannot be written ({why}); name another")
