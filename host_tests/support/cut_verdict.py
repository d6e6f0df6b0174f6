"""What must be true of the receiver's records once a device came back: I1, I2, I3, I5 and I6.

Of reliability.md 2.0. Each finding begins with what `make faults` counts it as.
"""

import json

import read_records
from cut_prices import unpriced


def verdict(moment, world):
    """[what is wrong]. `moment`: what had been promised and received; `world`: after the boot."""
    promised = moment.promised + world.promised
    return delivered(promised, world) + _checkpoint(world, moment.kept) + of_boot(moment, world)


def delivered(promised, world):
    """[what is wrong] with what the receiver has of `promised`, (pagination, payload) each."""
    receiver = world.receiver
    wrong = []
    for pagination, payload in promised:
        found = receiver.stored.get(pagination)
        if found is None:
            wrong.append("lost: T%d was durable, and never came" % pagination)
        elif found != payload:
            wrong.append("altered: T%d is not what was durable" % pagination)
    wrong += ["pg_reuse: T%d left twice, and differs" % number for number in receiver.altered]
    if receiver.stored and max(receiver.stored) != len(receiver.stored):
        wrong.append(
            "gap: %d paginations up to T%d" % (len(receiver.stored), max(receiver.stored))
        )
    if receiver.declared:
        wrong.append("lost: declared so: %s" % sorted(receiver.declared))
    if world.contactor.violations:
        wrong.append("unbilled: the contactor closed %s" % world.contactor.violations)
    return wrong + _sessions(receiver.stored) + unpriced(receiver.stored)


def _sessions(stored):
    """Each session that began has one closing record."""
    begun, closed, wrong = {}, {}, []
    for pagination, payload in sorted(stored.items()):
        record = read_records.envelope(payload)
        named = record["session"]
        if record["kind"] == "begin":
            begun[named] = pagination
        elif named in closed:
            wrong.append("unclosed: T%d is another end of its session" % pagination)
        elif named not in begun:
            wrong.append("unclosed: T%d ends what never began" % pagination)
        else:
            closed[named] = pagination
    wrong += ["unclosed: a session without an end" for named in begun if named not in closed]
    return wrong


def _checkpoint(world, blob):
    """What a checkpoint had of a session is in its closing record."""
    if not blob:
        return []
    _, snapshot, _, _ = json.loads(blob)
    named, rows = snapshot[0], snapshot[3]
    letters = [row[2] for row in rows]
    for payload in world.receiver.stored.values():
        record = read_records.envelope(payload)
        if record["session"] == named and record["kind"] != "begin":
            found = [reading["TX"] for reading in read_records.signed(payload)["RD"]]
            if found[: len(letters)] != letters or len(found) <= len(letters):
                return ["forgotten: %s of %s are in the end record" % (found, letters)]
    return []


def of_boot(moment, world):
    """What a boot ended by itself has the live register, cut to Wh: the meter answers."""
    wrong = []
    shown_wh = moment.energy_mwh // 1000
    for pagination, payload in world.promised:
        record = read_records.envelope(payload)
        if record["kind"] == "not_billable":
            wrong.append("energy: T%d is not billable (%s)" % (pagination, record.get("reason")))
        signed = read_records.signed(payload)
        first, last = signed["RD"][0], signed["RD"][-1]
        gained_wh = last["RV"] - first["RV"]
        if record["kind"] != "begin" and sum([row[1] for row in signed["XS"]]) != gained_wh:
            wrong.append("energy: the segments of T%d are not all of it" % pagination)
        if last["TX"] == "P" and not shown_wh - 1 <= last["RV"] <= shown_wh:
            wrong.append("energy: T%d has %d of %d Wh" % (pagination, last["RV"], shown_wh))
    return wrong
