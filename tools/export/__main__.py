"""`python -m tools.export RECORDS --to FORM`: signed records for other systems; makes none anew.

Exit status: 0 all exported, 1 a record was left out and is named, 2 the command is not usable.
What nobody can mend, corrections in OCPP and what gone.txt calls gone, is named and alters no
status, but for the one that --pagination asks for.
With --all and --session the list is written, whatever was left out of it: what an earlier run
wrote there is not taken for today's.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tools import whole_file
from tools.bills import command, judged
from tools.bills.command import CommandFault
from tools.bills.judged import Judged, Other
from tools.export import cdr, ocpp, operator, safe_xml

FORMS = ("safe-xml", "ocpi-cdr", "ocpp16", "ocpp201")
app = typer.Typer(add_completion=False)


@app.command()
def export(
    records: Annotated[str, typer.Argument(metavar="RECORDS", help="A records.jsonl.")],
    to: Annotated[str, typer.Option(help=f"One of {', '.join(FORMS)}.")],
    pagination: Annotated[int | None, typer.Option(help="The record of this number.")] = None,
    session: Annotated[
        str | None,
        typer.Option(help="The session's closing record and, but for OCPP, its corrections."),
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
    chosen, others = choose(found, pagination, session, all_records)
    documents = _documents(_good(chosen, others, to), to, known, transaction)
    if documents or pagination is None:  # records name people, in plain where the device is so
        command.write(_text(documents, to, pagination is not None), out, whole_file.OWNER)
    if pagination is None:
        chosen, others = _mendable(chosen, others, to)
    is_whole = len(documents) == len(chosen) and not any(each.why for each in chosen)
    return 0 if is_whole and not others else 1


def _mendable(
    chosen: list[Judged], others: list[Other], to: str
) -> tuple[list[Judged], list[Other]]:
    """Without what is left out whatever anybody does: a correction in OCPP, and what is gone."""
    has_corrections = to not in ("ocpp16", "ocpp201")
    kept = [each for each in chosen if each.why or has_corrections or each.bill.corrects is None]
    return kept, [each for each in others if not each.is_gone]


def choose(
    found: judged.Records, pagination: int | None, session: str | None, every: bool
) -> tuple[list[Judged], list[Other]]:
    """And what was asked for and is no bill. CommandFault unless exactly one of the ways is taken,
    and it meets records: a file whose sessions all run yet has none."""
    if (pagination is not None) + (session is not None) + every != 1:
        raise CommandFault("which record? give one of --pagination N, --session ID or --all")
    chosen = [
        each for each in found.bills
        if every or each.bill.session == session or each.bill.pagination == pagination
    ]  # fmt: skip
    devices = {each.bill.device for each in chosen}  # another's number is not the one asked for
    others = [
        each for each in found.others
        if every or session not in (None, "") and each.session == session
        or pagination is not None and each.first <= pagination <= each.last
        and each.device in (devices or {each.device})
    ]  # fmt: skip
    if every and not chosen and not others:
        command.remark("export: the file has no closing record yet")
    elif not chosen and not others:
        asked = f"T{pagination}" if pagination is not None else f"session {session}"
        raise CommandFault(
            f"the file has no closing record {asked}; `python -m tools.verify` lists what it has"
        )
    if pagination is not None and len(chosen) > 1:
        raise CommandFault(f"T{pagination} stands {len(chosen)} times; choose by --session")
    return chosen, others


def _good(chosen: list[Judged], others: list[Other], to: str) -> list[Judged]:
    """A verifier is shown every record, for it judges itself; nobody else a bad one."""
    for other in others:
        command.remark(f"export: {other.name} left out: {other.why}")
    if to == "safe-xml":
        return chosen
    for each in chosen:
        if each.why:
            command.remark(f"export: T{each.bill.pagination} left out: {each.why}")
    return [each for each in chosen if not each.why]


def _text(documents: list[Any], to: str, is_alone: bool) -> str:
    """`is_alone`: a JSON object, not a list of them."""
    if to == "safe-xml":
        return safe_xml.document(documents)
    return json.dumps(documents[0] if is_alone else documents, indent=2) + "\n"


def _documents(
    chosen: list[Judged], to: str, known: operator.Operator | None, transaction: int | None
) -> list[Any]:
    found, notes = [], dict[str, None]()
    for each in chosen:
        try:
            document, said = _document(each, to, known, transaction)
        except CommandFault as fault:
            command.remark(f"export: left out: {fault}")
            continue
        found.append(document)
        notes.update(dict.fromkeys(said))
    for note in notes:
        command.remark(f"export: {note}")
    return found


def _document(
    each: Judged, to: str, known: operator.Operator | None, transaction: int | None
) -> tuple[Any, list[str]]:
    """(document, remarks). CommandFault."""
    if to == "safe-xml":
        said = f"T{each.bill.pagination} exported all the same: {each.why}"
        return safe_xml.value(each), [said] if each.why else []
    if known is not None:
        return cdr.of(each, known)
    if to == "ocpp201":
        return ocpp.transaction_event(each), []
    return ocpp.stop_transaction(each, transaction), []


def main() -> None:
    command.run(app, "export")


if __name__ == "__main__":
    main()
