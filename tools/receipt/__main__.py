"""`python -m tools.receipt RECORDS`: receipts of verified sessions; changes no record.

Exit status: 0 all good, 1 a record fails its verification (its receipt says so), 2 nothing usable.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from tools import whole_file
from tools.bills import bill as bills
from tools.bills import command
from tools.bills.command import CommandFault
from tools.bills.tariffs import Tariffs
from tools.receipt import as_pdf, as_text
from tools.receipt.content import Receipt
from tools.receipt.forms import FORMS, receipt_of, taken_back
from tools.receipt.operator_file import EXAMPLE, Operator, load
from tools.verify import facts, source, trail
from tools.verify.verdict import OWN

app = typer.Typer(add_completion=False)


@app.command()
def make(
    records: Annotated[
        str, typer.Argument(metavar="RECORDS", help="records.jsonl, or one record.")
    ],
    pagination: Annotated[int | None, typer.Option(help="Only record T of this number.")] = None,
    session: Annotated[str | None, typer.Option(help="Only this session's.")] = None,
    form: Annotated[
        str, typer.Option("--format", help="text, html, pdf; several: html,pdf.")
    ] = "text",
    out: Annotated[Path | None, typer.Option(help="Folder; a text alone goes to stdout.")] = None,
    key: Annotated[str | None, typer.Option(help="Public key in hex, or its file.")] = None,
    tariff: Annotated[list[Path] | None, typer.Option(help="Tariffs beside tariffs/.")] = None,
    operator: Annotated[
        Path | None, typer.Option(help=f"JSON: who sells the energy, {EXAMPLE}")
    ] = None,
) -> int:
    """Write the receipt of each session of a records file, with its verdict."""
    forms = form.split(",")
    if not set(forms) <= set(FORMS):
        raise CommandFault(f"--format {form} is unknown; use {', '.join(FORMS)}")
    if out is None and forms != ["text"]:
        raise CommandFault(f"--format {form} needs --out, a folder for the files")
    public_key = source.key(key, [records])
    path = None if records == source.STDIN else Path(records)
    rows = _rows(source.read(records), public_key, Tariffs(path, tariff))
    wanted = [row for row in rows if _is_wanted(row, pagination, session)]
    seller = load(operator) if operator else Operator()
    back = taken_back(rows)
    made, odd = _receipts(wanted, public_key, Tariffs(path, tariff), seller, back)
    if not made and not odd:
        raise CommandFault(f"{records} holds no closing record that was asked for")
    _write(made, forms, out)
    _tell_undrawn(seller, forms)
    for sentence in odd:
        print(f"receipt: {facts.clean(sentence)}: no receipt can be made of it", file=sys.stderr)
    others = [row for row in rows if row.state == trail.FAILED and row not in wanted]
    if others and pagination is None and session is None:
        print(f"receipt: {len(others)} other records fail; see tools.verify", file=sys.stderr)
        return 1
    return 0 if not odd and all(each.good for each in made) else 1


def _tell_undrawn(seller: Operator, forms: list[str]) -> None:
    lost = as_pdf.undrawn(seller.texts) if "pdf" in forms else ""
    if lost:
        words = (
            f"receipt: the PDF's font lacks {lost} of the operator file; HTML shows all letters"
        )
        print(words, file=sys.stderr)


def _rows(
    found: "list[str] | list[source.Message]", public_key: str, tariffs: Tariffs
) -> list[trail.Row]:
    messages = [m if isinstance(m, source.Message) else _message(m) for m in found]
    return [row for each in trail.follow(messages, public_key, OWN, tariffs) for row in each.rows]


def _is_wanted(row: trail.Row, pagination: int | None, session: str | None) -> bool:
    """Whatever the unsigned message calls it, a record with a begin and an end may be a bill."""
    closing = row.verdict.complete or row.message.kind in ("session", "correction")
    told = row.message.kind == "not_billable" and not row.findings
    asked = pagination in (None, row.message.pagination) and session in (None, row.message.session)
    return closing and asked and not told


def _receipts(
    rows: list[trail.Row],
    public_key: str,
    tariffs: Tariffs,
    operator: Operator,
    taken_back: dict[tuple[str, int | None], int],
) -> tuple[list[Receipt], list[str]]:
    """And a sentence for each record that none can be made of."""
    made, odd = [], []
    for row in rows:
        try:
            bill = bills.of(row.message)
        except bills.BillFault as fault:
            odd.append(str(fault))
            continue
        back = taken_back.get((bill.device, bill.pagination))
        made.append(receipt_of(bill, row, tariffs, operator, public_key, back))
    return made, odd


def _message(text: str) -> source.Message:
    """Of a record without its message: what its signed part says."""
    try:
        payload = source.payload(text)
        number, device = int(str(payload["PG"])[1:]), str(payload["GS"])
    except (ValueError, LookupError, TypeError, RecursionError) as fault:
        raise CommandFault("the record has no pagination or no device of ours") from fault
    kind = "correction" if "UR" in payload else "session"
    return source.Message(1, text, device, 0, kind, number, "", "", text)


def _write(made: list[Receipt], forms: list[str], out: Path | None) -> None:
    if out is None:
        print("\n\n".join(as_text.page(each) for each in made), end="")
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise CommandFault(f"{out} cannot be written: {fault.strerror}") from fault
    console = Console(stderr=True)
    names: dict[str, int] = {}
    for each in track(made, "receipts", console=console, disable=not console.is_terminal):
        count = names[each.number] = names.get(each.number, 0) + 1
        name = each.number if count == 1 else f"{each.number}-{count}"  # it came with other bytes
        for form in forms:
            ending, write = FORMS[form]
            command.write(write(each), out / f"{name}.{ending}", whole_file.OWNER)  # maybe a card
    bad = sum(not each.good for each in made)
    count = f"{len(made)} receipt{'' if len(made) == 1 else 's'} in {out}"
    print(f"{count}, {bad} NOT verified" if bad else f"{count}, all verified")


if __name__ == "__main__":
    command.run(app, "receipt")
