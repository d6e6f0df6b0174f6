"""What must be true of the receiver's records once a device came back: I1, I2, I3, I5 and I6.

Of reliability.md 2.0. Each finding begins with what `make faults` counts it as.
"""

import json

import cut_corrections
import read_records
import session_pair
from cut_prices import unpriced

from wattseal.core import ocmf

_LATE_MS = 600000  # a meter that does not answer at the end is waited for


def verdict(moment, world, unread=()):
    """[what is wrong]. `moment`: what had been promised and received; `world`: after the boot;
    `unread`: as `delivered` has it."""
    promised = moment.promised + world.promised
    wrong = delivered(promised, world, unread=unread) + of_boot(moment, world)
    for blob in moment.kept.values():
        wrong += _checkpoint(world, blob)
    return wrong


def delivered(promised, world, without=(), unread=()):
    """[what is wrong] with what the receiver has of `promised`, (pagination, payload) each.
    `without`: as cut_prices.unpriced has it. `unread`: reasons for which a session may be not
    billable; none where the meter answers."""
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
    wrong += unmetered(world.promised, world.metered)
    wrong += _unbilled(receiver.stored, unread) + _sessions(receiver.stored)
    return wrong + cut_corrections.wrong(receiver.stored) + unpriced(receiver.stored, without)


def _unbilled(stored, unread):
    """Each session is one to be paid, unless its meter could not be read."""
    wrong = []
    for pagination, payload in sorted(stored.items()):
        record = read_records.envelope(payload)
        if record["kind"] == "not_billable" and record.get("reason") not in unread:
            wrong.append("energy: T%d is not billable (%s)" % (pagination, record.get("reason")))
    return wrong


def unmetered(promised, metered):
    """[what is wrong] with a record's last reading, by the meter and clock when it was stored: the
    contactor is open then. A meter that shows kWh as a float is up to 1 Wh behind."""
    wrong = []
    for pagination, payload in promised:
        kind = read_records.envelope(payload)["kind"]
        if pagination not in metered or kind == "correction":
            continue  # the heap had no room to note it, or it is of what was read long before
        shown_wh, utc_ms = metered[pagination]
        last = read_records.signed(payload)["RD"][-1]
        if kind != "not_billable" and not shown_wh - 1 <= last.get("RV", 0) <= shown_wh:
            wrong.append("energy: T%d has %s of %d Wh" % (pagination, last.get("RV"), shown_wh))
        time_ms, time_state = ocmf.parse_time(last["TM"])
        # Where it is unknown an end may stand at its begin, for nobody knows how long it was; or
        # at what a clock ahead has left, where the world has stepped back.
        if time_state != "U" and not 0 <= utc_ms - time_ms <= _LATE_MS:
            wrong.append("time: T%d has %s" % (pagination, last["TM"]))
    return wrong


def _sessions(stored):
    """Each session that began has one closing record, and what it began with is in it."""
    begun, closed, wrong = {}, {}, []
    for pagination, payload in sorted(stored.items()):
        record = read_records.envelope(payload)
        named = record["session"]
        if record["kind"] == "begin":
            begun[named] = payload
        elif record["kind"] == "correction":
            if named not in closed:
                wrong.append("unclosed: T%d takes back what never ended" % pagination)
        elif named in closed:
            wrong.append("unclosed: T%d is another end of its session" % pagination)
        elif named not in begun:
            wrong.append("unclosed: T%d ends what never began" % pagination)
        else:
            closed[named] = pagination
            signed = read_records.signed
            for found in session_pair.wrong(signed(begun[named]), signed(payload)):
                wrong.append("begun: T%d has %s" % (pagination, found))
    wrong += ["unclosed: a session without an end" for named in begun if named not in closed]
    return wrong


def _checkpoint(world, blob):
    """What a checkpoint had of a session is in its closing record."""
    _, snapshot, _, _ = json.loads(blob)
    named, rows = snapshot[0], snapshot[3]
    letters = [row[2] for row in rows]
    for payload in world.receiver.stored.values():
        record = read_records.envelope(payload)
        if record["session"] == named and record["kind"] in ("session", "not_billable"):
            found = [reading["TX"] for reading in read_records.signed(payload)["RD"]]
            if found[: len(letters)] != letters or len(found) <= len(letters):
                return ["forgotten: %s of %s are in the end record" % (found, letters)]
    return []


def of_boot(moment, world):
    """What a boot ended by itself has the live register, cut to Wh: the meter answers."""
    wrong = []
    for pagination, payload in world.promised:
        record = read_records.envelope(payload)
        if record["kind"] == "not_billable":
            wrong.append("energy: T%d is not billable (%s)" % (pagination, record.get("reason")))
        if record["kind"] == "correction":
            continue
        shown_wh = moment.energies_mwh[record["connector"] - 1] // 1000
        signed = read_records.signed(payload)
        first, last = signed["RD"][0], signed["RD"][-1]
        gained_wh = last["RV"] - first["RV"]
        if record["kind"] != "begin" and sum([row[1] for row in signed["XS"]]) != gained_wh:
            wrong.append("energy: the segments of T%d are not all of it" % pagination)
        if last["TX"] == "P" and not shown_wh - 1 <= last["RV"] <= shown_wh:
            wrong.append("energy: T%d has %d of %d Wh" % (pagination, last["RV"], shown_wh))
    return wrong
