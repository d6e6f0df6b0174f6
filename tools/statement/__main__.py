"""`python -m tools.statement RECORDS...`: what a month, a year or a range came to; bills nobody.

Exit status: 0 all records count, 1 one was left out and is named, 2 the command is not usable.
"""

from pathlib import Path
from typing import Annotated

import typer

from tools import whole_file
from tools.bills import command, judged
from tools.bills.command import CommandFault
from tools.statement import book, csv_form, json_form, names, period, terminal, xlsx_form
from tools.statement.book import BY, Book
from tools.statement.period import Period

FORMATS = ("table", "csv", "csv-de", "json", "xlsx")
app = typer.Typer(add_completion=False)


@app.command()
def statement(
    records: Annotated[list[str], typer.Argument(metavar="RECORDS...", help="records.jsonl.")],
    month: Annotated[str | None, typer.Option(help="Such as 2026-03.")] = None,
    year: Annotated[int | None, typer.Option(help="Such as 2026.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="The first local day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last local day.")] = None,
    by: Annotated[str, typer.Option(help=f"Sums by {', '.join(BY)}.")] = "point",
    names_file: Annotated[
        Path | None,
        typer.Option("--names", help="JSON or CSV: pseudonym or session id, and its name."),
    ] = None,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")] = "table",
    key: Annotated[
        str | None,
        typer.Option(help="Public key in hex, or its file; else public_key.hex beside each."),
    ] = None,
    tariff: Annotated[
        list[Path] | None, typer.Option(help="A tariff, beside those in tariffs/ of RECORDS.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A file, instead of standard output.")] = None,
) -> int:
    """Sum up verified sessions. A session belongs to the local day, by its tariff, of its end."""
    for value, allowed, option in ((by, BY, "--by"), (form, FORMATS, "--format")):
        if value not in allowed:
            raise CommandFault(f"{option} {value} is unknown; use one of {', '.join(allowed)}")
    if form == "xlsx" and out is None:
        raise CommandFault("a workbook is no text for a terminal; name its file with --out")
    span = _period(month, year, first, last)
    known = names.load(names_file, by)
    found = judged.read(records, key, tariff or [])
    # names are of people
    mode = whole_file.OWNER if names_file else None
    _write(book.make(found, span, by, known), form, out, mode)
    return 0 if found.ok else 1


def _period(month: str | None, year: int | None, first: str | None, last: str | None) -> Period:
    if (month is not None) + (year is not None) + (first is not None or last is not None) > 1:
        raise CommandFault("more than one period; give --month, --year, or --from and --to")
    if month is not None:
        return period.month(month)
    if year is not None:
        return period.year(year)
    return period.between(period.day("--from", first), period.day("--to", last))


def _write(made: Book, form: str, out: Path | None, mode: int | None) -> None:
    if form == "table":
        console = terminal.console(to_file=out is not None)
        with console.capture() as shown:
            console.print(terminal.document(made))
        return command.write(shown.get(), out, mode)
    if form == "json":
        return command.write(json_form.document(made), out, mode)
    for row in made.untimed:
        command.remark(f"statement: time unknown, in no period: {row.untimed_words}")
    for record, why in made.left_out:
        command.remark(f"statement: {record} left out: {why}")
    if form == "xlsx":
        return command.write(xlsx_form.document(made), out, mode)
    return command.write(csv_form.document(made, german=form == "csv-de"), out, mode)


def main() -> None:
    command.run(app, "statement")


if __name__ == "__main__":
    main()
