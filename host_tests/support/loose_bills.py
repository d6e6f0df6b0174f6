"""Bills that nobody signed, for what only adds them up."""

import priced_records as priced
import signed_records as signed

from tools.bills import bill, judged
from tools.verify.source import Message


def judged_bill(pagination, device=signed.DEVICE, connector=1, **parts):
    """One that counts. `parts`: of priced_records.payload."""
    tariff = parts.get("tariff", priced.TARIFF)
    text = "OCMF|" + priced.payload(pagination, **parts).replace(signed.DEVICE, device) + "|{}"
    kind = "session" if parts.get("corrects") is None else "correction"
    session = f"s{parts.get('corrects') or pagination}"
    message = Message(1, "", device, connector, kind, pagination, session, "", text)
    return judged.Judged(bill.of(message), signed.spki(), tariff, "")
