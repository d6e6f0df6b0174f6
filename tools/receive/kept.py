"""One device in a receiver's hands: its Receiver, and what is told of it; talks to no broker."""

import json
from collections import deque
from collections.abc import Callable

from tools.asking import MOST
from tools.keys import fingerprint
from tools.receive import told
from tools.receive.place import Place
from tools.receive.told import Event
from tools.receiver import Publish, Receiver
from tools.run_summary import spans
from tools.verdict import findings

_NEWEST = 3  # sessions shown


class Kept:
    """`tell` gets every Event. FolderInUse, OSError."""

    def __init__(
        self, place: Place, device: str, publish: Publish, tell: Callable[[Event], None]
    ) -> None:
        self.device = device
        self.receiver = Receiver(device, place.folder(device), findings, publish, keeps=True)
        self.sessions = self.energy_wh = self.refused = 0  # since the start; sessions: verified
        self.newest: deque[Event] = deque(maxlen=_NEWEST)
        self.last: Event | None = None
        self._fingerprint = place.fingerprint
        self._tell = tell
        self._state = self._gaps = ""
        self._early_told = False
        self._publish = publish
        self._may_lack = True
        for record in self.receiver.records.values():
            record.ocmf = ""  # on the disk; so many of them would fill the memory
        self._greet(place)
        self._look()

    @property
    def state(self) -> str:
        """online or offline, "" while it has not said."""
        return self._state

    @property
    def gaps(self) -> str:
        return self._gaps

    def take(self, topic: str, payload: bytes) -> None:
        """One message under its topics. OSError when it cannot be stored."""
        if topic.endswith("/key") and not self._is_expected(payload):
            self.refuse("another public key than KEY: is it another device, or a forger?")
            return
        known, count = self.receiver.public_key, len(self.receiver.records)
        self.receiver.take(topic, payload)
        if len(self.receiver.records) > count:
            self._record()
        if self.receiver.public_key != known:
            seal = fingerprint(self.receiver.public_key)
            values = {"state": "key", "fingerprint": seal}
            self._say("device", f"its key is kept from now on; fingerprint {seal}", values)
        if topic.endswith("/status") and self._may_lack:
            self._ask_newer()
        self._look()

    def connected(self) -> None:
        """What was said while there was no connection, nobody has heard."""
        self.receiver.acknowledge()
        self._may_lack = True

    def refuse(self, why: str) -> None:
        self.refused += 1
        self._tell(told.refused(self.device, why))

    def _ask_newer(self) -> None:
        """Once a connection: what came before it, above all that is here. The device would send it
        by itself, but only once it has waited for an acknowledgement in vain."""
        self._may_lack, status = False, self.receiver.status
        newest = max(self.receiver.records, default=0)
        first, last = max(newest + 1, status.get("oldest", 1)), status.get("next", 1) - 1
        if first <= last and status.get("state") == "online":
            message = {"from": first, "to": min(last, first + MOST - 1)}
            self._publish(f"wattseal/v1/{self.device}/resend", json.dumps(message))

    def _is_expected(self, payload: bytes) -> bool:
        """Whether KEY, when it was given, is the one in the message."""
        if not self._fingerprint:
            return True
        try:
            return fingerprint(json.loads(payload)["spki"]) == self._fingerprint
        except (ValueError, LookupError, TypeError, RecursionError):
            return False

    def _record(self) -> None:
        record = next(reversed(self.receiver.records.values()))
        self.last = event = told.record(self.device, record)
        record.ocmf = ""
        if record.ok and record.kind == "session":
            self.sessions += 1
            self.energy_wh += event.values["energy_wh"]
        if record.kind != "begin":
            self.newest.append(event)
        self._tell(event)

    def _look(self) -> None:
        """Tells what is another than it was."""
        for alarm in self.receiver.alarms:
            self.refuse(alarm)
        self.receiver.alarms.clear()
        if self.receiver.early and not self._early_told:
            self._early_told = True
            self._say(
                "refused", "records came before its `key`: they wait on the device", bad=True
            )
        state = self.receiver.status.get("state", "")
        if state != self._state and state in ("online", "offline"):
            self._state = state
            self._say("device", state, {"state": state})
        gaps, lost = spans(self.receiver.gaps()), self.receiver.lost()
        shown = f"missing {gaps}" if gaps else ""
        shown += f"{', ' if gaps else ''}lost {len(lost)}" if lost else ""
        if shown != self._gaps:
            self._gaps = shown
            values = {"missing": gaps, "lost": lost}
            self._say("gaps", shown or "nothing is missing any more", values, bool(shown))

    def _greet(self, place: Place) -> None:
        count = len(self.receiver.records)
        if count:
            text = f"goes on after {count:,} records in {place.shown(self.device)}"
        else:
            text = f"its records go to {place.shown(self.device)}"
        self._say("device", text, {"state": "kept", "records": count})

    def _say(self, kind: str, text: str, values: dict | None = None, bad: bool = False) -> None:
        self._tell(Event(kind, self.device, text, values or {}, bad))
