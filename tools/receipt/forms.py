"""From a verified record to a receipt in each of its forms; reads and writes no file."""

import contextlib
import hashlib
from collections.abc import Callable

from tools.bills import bill as bills
from tools.bills.bill import Bill
from tools.bills.tariffs import Tariffs
from tools.receipt import as_html, as_pdf, as_text
from tools.receipt.content import Receipt, receipt
from tools.receipt.operator_file import Operator
from tools.verify import signature
from tools.verify.trail import UNPROVEN, VERIFIED, Row

# by name: (ending of a file, how its bytes are made)
FORMS: dict[str, tuple[str, Callable[[Receipt], bytes]]] = {
    "text": ("txt", lambda made: as_text.page(made).encode()),
    "html": ("html", lambda made: as_html.page(made).encode()),
    "pdf": ("pdf", as_pdf.document),
}


def receipt_of(
    bill: Bill, row: Row, tariffs: Tariffs, operator: Operator, public_key: str,
    back: int | None = None,
) -> Receipt:  # fmt: skip
    """`row`: the verdict of the trail that the record is in. `back`: as in content.receipt."""
    key = signature.key_bytes(public_key)
    fingerprint = hashlib.sha256(key).hexdigest()
    return receipt(bill, row, tariffs.of_bill(bill), operator, fingerprint, back, key.hex())


def taken_back(rows: list[Row]) -> dict[tuple[str, int | None], int]:
    """By device and pagination of a bill: the correction that takes it back, whose signature and
    form are good; its price may be unproven, as that of the bill is then."""
    found = {}
    for row in rows:
        if row.message.kind == "correction" and row.state in (VERIFIED, UNPROVEN):
            with contextlib.suppress(bills.BillFault):
                bill = bills.of(row.message)
                found[bill.device, bill.corrects] = bill.pagination
    return found
