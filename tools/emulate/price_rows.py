"""Whether each session of an emulated run has the price that its own record makes; judges that."""

from collections import Counter

from tools.bills import bill, tariffs
from tools.bills.recompute import differences
from tools.emulate.row import Row, exactly, told
from tools.emulate.run import Played
from tools.records_file import RECORDS
from tools.stored import Stored
from tools.verify.source import Message
from wattseal.core.pricing import loading


def rows(played: Played, tariff: bytes) -> list[Row]:
    """`tariff`: what the device was given; it is to publish the same."""
    receiver = played.receiver
    ends = [r for r in receiver.records.values() if r.kind == "session" and r.ok]
    bills = [bill.of(_message(receiver.device, record)) for record in ends]
    priced = [each for each in bills if each.is_priced]
    known = tariffs.Tariffs(receiver.folder / RECORDS)
    found = [(each, known.of(each.tariff_hash)) for each in priced]
    equal = [each for each, published in found if published and not differences(each, published)]
    named = {each.tariff_hash for each in priced} - {loading.load(tariff).identity}
    flags = Counter(flag for each in bills for flag in each.flags)
    return [
        exactly("priced", "sessions priced", len(priced), len(ends), _reasons(bills)),
        exactly("price_equal", "prices computed anew and equal", len(equal), len(ends)),
        exactly("other_tariffs", "tariffs that nobody gave it", len(named), 0),
        told("payable_e4", "payable in all", sum(b.cost["pay"] for b in priced if b.cost), "e4"),
        *[told(f"flag_{flag}", f"  {flag}", flags[flag]) for flag in sorted(flags)],
    ]


def _reasons(bills: list[bill.Bill]) -> str:
    """Why some are not."""
    flags = {flag for each in bills if not each.is_priced for flag in each.flags}
    return f" ({', '.join(sorted(flags))})" if flags else ""


def _message(device: str, record: Stored) -> Message:
    return Message(
        0, "", device, record.connector, record.kind, record.pagination, record.session, "",
        record.ocmf,
    )  # fmt: skip
