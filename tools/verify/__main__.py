"""`python -m tools.verify FILE`: are records signed, sound and complete? Changes none of them.

Exit status: 0 all good, 1 a record fails or is no verified session, 2 the command is not usable.
A session that is still open at the end of a records.jsonl, and a record that the device itself
calls not billable, are no failures there; both are said.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from tools import gone_file, keys
from tools.bills import command
from tools.bills.tariffs import Tariffs
from tools.verify import (
    facts,
    prices,
    report,
    signature,
    source,
    trail,
    trail_table,
    verdict,
)

app = typer.Typer(add_completion=False)


@app.command()
def verify(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE [END_FILE]",
            help="A record, records.jsonl or - for stdin; with END_FILE a session in two records.",
        ),
    ],
    key: Annotated[
        str | None,
        typer.Option(help="Public key in hex, or its file; else public_key.hex beside FILE."),
    ] = None,
    rules: Annotated[str, typer.Option(help=f"One of {', '.join(verdict.RULES)}.")] = verdict.OWN,
    tariff: Annotated[
        list[Path] | None,
        typer.Option(help="A tariff that prices are made by; beside those in tariffs/ of FILE."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> int:
    """Verify OCMF records: signature, rules, prices, and what a file of them leaves out."""
    if rules not in verdict.RULES:
        raise source.SourceFault(f"--rules {rules} is unknown; use {', '.join(verdict.RULES)}")
    if len(files) > 2 or files.count(source.STDIN) > 1:
        raise source.SourceFault("more files than a begin and an end; verify sessions one by one")
    beside = Path(files[0]) if files[0] != source.STDIN else None
    tariffs = Tariffs(beside, tariff)
    found = [source.read(name) for name in files]
    public_key = source.key(key, files)
    name = " and ".join(files)
    messages = [each for part in found for each in part if isinstance(each, source.Message)]
    texts = [each for part in found for each in part if isinstance(each, str)]
    if messages and len(files) > 1:
        raise source.SourceFault("a records.jsonl is verified alone; leave the other file out")
    if messages:
        gone = gone_file.beside(files[0]) if beside else set()
        return _messages(messages, public_key, rules, tariffs, as_json, gone)
    if len(texts) > 2:
        raise source.SourceFault(f"{name} holds {len(texts)} records; give one, or begin and end")
    return _texts(texts, name, public_key, rules, tariffs, as_json)


def _texts(
    texts: list[str], name: str, public_key: str, rules: str, tariffs: Tariffs, as_json: bool
) -> int:
    if len(texts) == 1:
        found = verdict.verify_record(texts[0], public_key, rules)
    else:
        found = verdict.verify_pair((texts[0], texts[1]), (public_key, public_key), rules)
    judged = rules == verdict.OWN and found.signature_ok
    price = prices.price_of_text(texts[-1], tariffs) if judged else None
    if as_json:
        print(json.dumps({"rules": rules, **report.record_values(found, price)}))
    else:
        for part in report.record(found, name, rules, _fingerprint(public_key), price):
            report.console().print(part)
    return 0 if found.ok and found.complete and (price is None or price.proven) else 1


def _messages(
    messages: list[source.Message], public_key: str, rules: str, tariffs: Tariffs, as_json: bool,
    gone: set[int],
) -> int:  # fmt: skip
    trails = trail.follow(messages, public_key, rules, tariffs)
    if as_json:
        devices = [{**report.trail_values(t), "gone": _gone(t, gone)} for t in trails]
        print(json.dumps({"rules": rules, "devices": devices}))
        return 0 if all(found.ok for found in trails) else 1
    console = report.console()
    for found in trails:
        console.print(trail_table.trail(found, console.width))
        for remark in report.remarks(found):
            console.print(remark)
        for gap in _gone(found, gone):
            shown = facts.span(*gap)
            console.print(f"Of the missing, gone for good as {gone_file.NAME} says: {shown}.")
    console.print(f"Rules: {rules}. Key: {_fingerprint(public_key)}.")
    return 0 if all(found.ok for found in trails) else 1


def _gone(found: trail.Trail, gone: set[int]) -> list[tuple[int, int]]:
    """Each span of the missing that somebody declared so."""
    return [span for span, is_gone in gone_file.parts(found.missing, gone) if is_gone]


def _fingerprint(public_key: str) -> str:
    """SHA-256 of the SubjectPublicKeyInfo, as `tools.keys show` prints it."""
    return keys.fingerprint(signature.key_bytes(public_key).hex())


if __name__ == "__main__":
    command.run(app, "verify")
