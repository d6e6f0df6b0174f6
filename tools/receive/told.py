"""What a receiver tells whoever watches, one event at a time; decides nothing, shows nothing."""

import json
from dataclasses import dataclass, field

from tools import record_line
from tools.run_summary import energy_wh
from tools.stored import Stored
from tools.verify import facts

_MOST_LETTERS = 300  # of what somebody else said


@dataclass(frozen=True)
class Event:
    """`kind`: connection, device, record, refused, gaps or disk. `text` is for a person, `values`
    for a program, `bad` when somebody should do something."""

    kind: str
    device: str
    text: str
    values: dict = field(default_factory=dict)
    bad: bool = False

    def as_json(self) -> str:
        device = {"device": self.device} if self.device else {}
        return json.dumps({"event": self.kind, **device, **(self.values or {"text": self.text})})


def record(device: str, stored: Stored) -> Event:
    """`stored`, just verified."""
    values: dict = {
        "pg": stored.pagination, "kind": stored.kind, "connector": stored.connector,
        "session": stored.session, "verified": stored.ok, "findings": stored.findings,
    }  # fmt: skip
    if stored.ok and stored.kind == "session":
        values["energy_wh"] = energy_wh(stored)
        if price := record_line.cost(stored):
            values["pay_e4"], values["currency"] = price
    text = clean(record_line.line(stored).plain)
    return Event("record", device, text, values, not stored.ok)


def refused(device: str, why: str) -> Event:
    return Event("refused", device, f"REFUSED {clean(why)}", {"why": clean(why)}, True)


def clean(text: str) -> str:
    """Somebody else's words, so that they neither steer a terminal nor fill it."""
    return facts.clean(text[:_MOST_LETTERS])
