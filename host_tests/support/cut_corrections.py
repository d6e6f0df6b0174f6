"""What a record that takes a bill back must be, by the bill and none of the firmware's code."""

import read_records

_AMOUNTS = ("gross", "net", "pay")
_SAME = ("RD", "XS", "GS", "MS")


def wrong(stored):
    """[what is wrong] with the corrections of {pagination: payload}: at most one of each bill."""
    found, taken = [], []
    for pagination, payload in sorted(stored.items()):
        record = read_records.envelope(payload)
        if record["kind"] != "correction":
            continue
        number = read_records.signed(payload).get("UR")
        bill = stored.get(number)
        if number in taken:
            found.append("corrected: T%d takes T%s back once more" % (pagination, number))
        elif bill is None or number >= pagination or not _is_bill(bill, record["session"]):
            found.append("corrected: T%d takes T%s back, no bill of its" % (pagination, number))
        elif not _negates(read_records.signed(payload), read_records.signed(bill)):
            found.append("corrected: T%d is not T%d taken back" % (pagination, number))
        taken.append(number)
    return found


def _is_bill(payload, session):
    record = read_records.envelope(payload)
    return (record["kind"], record["session"]) == ("session", session)


def _negates(back, bill):
    cost = dict(bill.get("XC", ()))
    if "lines" not in cost:
        return False  # nothing was to be paid
    cost["lines"] = [
        [place, kind, -volume, price, -amount]
        for place, kind, volume, price, amount in cost["lines"]
    ]
    cost["vat"] = [[rate, -amount] for rate, amount in cost["vat"]]
    for name in _AMOUNTS:
        cost[name] = -cost[name]
    return back.get("XC") == cost and all(back.get(name) == bill.get(name) for name in _SAME)
