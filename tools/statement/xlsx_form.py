"""A statement as a workbook: a sheet of sums, one of records; numbers and dates that are such.

Excel knows no time zones: times are local, and the offset from UTC stands beside them as text.
"""

import datetime
import io
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tools.statement import columns
from tools.statement.book import Book
from tools.statement.columns import Value
from tools.verify import facts

_WIDEST = 44
_TIME = "yyyy-mm-dd hh:mm:ss"


def document(book: Book) -> bytes:
    workbook = Workbook()
    sums = workbook.active
    assert isinstance(sums, Worksheet)
    sums.title = "Sums"
    _fill(sums, *columns.of_sums(book))
    names, rows = columns.of_rows(book)
    records = workbook.create_sheet("Records")
    offset_at = names.index("end") + 1
    rows = [[*row[:offset_at], _offset(row[offset_at - 1]), *row[offset_at:]] for row in rows]
    _fill(records, [*names[:offset_at], "utc_offset", *names[offset_at:]], rows)
    if book.untimed:
        _fill(workbook.create_sheet("Time unknown"), names, columns.of_untimed(book))
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, names: list[str], rows: list[list[Value]]) -> None:
    for number, values in enumerate([names, *rows], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(number, column)
            if value not in (None, "") and isinstance(cell, Cell):
                _write(cell, value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for column, name in enumerate(names, 1):
        widths = [len(name), *(_width(row[column - 1]) for row in rows)]
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, max(widths) + 2)


def _write(cell: Cell, value: Value) -> None:
    if isinstance(value, datetime.datetime):
        cell.value = value.replace(tzinfo=None)
        cell.number_format = _TIME
    elif isinstance(value, str):
        cell.value = facts.clean(value)
        cell.data_type = "s"  # also what begins with =
    else:
        cell.value = value
        if isinstance(value, Decimal):
            exponent = value.as_tuple().exponent
            places = -exponent if isinstance(exponent, int) else 0
            cell.number_format = "0." + ("000" if places == 3 else "00##")


def _offset(value: Value) -> str:
    return value.isoformat()[19:] if isinstance(value, datetime.datetime) else ""


def _width(value: Value) -> int:
    return len(_TIME) if isinstance(value, datetime.datetime) else len(str(value or ""))
