"""`from-ocpi FILE`: an OCPI object as a tariff's file, if the firmware takes it; prices none."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.records_file import write_whole
from tools.tariff import from_ocpi, judge, lint, page, zone_name
from tools.tariff.judge import TariffFault, TariffRefused


def run(file: Path, zone: str, wanted: str, out: Path | None) -> int:
    """To `out`, and then what lint says of it; else to standard output. TariffFault for what OCPI
    or we have no word for, TariffRefused."""
    given = judge.read(file)
    rule = zone_name.rule(zone)
    try:
        converted = from_ocpi.convert(from_ocpi.chosen(given, wanted), rule)
    except TariffFault as fault:
        raise TariffFault(f"{file}: {fault}") from None
    text = _text(converted.values)
    refusal = _refusal(text)
    if refusal:
        raise TariffRefused(
            f"{file}: the firmware refuses what it says ({refusal}); el[0] is elements[0], "
            "and so on: change it there"
        )
    for note in converted.notes:
        print(f"tariff: {note}.", file=sys.stderr)
    if out is None:
        sys.stdout.write(text)
        return 0
    _write(out, text)
    return lint.run([out], page.console(), False)


def _text(values: dict[str, Any]) -> str:
    """A key and an element on a line."""
    rows = [f'  "{key}": {json.dumps(value)}' for key, value in values.items() if key != "el"]
    elements = ",\n".join(f"    {json.dumps(element)}" for element in values["el"])
    lines = ",\n".join([*rows, f'  "el": [\n{elements}\n  ]'])
    return f"{{\n{lines}\n}}\n"


def _refusal(text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tariff.json"
        path.write_text(text)
        return judge.judge(path).refusal


def _write(out: Path, text: str) -> None:
    if out.exists():
        raise TariffFault(f"{out} is there already; remove it, or name another with --out")
    try:
        write_whole(out, text)
    except OSError as fault:
        raise TariffFault(
            f"{out} cannot be written ({fault.strerror}); name another with --out"
        ) from None
