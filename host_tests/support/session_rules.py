"""What every session's records must be, whatever happened to it; plays nothing.

A `Ledger` is told of each record while it is stored, when the register is known; `wrong` judges
all of them once nothing is open any more.
"""

import session_pair
from charge_point import ocmf_of

from wattseal.core import bill, ocmf, ocmf_rules

_CLOSING = ("session", "not_billable")


class Ledger:
    """Compares what a record says with the register of `meter` at the moment it is stored."""

    def __init__(self, point, meter):
        self.found = []
        self._point = point
        self._meter = meter
        point.journal.on_append = self._stored

    def _stored(self, kind):
        """The contactor is open, so nothing is metered between the reading and the record."""
        readings = self._point.readings()
        register_wh = self._meter.energy_mwh // 1000
        if kind == bill.NOT_BILLABLE:
            if not readings[0]["RV"] <= readings[-1]["RV"] <= register_wh:
                self.found.append("a value that the meter never had")
        elif readings[-1]["RV"] != register_wh:
            self.found.append("%d Wh at %d Wh" % (readings[-1]["RV"], register_wh))
        if self._point.contactor.closed:
            self.found.append("a record while the contactor is closed")


def wrong(point):
    """[what is wrong] with the records of a charge point of one connector, all of them closed."""
    found, open_session, begun, begun_with = [], None, [], {}
    for place, record in enumerate(point.records()):
        payload = ocmf_of(record)
        if (record["pg"], payload["PG"]) != (place + 1, "T%d" % (place + 1)):
            found.append("pagination %s at place %d" % (payload["PG"], place + 1))
        if record["kind"] == "begin":
            if open_session or record["session"] in begun:
                found.append("begun while another was open, or twice")
            open_session, begun_with = record["session"], payload
            begun.append(open_session)
        elif record["kind"] in _CLOSING and record["session"] == open_session:
            found += session_pair.wrong(begun_with, payload)
            open_session = None
        else:
            found.append("%s of no open session" % record["kind"])
        found += _of_one(record, payload)
    if open_session:
        found.append("begun and never closed")
    return found + _at_the_contactor(point)


def _of_one(record, payload):
    found = []
    times = [ocmf.parse_time(reading["TM"])[0] for reading in payload["RD"]]
    if times != sorted(times):
        found.append("a negative duration")
    if record["kind"] == "begin":
        found += ocmf_rules.check_begin(record["ocmf"], payload)
    elif record["kind"] == "session":
        found += ocmf_rules.check(record["ocmf"], payload)
        energies = [reading["RV"] for reading in payload["RD"] if "RV" in reading]
        if energies != sorted(energies):
            found.append("a register that runs back")
    return found


def _at_the_contactor(point):
    found = ["contactor: %s" % (violation,) for violation in point.contactor.violations]
    if point.contactor.closed:
        found.append("contactor closed with nothing open")
    if point.checkpoints.blobs.get("session1"):
        found.append("a checkpoint that nothing is open for")
    return found
