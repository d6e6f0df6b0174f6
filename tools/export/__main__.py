"""`python -m tools.export RECORDS --to FORM`: signed records for other systems; makes none anew.

Exit status: 0 all exported, 1 a record was left out and is named, 2 the command is not usable.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tools.bills import command, judged
from tools.bills.command import CommandFault
from tools.bills.judged import Judged
from tools.export import cdr, ocpp, operator, safe_xml

FORMS = ("safe-xml", "ocpi-cdr", "ocpp16", "ocpp201")
app = typer.Typer(add_completion=False)


@app.command()
def export(
    records: Annotated[str, typer.Argument(metavar="RECORDS", help="A records.jsonl.")],
    to: Annotated[str, typer.Option(help=f"One of {', '.join(FORMS)}.")],
    pagination: Annotated[int | None, typer.Option(help="The record of this number.")] = None,
    session: Annotated[
        str | None, typer.Option(help="The session's closing record, and its corrections.")
    ] = None,
    all_records: Annotated[bool, typer.Option("--all", help="Every closing record.")] = False,
    key: Annotated[
        str | None,
        typer.Option(help="Public key in hex, or its file; else public_key.hex beside RECORDS."),
    ] = None,
    tariff: Annotated[
        list[Path] | None, typer.Option(help="A tariff, beside those in tariffs/ of RECORDS.")
    ] = None,
    operator_file: Annotated[
        Path | None,
        typer.Option("--operator", help="Who and where you are, for ocpi-cdr (JSON)."),
    ] = None,
    transaction: Annotated[
        int | None, typer.Option(help="Your transactionId, for ocpp16; else the pagination.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A file, instead of standard output.")] = None,
) -> int:
    """Export signed records to the reference verifier, to OCPI or to OCPP."""
    if to not in FORMS:
        raise CommandFault(f"--to {to} is unknown; use one of {', '.join(FORMS)}")
    if transaction is not None and (all_records or to != "ocpp16"):
        raise CommandFault("--transaction is of one record to ocpp16; leave it out")
    known = operator.load(operator_file) if to == "ocpi-cdr" else None
    found = judged.read([records], key, tariff or [])
    chosen = choose(found, pagination, session, all_records)
    good, status = _good(chosen, to)
    text, failed = _text(good, to, known, transaction, pagination is not None)
    command.write(text, out)
    return status or failed


def choose(
    found: judged.Records, pagination: int | None, session: str | None, every: bool
) -> list[Judged]:
    """CommandFault unless exactly one of the ways is taken, and it meets records."""
    if (pagination is not None) + (session is not None) + every != 1:
        raise CommandFault("which record? give one of --pagination N, --session ID or --all")
    chosen = [
        each for each in found.bills
        if every or each.bill.session == session or each.bill.pagination == pagination
    ]  # fmt: skip
    if not chosen:
        asked = f"T{pagination}" if pagination is not None else f"session {session}"
        asked = "closing record" if every else f"closing record {asked}"
        raise CommandFault(f"the file has no {asked}; `python -m tools.verify` lists what it has")
    if pagination is not None and len(chosen) > 1:
        raise CommandFault(f"T{pagination} stands {len(chosen)} times; choose by --session")
    return chosen


def _good(chosen: list[Judged], to: str) -> tuple[list[Judged], int]:
    """A verifier is shown every record, for it judges itself; nobody else a bad one."""
    good = [each for each in chosen if not each.why or to == "safe-xml"]
    for each in chosen:
        if each.why:
            said = "exported all the same" if to == "safe-xml" else "left out"
            command.remark(f"export: T{each.bill.pagination} {said}: {each.why}")
    if not good:
        raise typer.Exit(1)
    return good, int(any(each.why for each in chosen))


def _text(
    good: list[Judged],
    to: str,
    known: operator.Operator | None,
    transaction: int | None,
    alone: bool,
) -> tuple[str, int]:
    """(what to write, status). `alone`: a JSON object, not a list of them."""
    if to == "safe-xml":
        return safe_xml.document(good), 0
    documents, failed = _documents(good, to, known, transaction)
    return json.dumps(documents[0] if alone else documents, indent=2) + "\n", failed


def _documents(
    chosen: list[Judged], to: str, known: operator.Operator | None, transaction: int | None
) -> tuple[list[dict[str, Any]], int]:
    found, notes, failed = [], dict[str, None](), 0
    for each in chosen:
        try:
            document, said = _document(each, to, known, transaction)
        except CommandFault as fault:
            if len(chosen) == 1:
                raise
            command.remark(f"export: left out: {fault}")
            failed = 1
            continue
        found.append(document)
        notes.update(dict.fromkeys(said))
    for note in notes:
        command.remark(f"export: {note}")
    return found, failed


def _document(
    each: Judged, to: str, known: operator.Operator | None, transaction: int | None
) -> tuple[dict[str, Any], list[str]]:
    """(document, remarks). CommandFault."""
    if known is not None:
        return cdr.of(each, known)
    if to == "ocpp201":
        return ocpp.transaction_event(each), []
    return ocpp.stop_transaction(each, transaction), []


def main() -> None:
    command.run(app, "export")


if __name__ == "__main__":
    main()
