"""One bill as an OCPI 2.2.1 CDR, or a correction as a credit CDR; the charger's sums, none new.

A segment that the charger suspended is no PARKING_TIME, for the car would have charged.
plain_data holds the begin and the end reading, for a record is longer than its 512 characters.
A credit CDR repeats the original's data; only total_cost is negative, as mod_cdrs asks.
"""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from tools.bills import recompute, words
from tools.bills.bill import Bill
from tools.bills.command import CommandFault
from tools.bills.judged import Judged
from tools.export import cdr_costs, cdr_tariff, units
from tools.export.operator import Operator
from wattseal.core.pricing.tariff import Tariff

SCHEMA = Path(__file__).with_name("ocpi_cdr.schema.json")
_MOST_SIGNED = 5000  # characters of signed_data
_MOST_REMARK = 255
_MOST_SAID = 200  # characters of what the schema says, which repeats the value
_TIMES = {"C": "TIME", "P": "PARKING_TIME"}


def of(judged: Judged, operator: Operator) -> tuple[dict[str, Any], list[str]]:
    """(the CDR, what its tariff cannot say). CommandFault."""
    bill, tariff = judged.bill, judged.tariff
    if not bill.is_priced or bill.cost is None or tariff is None:
        why = "; ".join(words.flag(name) for name in bill.flags) or "it was not priced."
        raise CommandFault(f"T{bill.pagination} makes no CDR, for it has no price: {why}")
    _check_times(bill)
    begin_s, seconds = bill.begin.utc_ms // 1000, bill.seconds()
    duration_s = sum(seconds.values())
    tariff_object, notes = cdr_tariff.of(tariff, operator.country_code, operator.party_id, begin_s)
    found = {
        "country_code": operator.country_code, "party_id": operator.party_id,
        "id": _id(bill.device, bill.pagination),
        "start_date_time": units.utc(begin_s), "end_date_time": units.utc(begin_s + duration_s),
        "session_id": bill.session, "cdr_token": operator.token(str(bill.payload.get("ID", ""))),
        "auth_method": operator.values["auth_method"],
        "cdr_location": _location(bill, operator),
        "meter_id": str(bill.payload.get("MS")), "currency": bill.cost["cur"],
        "tariffs": [tariff_object],
        "charging_periods": _periods(bill, begin_s, duration_s, cdr_tariff.name(tariff)),
        "signed_data": _signed(judged),
        **_totals(bill, tariff),
        "total_energy": units.kwh(bill.energy_wh),
        "total_time": units.number(units.hours(duration_s)),
        "total_parking_time": units.number(units.hours(seconds["P"])),
        "remark": _remark(bill), "last_updated": units.utc(begin_s + duration_s),
    }  # fmt: skip
    if bill.corrects is not None:
        found |= {"credit": True, "credit_reference_id": _id(bill.device, bill.corrects)}
    check(found)
    return found, notes


def _check_times(bill: Bill) -> None:
    """CommandFault where nobody knows when: a CDR has no other word for it than a time."""
    if bill.begin.time_state == "U" or not bill.is_timed:
        raise CommandFault(
            f"T{bill.pagination} makes no CDR, for nobody knows when its session was, and a CDR "
            "must say it; bill it by its receipt"
        )


def _location(bill: Bill, operator: Operator) -> dict[str, Any]:
    """By the connector, which nobody signed. CommandFault where an EVSE was, and it is another."""
    found = operator.location(bill.device, bill.message.connector)
    signed, told = bill.payload.get("CI"), found.get("evse_id")
    is_evse = bill.payload.get("CT") == "EVSEID" and told is not None
    if is_evse and _bare(signed) != _bare(told):
        raise CommandFault(
            f"T{bill.pagination} was signed for EVSE {signed}, and the operator's file has {told} "
            f"for connector {bill.message.connector} of {bill.device}; correct its evse_id"
        )
    return found


def _bare(evse_id: Any) -> str:
    """The separators of an EVSE's id may be left out, and its letters are of either case."""
    return str(evse_id).replace("*", "").upper()


def check(cdr: dict[str, Any]) -> None:
    """By our schema of mod_cdrs. CommandFault."""
    for fault in _validator().iter_errors(cdr):
        where = ".".join(map(str, fault.absolute_path)) or "the CDR"
        said = fault.message
        if len(said) > _MOST_SAID:
            said = f"{said[: _MOST_SAID // 2]}...{said[-_MOST_SAID // 2 :]}"
        raise CommandFault(f"{cdr.get('id')} is no CDR of OCPI 2.2.1, {where}: {said}")


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))


def _id(device: str, pagination: int) -> str:
    return f"{device}-T{pagination}"


def _periods(bill: Bill, begin_s: int, duration_s: int, tariff_id: str) -> list[dict[str, Any]]:
    ends_s = [row[0] for row in bill.rows[1:]] + [duration_s]
    hours = {state: units.HoursInParts() for state in _TIMES}
    found = []
    for (offset_s, wh, state), until_s in zip(bill.rows, ends_s, strict=True):
        dimensions: list[dict[str, Any]] = [{"type": "ENERGY", "volume": units.kwh(wh)}]
        if state in _TIMES:
            volume = hours[state].next(until_s - offset_s)
            dimensions.append({"type": _TIMES[state], "volume": volume})
        found.append({
            "start_date_time": units.utc(begin_s + offset_s), "dimensions": dimensions,
            "tariff_id": tariff_id,
        })  # fmt: skip
    return found


def _totals(bill: Bill, tariff: Tariff) -> dict[str, Any]:
    cost = bill.cost or {}
    if bill.corrects is None:
        return {
            "total_cost": cdr_costs.total(cost, tariff), **cdr_costs.of_dimensions(cost, tariff)
        }  # fmt: skip
    own = recompute.negated(cost)
    total = cdr_costs.negative(cdr_costs.total(own, tariff))
    return {"total_cost": total, **cdr_costs.of_dimensions(own, tariff)}


def _signed(judged: Judged) -> dict[str, Any]:
    bill = judged.bill
    data = base64.b64encode(bill.message.text.encode()).decode()
    if len(data) > _MOST_SIGNED:
        raise CommandFault(
            f"T{bill.pagination} has {len(data)} characters in base64, and signed_data of OCPI "
            f"2.2.1 holds {_MOST_SIGNED}; export it to safe-xml"
        )
    readings = [bill.payload["RD"][0], bill.payload["RD"][-1]]
    return {
        "encoding_method": "OCMF", "encoding_method_version": 1,
        "public_key": base64.b64encode(bytes.fromhex(judged.public_key)).decode(),
        "signed_values": [{
            "nature": "End", "plain_data": json.dumps(readings, separators=(",", ":")),
            "signed_data": data,
        }],
    }  # fmt: skip


def _remark(bill: Bill) -> str:
    cost = bill.cost or {}
    said = [f"Signed amount payable {words.amount(cost['pay'], cost['cur'])}"]
    said.append(f"tariff SHA-256 {bill.tariff_hash}")
    if cost["lim"]:
        said.append("minimum price" if cost["lim"] == "min" else "maximum price")
    return "; ".join([*said, *bill.flags])[:_MOST_REMARK]
