"""`lint FILE...`: every reason to refuse a tariff, and every doubt about one; changes no file."""

import json
import re
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from tools.bills import tariffs
from tools.tariff import advice, doubts, judge, page, repair
from wattseal.core.pricing.loading import MOST_BYTES

_OCPI = {
    "place": "elements", "what": "this is a tariff as OCPI has it",
    "todo": "make the device's of it: python -m tools.tariff from-ocpi FILE --zone Europe/Berlin",
}  # fmt: skip
_BYTE = re.compile(r"no JSON of a tariff, byte (\d+):")


def lint(path: Path, now_s: int) -> dict[str, Any]:
    """All that is said of one file, as plain values. TariffFault."""
    found = judge.judge(path)
    size = path.stat().st_size
    values: dict[str, Any] = {
        "file": str(path), "accepted": found.tariff is not None, "bytes": size,
        "most_bytes": MOST_BYTES, "refusals": [], "warnings": [],
    }  # fmt: skip
    if found.tariff is None:
        reasons = () if _is_ocpi(found.text) else _reasons(found)
        values["refusals"] = [_refusal(reason, found.text) for reason in reasons] or [_OCPI]
        return values
    told = found.tariff.values
    values.update(
        id=told["id"], version=told.get("ver", 0), hash=found.tariff.identity,
        canonical_bytes=len(tariffs.canonical(found.tariff)),
        warnings=[asdict(doubt) for doubt in doubts.of(found.tariff, now_s)],
    )  # fmt: skip
    return values


def run(paths: list[Path], console: Console, as_json: bool) -> int:
    found = [lint(path, int(time.time())) for path in paths]
    if as_json:
        print(json.dumps({"files": found}))
    else:
        for values in found:
            _show(values, console)
    return 0 if all(values["accepted"] for values in found) else 1


def _reasons(found: judge.Judgement) -> list[str]:
    """The firmware's first one is what it says of the file itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tariff.json"

        def ask(text: bytes) -> str:
            path.write_bytes(text)
            return judge.judge(path).refusal

        asked = repair.reasons(found.text, ask)
    return [found.refusal, *(reason for reason in asked[1:] if reason != found.refusal)]


def _is_ocpi(text: bytes) -> bool:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(values, dict) and "elements" in values and "el" not in values


def _refusal(reason: str, text: bytes) -> dict[str, str]:
    byte = _BYTE.search(reason)
    if byte:
        before = text[: int(byte[1])]
        column = len(before) - before.rfind(b"\n")
        place = f"line {before.count(10) + 1}, column {column}"
        seen = advice.at(text, len(before))
        if seen:
            return {"place": place, "what": seen[0], "todo": seen[1]}
        return {"place": place, "what": reason, "todo": advice.of(reason)}
    key, unknown, _ = reason.partition(": unknown key")
    if unknown:
        return {"place": key or "the empty key", "what": reason, "todo": advice.of(reason)}
    head, colon, _ = reason.partition(" ")
    place = head.rstrip(":") if colon and ("[" in head or "." in head or ":" in head) else ""
    if not place and reason.split(" ")[1:2] in (["is"], ["has"]) and head.isidentifier():
        place = head
    return {"place": place if place != "the" else "", "what": reason, "todo": advice.of(reason)}


def _show(values: dict[str, Any], console: Console) -> None:
    accepted = values["accepted"]
    count = len(values["refusals"])
    verdict = "accepted" if accepted else f"REFUSED, {_count(count, 'reason')}"
    if values["warnings"]:
        verdict += f", {_count(len(values['warnings']), 'warning')}"
    console.print(Text.assemble(
        f"{values['file']}: ", (verdict, "bold green" if accepted else "bold red")
    ))  # fmt: skip
    if accepted:
        console.print(f"  id      {values['id']}, version {values['version']}")
        console.print(f"  hash    {values['hash']}")
    size = f"  size    {values['bytes']} of {values['most_bytes']} bytes"
    if accepted:
        size += f", {values['canonical_bytes']} in canonical form"
    console.print(size)
    for row in values["refusals"]:
        where = f" ({row['place']})" if row["place"].startswith("line ") else ""
        page.hang(console, "refused", "red", f"{row['what']}{where}; {row['todo']}.")
    for row in values["warnings"]:
        page.hang(console, "warning", "yellow", f"{row['place']}: {row['what']}; {row['todo']}.")


def _count(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
