"""`python -m tools.receipt RECORDS`: receipts of verified sessions; changes no record.

Exit status: 0 all good, 1 a record fails its verification (its receipt says so), 2 nothing usable.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from typer.exceptions import TyperException

from tools.bills import bill as bills
from tools.bills.tariffs import TariffFault, Tariffs
from tools.receipt import as_text
from tools.receipt.content import Receipt
from tools.receipt.forms import FORMS, receipt_of
from tools.receipt.operator_file import Operator, OperatorFault, load
from tools.verify import facts, source, trail
from tools.verify.verdict import OWN

app = typer.Typer(add_completion=False)


class ReceiptFault(Exception):
    """One sentence."""


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
    operator: Annotated[Path | None, typer.Option(help="JSON: who sells the energy.")] = None,
) -> int:
    """Write the receipt of each session of a records file, with its verdict."""
    forms = form.split(",")
    if not set(forms) <= set(FORMS):
        raise ReceiptFault(f"--format {form} is unknown; use {', '.join(FORMS)}")
    if out is None and forms != ["text"]:
        raise ReceiptFault(f"--format {form} needs --out, a folder for the files")
    public_key = source.key(key, [records])
    path = None if records == source.STDIN else Path(records)
    made = _receipts(
        source.read(records), public_key, Tariffs(path, tariff),
        load(operator) if operator else Operator(), pagination, session,
    )  # fmt: skip
    if not made:
        raise ReceiptFault(f"{records} holds no closing record that was asked for")
    _write(made, forms, out)
    return 0 if all(each.good for each in made) else 1


def _receipts(
    found: "list[str] | list[source.Message]", public_key: str, tariffs: Tariffs,
    operator: Operator, pagination: int | None, session: str | None,
) -> list[Receipt]:  # fmt: skip
    messages = [m if isinstance(m, source.Message) else _message(m) for m in found]
    made = []
    for each in trail.follow(messages, public_key, OWN, tariffs):
        for row in each.rows:
            message = row.message
            wanted = pagination in (None, message.pagination) and session in (
                None,
                message.session,
            )
            if not wanted or message.kind not in ("session", "correction"):
                continue
            try:
                bill = bills.of(message)
            except bills.BillFault as fault:
                raise ReceiptFault(f"{fault}: no receipt can be made of it") from fault
            made.append(receipt_of(bill, row, tariffs, operator, public_key))
    return made


def _message(text: str) -> source.Message:
    """Of a record without its message: what its signed part says."""
    try:
        payload = source.payload(text)
        number, device = int(str(payload["PG"])[1:]), str(payload["GS"])
    except (ValueError, LookupError, TypeError) as fault:
        raise ReceiptFault("the record has no pagination or no device of ours") from fault
    kind = "correction" if "UR" in payload else "session"
    return source.Message(1, text, device, 0, kind, number, "", "", text)


def _write(made: list[Receipt], forms: list[str], out: Path | None) -> None:
    if out is None:
        print("\n\n".join(as_text.page(each) for each in made), end="")
        return
    out.mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True)
    for each in track(made, "receipts", console=console, disable=not console.is_terminal):
        for form in forms:
            ending, write = FORMS[form]
            (out / f"{each.number}.{ending}").write_bytes(write(each))
    bad = sum(not each.good for each in made)
    print(
        f"{len(made)} receipts in {out}, {bad} NOT verified"
        if bad
        else f"{len(made)} receipts in {out}, all verified"
    )


def main() -> None:
    try:
        status = app(standalone_mode=False)
    except (ReceiptFault, source.SourceFault, TariffFault, OperatorFault) as fault:
        status = _refuse(str(fault))
    except TyperException as fault:
        status = _refuse(f"{fault.format_message().rstrip('.')}; see --help")
    except OSError as fault:
        status = _refuse(f"{fault.filename or 'a file'} cannot be written: {fault.strerror}")
    except typer.Abort:
        status = 130
    sys.exit(status)


def _refuse(sentence: str) -> int:
    print(f"receipt: {facts.clean(sentence)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
