"""The OCPP messages at a session's end that carry its record: 1.6 and 2.0.1; sends none.

Begin and end stand in one record, so there is one sampled value, of context Transaction.End.
A correction is left out: its transaction has ended, and would end a second time.
"""

import asyncio
import json
from typing import Any

from ocpp.exceptions import OCPPError
from ocpp.messages import Call, validate_payload

from tools.bills.bill import Bill
from tools.bills.command import CommandFault
from tools.bills.judged import Judged
from tools.export import signed_value, units

_CONTEXT = "Transaction.End"
_MEASURAND = "Energy.Active.Import.Register"
# OCMF's TX at the end: the reason in 1.6 and in 2.0.1, and what triggered the event
_REASONS = {
    "E": (None, None, "EVDeparted"),
    "L": ("Local", "Local", "StopAuthorized"),
    "R": ("Remote", "Remote", "RemoteStop"),
    "A": ("Other", "Other", "AbnormalCondition"),
    "P": ("PowerLoss", "PowerLoss", "AbnormalCondition"),
}


def stop_transaction(judged: Judged, transaction: int | None = None) -> dict[str, Any]:
    """StopTransaction.req of OCPP 1.6. The pagination stands for a transaction that is not given.

    CommandFault."""
    bill = judged.bill
    at = _time(bill)
    value = {
        "value": json.dumps(signed_value.of(judged), separators=(",", ":")),
        "context": _CONTEXT, "format": "SignedData", "measurand": _MEASURAND,
        "location": "Outlet",
    }  # fmt: skip
    message = {
        "transactionId": bill.pagination if transaction is None else transaction,
        "timestamp": at, "meterStop": bill.end_wh,
        "transactionData": [{"timestamp": at, "sampledValue": [value]}],
    }  # fmt: skip
    reason = _REASONS[bill.end.tx][0]
    return _valid("StopTransaction", message if reason is None else {**message, "reason": reason})


def transaction_event(judged: Judged) -> dict[str, Any]:
    """TransactionEventRequest (Ended) of OCPP 2.0.1. CommandFault."""
    bill = judged.bill
    at = _time(bill)
    _, reason, trigger = _REASONS[bill.end.tx]
    value = {
        "value": bill.end_wh, "context": _CONTEXT, "measurand": _MEASURAND,
        "signedMeterValue": signed_value.of(judged, signed_value.MOST_201),
        "unitOfMeasure": {"unit": "Wh"},
    }  # fmt: skip
    info: dict[str, Any] = {"transactionId": bill.session}
    if reason is not None:
        info["stoppedReason"] = reason
    message = {
        "eventType": "Ended", "timestamp": at, "triggerReason": trigger, "seqNo": 1,
        "transactionInfo": info, "evse": {"id": bill.message.connector},
        "meterValue": [{"timestamp": at, "sampledValue": [value]}],
    }  # fmt: skip
    return _valid("TransactionEvent", message)


def _time(bill: Bill) -> str:
    """Of the transaction's end. CommandFault for a record that ends none, or at no known time."""
    if bill.corrects is not None:
        raise CommandFault(
            f"T{bill.pagination} takes back the bill of T{bill.corrects}, for which OCPP has no "
            "message; export it to ocpi-cdr or safe-xml"
        )
    if not bill.is_timed:
        raise CommandFault(
            f"nobody knows when T{bill.pagination} ended, and OCPP must say it; export it to "
            "safe-xml"
        )
    return units.utc(bill.end.utc_ms // 1000)


def _valid(action: str, message: dict[str, Any]) -> dict[str, Any]:
    """Checked against the schemas of the ocpp package. CommandFault."""
    version = "1.6" if action == "StopTransaction" else "2.0.1"
    try:
        asyncio.run(validate_payload(Call("1", action, message), version))
    except OCPPError as fault:
        raise CommandFault(f"the record makes no {action} of OCPP {version}: {fault}") from fault
    return message
