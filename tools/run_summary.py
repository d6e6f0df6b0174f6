"""What a run comes to: counts, and whether every session was delivered and verified; no output.

The energy of each session is compared with the simulated meter's own register, which the firmware
has never seen but over Modbus.
"""

import json
import time

from tools import private_key
from tools.audit import audit_key, sources, verdict
from tools.bills import bill, words
from tools.bills.command import CommandFault
from tools.bills.recompute import differences
from tools.bills.tariffs import Tariffs
from tools.charge_run import AUDIT, AUDIT_KEY, ChargeRun
from tools.privacy import sessions
from tools.records_file import RECORDS
from tools.stored import Stored
from tools.verify.source import Message, SourceFault
from wattseal.core.pricing import loading

SEALING_KEY = "sealing.key"  # beside the records: the back end's
_SPANS = 20  # gaps told one by one


def summary(run: ChargeRun) -> dict:
    """For OUT/summary.json; `ok` decides the exit code."""
    receiver = run.receiver
    records = [receiver.records[n] for n in sorted(receiver.records)]
    begins = [r for r in records if r.kind == "begin" and r.ok]
    ends = [r for r in records if r.kind == "session" and r.ok]
    rows = {
        "sessions": len(run.plan.sessions),
        "begin_verified": len(begins),
        "end_verified": len(ends),
        "not_verified": len(records) - len(begins) - len(ends),
        "energy_exact": sum(is_exact(run, record) for record in ends),
        "energy_wh": sum(energy_wh(record) for record in ends),
        "repeats": receiver.repeats,
        "missing": len(receiver.missing()),
        "gaps": spans(receiver.gaps()),
        "declared_lost": len(receiver.lost()),
        "asked_again": receiver.asked,
        "conflicts": len(receiver.conflicts),
        "alarms": len(receiver.alarms),
        "identities_seen": receiver.leaks + _leaks_in_log(run),
        **_prices(run, ends),
        **_identities(run),
        **_audit(run),
        **_timing(run),
        **({"statistics": receiver.statistics} if run.plan.statistics else {}),
        "seconds": round(time.monotonic() - run.started, 1),
    }
    wanted = (rows["begin_verified"], rows["end_verified"], rows["energy_exact"])
    rows["ok"] = (
        set(wanted) == {rows["sessions"]}
        and len(run.world.charged) == rows["sessions"]
        and not (rows["not_verified"] or rows["missing"] or rows["alarms"])
        and not rows["identities_seen"]
        and rows.get("price_equal", rows["sessions"]) == rows["sessions"]
        and rows.get("identity_opened", rows["sessions"]) == rows["sessions"]
        and rows["audit_heads"] == len(records)
        and not rows["audit_findings"]
    )
    return rows


def _prices(run: ChargeRun, ends: list[Stored]) -> dict:
    """Of a run with a tariff: records with a price, and those whose price comes out the same again
    from the record and the tariff that the device published."""
    if run.plan.tariff is None:
        return {}
    known = Tariffs(run.plan.out / RECORDS)
    bills = [bill.of(_message(run.receiver.device, record)) for record in ends]
    priced = [each for each in bills if each.is_priced]
    tariffs = [(each, known.of(each.tariff_hash)) for each in priced]
    equal = [each for each, tariff in tariffs if tariff and not differences(each, tariff)]
    payable = sum(each.cost["pay"] for each in priced if each.cost)
    shown = words.amount(payable, loading.load(run.plan.tariff).values["cur"])
    return {"priced": len(priced), "price_equal": len(equal), "payable": shown}


def _identities(run: ChargeRun) -> dict:
    """Of a run that seals: begin records whose capsule holds the card that was presented for this
    very session, and that the signed pseudonym is of."""
    if not run.plan.sealing_key:
        return {}
    key = private_key.load(run.plan.out / SEALING_KEY, "")
    try:
        found = sessions.read([str(run.plan.out / RECORDS)], run.receiver.public_key, key)
    except SourceFault:  # nothing came
        found = []
    right = 0
    for connector, cards in run.world.came.items():
        here = [each.identity for each in found if each.connector == connector]
        right += sum(
            who is not None and who.identification == card
            for who, card in zip(here, cards, strict=False)
        )
    return {"identity_opened": right}


def _audit(run: ChargeRun) -> dict:
    """Of the device's log: entries, what is wrong, and records whose head is of an entry."""
    out = run.plan.out
    try:
        signed = verdict.heads_of([str(out / RECORDS)], run.receiver.public_key, [])
        key = audit_key.load(out / AUDIT_KEY)
        found = verdict.judged(sources.read([out / AUDIT], None), key, signed)
    except (CommandFault, SourceFault):  # nothing came
        return {"audit_entries": 0, "audit_findings": 0, "audit_heads": 0}
    wrong = len(found.findings) + found.heads - found.heads_checked
    return {
        "audit_entries": len(found.log.entries), "audit_findings": wrong,
        "audit_heads": signed.records,
    }  # fmt: skip


def _message(device: str, record: Stored) -> Message:
    return Message(
        0, "", device, record.connector, record.kind, record.pagination, record.session, "",
        record.ocmf,
    )  # fmt: skip


def spans(gaps: list[tuple[int, int]]) -> str:
    """As a person reads them: T5-T9, T12."""
    shown = [f"T{first}" if first == last else f"T{first}-T{last}" for first, last in gaps]
    more = len(shown) - _SPANS
    return ", ".join(shown[:_SPANS]) + (f" and {more} more" if more > 0 else "")


def _timing(run: ChargeRun) -> dict:
    """The sampler's; faster than the wall clock it says nothing."""
    if run.plan.speed != 1:
        return {}
    status = run.receiver.status
    return {"late_max_ms": status.get("late_max_ms"), "samples_missed": status.get("missed")}


def energy_wh(record: Stored) -> int:
    """End minus begin as the record has it; 0 for a begin record."""
    begin, end = registers_wh(record)
    return end - begin


def is_exact(run: ChargeRun, record: Stored) -> bool:
    """The record's two values are those of the simulated register, cut to whole Wh."""
    return any(
        (c.begin_mwh // 1000, (c.end_mwh or 0) // 1000) == registers_wh(record)
        for c in run.world.charged
    )


def registers_wh(record: Stored) -> tuple[int, int]:
    """What the register said at the beginning and at the end, in whole Wh."""
    readings = json.loads(record.ocmf.split("|")[1])["RD"]
    return readings[0]["RV"], readings[-1]["RV"]


def _leaks_in_log(run: ChargeRun) -> int:
    text = run.log.read_text(errors="replace") if run.log.exists() else ""
    return sum(card in text for card in run.world.cards)
