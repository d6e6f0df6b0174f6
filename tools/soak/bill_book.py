"""Holds the records of a soak run against the meter's register when each was stored."""

from tools.verify import source

_FLOAT_BITS = 22  # a value of a 32-bit float is right to this part of it


class BillBook:
    """`wrong`: a sentence for each record that bills something else than the meter has counted."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self._begun: dict[str, int | None] = {}  # session: Wh

    def take(self, record: dict, register_wh: int) -> None:
        """A record as it was stored, with the contactor open. The meter shows kWh as a float."""
        number, session = record["pg"], record["session"]
        signed = source.payload(record["ocmf"])
        last_wh = (signed.get("RD") or [{}])[-1].get("RV")
        if last_wh is None or abs(last_wh - register_wh) > 1 + (register_wh >> _FLOAT_BITS):
            self.wrong.append(f"T{number} has {last_wh} of {register_wh} Wh")
        if record["kind"] == "begin":
            self._begun[session] = last_wh
            return
        first_wh = signed["RD"][0].get("RV") if signed.get("RD") else None
        if first_wh != self._begun.pop(session, None):
            self.wrong.append(f"T{number} begins with {first_wh} Wh, its begin record does not")
        elif record["kind"] != "session":
            self.wrong.append(f"T{number} is {record['kind']}")
        elif last_wh is None or sum(row[1] for row in signed["XS"]) != last_wh - first_wh:
            self.wrong.append(f"T{number} has segments of another sum")
