"""A statement as CSV: a line for each record, then a total for each currency; UTF-8 with BOM.

Records whose time is unknown stand below the totals, for they are in none.

The German form has semicolons and decimal commas. A text that a spreadsheet would take for a
formula gets a ' before it.
"""

import csv
import datetime
import io
from decimal import Decimal

from tools.statement import columns
from tools.statement.book import Book
from tools.statement.columns import Value
from tools.verify import facts

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def document(book: Book, german: bool = False) -> str:
    names, rows = columns.of_rows(book)
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";" if german else ",")
    writer.writerow(names)
    for row in [*rows, *columns.of_totals(book), *columns.of_untimed(book)]:
        writer.writerow([_cell(value, german) for value in row])
    return out.getvalue()


def _cell(value: Value, german: bool) -> str:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.replace(".", ",") if german else text
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, str):
        return facts.clean("'" + value if value.startswith(_FORMULA) else value)
    return "" if value is None else str(value)
