"""A receipt as a PDF for A4, the same bytes every time; decides nothing."""

import functools
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
import segno
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from tools.receipt.content import Receipt

_FONTS = Path(reportlab.__file__).parent / "fonts"
_PLAIN, _BOLD = "Vera", "VeraBd"
_DIM, _RULE = colors.HexColor("#555555"), colors.HexColor("#bbbbbb")
_GOOD, _BAD = colors.HexColor("#14693a"), colors.HexColor("#b3121d")
_WIDE_MM = 174
_MARGIN_MM = 16  # above and below
_HIGH = A4[1] - 2 * _MARGIN_MM * mm - 12  # of a page, in points; 12 are reportlab's own
_QR_MM = 60
_TEXT = ParagraphStyle("text", fontName=_PLAIN, fontSize=9, leading=12.5)
_RIGHT = ParagraphStyle("right", _TEXT, alignment=TA_RIGHT)
_SMALL = ParagraphStyle("small", _TEXT, fontSize=7, leading=9.5, textColor=_DIM)
_NOTE = ParagraphStyle("note", _TEXT, fontName=_BOLD, spaceAfter=2)
_RECORD = ParagraphStyle("record", _SMALL, splitLongWords=1)
_LABEL = ParagraphStyle("label", _TEXT, textColor=_DIM)
_TITLE = ParagraphStyle("title", _TEXT, fontName=_BOLD, fontSize=15, leading=19)
_LARGE = ParagraphStyle("large", _RIGHT, fontName=_BOLD, fontSize=17, leading=21)
_LINES = ("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE)
_PLAIN_TABLE = [
    ("LEFTPADDING", (0, 0), (0, -1), 0), ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]  # fmt: skip


class _Code(Flowable):
    """A QR code, drawn as squares."""

    def __init__(self, record: str) -> None:
        super().__init__()
        code = segno.make_qr(record, error="l", boost_error=False, encoding="utf-8")
        self._rows = [bytes(row) for row in code.matrix]
        self.width = self.height = _QR_MM * mm

    def draw(self) -> None:
        side = self.width / len(self._rows)
        path = self.canv.beginPath()
        for down, row in enumerate(self._rows):
            for right, dark in enumerate(row):
                if dark:
                    path.rect(right * side, self.height - (down + 1) * side, side, side)
        self.canv.drawPath(path, stroke=0, fill=1)


class _Numbered:
    """What stands below each page but the first: whose it is, and which one."""

    def __init__(self, number: str) -> None:
        self._number = number

    def __call__(self, canvas: Any, document: Any) -> None:
        canvas.setFont(_PLAIN, 7)
        words = f"{self._number}, page {document.page}"
        canvas.drawRightString(A4[0] - 18 * mm, 9 * mm, words)


def document(receipt: Receipt) -> bytes:
    """The file's bytes."""
    for name in (_PLAIN, _BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))
    file = io.BytesIO()
    SimpleDocTemplate(
        file, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=_MARGIN_MM * mm,
        bottomMargin=_MARGIN_MM * mm, title=f"{receipt.title} {receipt.number}", invariant=1,
        lang="en", author=", ".join(receipt.sender[:1]),
    ).build(_story(receipt), onLaterPages=_Numbered(receipt.number))  # fmt: skip
    return file.getvalue()


def _story(receipt: Receipt) -> list[Flowable]:
    sender = Paragraph("<br/>".join(_text(line) for line in receipt.sender), _RIGHT)
    payable = [[_said("Payable"), _mark(receipt), Paragraph(_text(receipt.payable), _LARGE)]]
    rules = [
        ("LINEABOVE", (0, 0), (-1, 0), 1.2, colors.black),
        ("LINEBELOW", (0, 0), (-1, -1), 1.2, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    story: list[Flowable] = [
        _table([[Paragraph(_text(receipt.title), _TITLE), sender]], (104, 70)),
        Spacer(0, 3 * mm), _table(payable, (22, 58, 94), rules), Spacer(0, 2 * mm),
    ]  # fmt: skip
    story += [Paragraph(_text(note), _NOTE) for note in receipt.notes]
    story += [*_lines(receipt), Spacer(0, 3 * mm), *_vat(receipt), Spacer(0, 4 * mm)]
    story.append(_below(receipt))
    if not receipt.fits_qr:  # whole, though a page ends in it
        story += [Spacer(0, 3 * mm), _said("The record as it was signed:")]
        story.append(Paragraph(_text(receipt.record), _RECORD))
    return story


def _mark(receipt: Receipt) -> Paragraph:
    colour = _GOOD if receipt.good else _BAD
    style = ParagraphStyle("mark", _TEXT, fontName=_BOLD, fontSize=11, textColor=colour)
    return Paragraph(receipt.mark, style)


def _lines(receipt: Receipt) -> list[Flowable]:
    if not receipt.lines and not receipt.sums:
        return []
    rows = [_head(receipt.columns)]
    rows += [_row((line.what, line.quantity, line.price, line.amount)) for line in receipt.lines]
    rows += [[_said(name), "", "", _figure(amount)] for name, amount in receipt.sums]
    return [_table(rows, (74, 34, 36, 30), [_LINES], repeated=1)]


def _vat(receipt: Receipt) -> list[Flowable]:
    if not receipt.vat:
        return []
    rows = [_head(("Included", "net", "VAT", "gross")), *map(_row, receipt.vat)]
    return [_table(rows, (84, 30, 30, 30), [_LINES])]


def _below(receipt: Receipt) -> Flowable:
    """Facts beside the code and the verdict."""
    rows = [[Paragraph(_text(name), _LABEL), _said(value)] for name, value in receipt.facts]
    code = (
        _Code(receipt.record)
        if receipt.fits_qr
        else _said("Too long for a QR code: the record stands below.")
    )
    proof: list[Flowable] = [code, Spacer(0, 2 * mm), _mark(receipt)]
    proof += [_said(sentence) for sentence in receipt.verdict]
    if receipt.key:
        proof.append(Paragraph(f"{_text(receipt.how)} {receipt.key}", _SMALL))
    proof.append(Paragraph(f"SHA-256 of the record: {receipt.digest}", _SMALL))
    wide_mm = _WIDE_MM - _QR_MM - 5
    facts = _table(rows, (38, wide_mm - 38), [_LINES])
    return _table([[facts, proof]], (wide_mm + 5, _QR_MM), [("LEFTPADDING", (1, 0), (1, 0), 0)])


def _head(names: Sequence[str]) -> list[Paragraph]:
    right = ParagraphStyle("right label", _LABEL, alignment=TA_RIGHT)
    return [Paragraph(_text(name), right if at else _LABEL) for at, name in enumerate(names)]


def _row(cells: Sequence[str]) -> list[Paragraph]:
    first, *figures = cells
    return [_said(first), *map(_figure, figures)]


def _table(
    rows: list, widths_mm: tuple[int, ...], style: list | None = None, repeated: int = 0
) -> Table:
    """`repeated`: rows that stand at the head of each page."""
    found = _laid(rows, widths_mm, style, repeated)
    # what anybody may have written can be longer than a page; all other rows stay in one piece
    if _is_long(found) and any(_is_long(_laid([row], widths_mm, style)) for row in rows):
        found.splitInRow = 1
    return found


def _laid(rows: list, widths_mm: tuple[int, ...], style: list | None, repeated: int = 0) -> Table:
    found = Table(rows, colWidths=[wide * mm for wide in widths_mm], repeatRows=repeated)
    found.setStyle([*_PLAIN_TABLE, *(style or [])])
    return found


def _is_long(table: Table) -> bool:
    """Longer than a page."""
    return table.wrap(_WIDE_MM * mm, _HIGH)[1] > _HIGH


def _said(text: str) -> Paragraph:
    return Paragraph(_text(text), _TEXT)


def _figure(text: str) -> Paragraph:
    return Paragraph(_text(text), _RIGHT)


def _text(text: str) -> str:
    """As reportlab's small markup takes it: nothing of a record is markup."""
    return escape("".join(map(_drawn, unicodedata.normalize("NFC", text))))


def undrawn(texts: Sequence[str]) -> str:
    """The letters of which a PDF shows another, or a question mark, each once."""
    letters = dict.fromkeys(unicodedata.normalize("NFC", "".join(texts)))
    return "".join(letter for letter in letters if _drawn(letter) != letter)


def _drawn(letter: str) -> str:
    """What the font has; a letter that it lacks loses its accent, or is a question mark."""
    if ord(letter) in _glyphs():
        return letter
    parts = unicodedata.normalize("NFKD", letter)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return bare if bare and all(ord(part) in _glyphs() for part in bare) else "?"


@functools.cache
def _glyphs() -> dict[int, Any]:
    """Of the plain font, by code point; the bold one has the same."""
    face: Any = TTFont(_PLAIN, str(_FONTS / f"{_PLAIN}.ttf")).face
    return face.charToGlyph
