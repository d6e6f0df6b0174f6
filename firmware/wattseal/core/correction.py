"""The record that takes a bill back, made of the bill's own text; edits nothing, signs nothing.

Only the cost is parsed: a record of 6 KB would take four times that from a small board's heap.
The rest is copied, for the bytes of a stored record are its form (core.ocmf): compact, no escape
in a text, so that a quote and a key can stand nowhere but where the key is.

The reason is signed, as `UC` behind `UR`: the envelope is not, and whoever carries a record could
tell another one. A longest bill with it is shorter than a record may be (core.segments).
"""

from micropython import const

from wattseal.core import bill, ocmf

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

REASON_MOST = const(60)
_MOST_DIGITS = const(4)
_SESSION = b'"session":"'
_RECORD = b'"ocmf":"'
_COST = '"XC":{'
_AUDIT_HEAD = ',"UA":"'
_AMOUNTS = ("gross", "net", "pay")


class NotCorrected(Exception):
    """The argument says why, in a few words. Nothing was made."""


def check_reason(reason: str) -> None:
    """NotCorrected for what would tell of a person: a mail address, a number of a card or phone.

    A name cannot be told from another word: whoever commands answers for it.
    """
    digits = [c for c in reason if "0" <= c <= "9"]
    if len(digits) > _MOST_DIGITS or "@" in reason or "|" in reason:
        raise NotCorrected("the reason may tell of a person; give no number, no address and no |")


def original(kind: int, stored: bytes, device_id: str) -> "tuple[str, str]":
    """(session id, payload section) of a stored bill. NotCorrected when it has nothing to pay."""
    if kind != bill.SESSION:
        raise NotCorrected("this record is not a bill")
    if stored.find(b'"device":"%s"' % device_id.encode()) < 0:
        raise NotCorrected("this record was signed with another key")
    start = stored.find(_SESSION) + len(_SESSION)
    session_id = stored[start : stored.find(b'"', start)].decode()
    start = stored.find(_RECORD) + len(_RECORD)
    text = stored[start:-2].decode().replace('\\"', '"')
    payload = ocmf.split(text)[0]
    at = payload.find(_COST)
    if at < 0 or payload.find('"pay":', at) < 0:
        raise NotCorrected("this record has no price")
    return session_id, payload


def cost(bill_payload: str) -> str:
    """What is to be parsed of it: one object, which has no other in it, and no brace in a text."""
    start = bill_payload.find(_COST) + len(_COST) - 1
    return bill_payload[start : bill_payload.find("}", start) + 1]


def payload(
    bill_payload: str, parsed_cost: "dict[str, Any]", corrects: int, pagination: int, reason: str,
    audit_head: str = "",
) -> str:  # fmt: skip
    """The section to be signed, of the correction with this pagination. `audit_head`: its own, in
    place of the bill's."""
    number = '"PG":"T%d"' % corrects
    at = bill_payload.find(_COST)
    head = bill_payload[:at].replace(number, '"PG":"T%d"' % pagination, 1)
    extras = [
        ocmf.field("XC", _negated(parsed_cost)),
        ocmf.field("UR", corrects),
        ocmf.field("UC", reason),
    ]
    if audit_head:
        extras.append(ocmf.field("UA", audit_head))
    return head + ",".join(extras) + _without_head(bill_payload[bill_payload.find("}", at) + 1 :])


def _without_head(text: str) -> str:
    start = text.find(_AUDIT_HEAD)
    if start < 0:
        return text
    return text[:start] + text[text.find('"', start + len(_AUDIT_HEAD)) + 1 :]


def mark(corrects: int) -> bytes:
    """What a stored correction of this record holds, and no other."""
    return b'\\"UR\\":%d,' % corrects


def _negated(cost: "dict[str, Any]") -> "dict[str, Any]":
    """The same object: every quantity and amount taken back, prices as they were."""
    for line in cost["lines"]:
        line[2], line[4] = -line[2], -line[4]
    for row in cost["vat"]:
        row[1] = -row[1]
    for key in _AMOUNTS:
        cost[key] = -cost[key]
    return cost
