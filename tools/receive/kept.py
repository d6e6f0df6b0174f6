"""One device in a receiver's hands: its Receiver, and what is told of it; talks to no broker."""

import json
import time
from collections import deque
from collections.abc import Callable

from tools import claims
from tools.asking import MOST
from tools.keeping import KeepingReceiver
from tools.keys import fingerprint
from tools.receive import told
from tools.receive.lacking import Lacking
from tools.receive.place import Place
from tools.receive.told import Event
from tools.receiver import Publish
from tools.run_summary import spans
from tools.verdict import findings

_NEWEST = 3  # sessions shown
_SPANS = 3  # named to be declared gone
_MOVING = ("bill", "key", "status")  # names of what may open or close a gap


class Kept:
    """`tell` gets every Event. FolderInUse, OSError."""

    def __init__(
        self, place: Place, device: str, publish: Publish, tell: Callable[[Event], None],
        now_s: Callable[[], float] = time.monotonic, fetch: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.device = device
        self.receiver = KeepingReceiver(
            device, place.folder(device), findings, publish, now_s=now_s
        )
        self.sessions = self.energy_wh = self.refused = 0  # since the start; sessions: verified
        self.newest: deque[Event] = deque(maxlen=_NEWEST)
        self.last: Event | None = None
        self._fingerprint = place.fingerprint
        self._shown = place.shown(device)
        self._tell = tell
        self._state = self._gaps = ""
        self._early_told = False
        self._publish = publish
        self._lacking = Lacking(f"wattseal/v1/{device}/", self.receiver.folder, now_s, fetch)
        self._may_lack, self._heard = True, False  # `_heard`: its `status`, since the connect
        self._anew = 0
        self._in_vain = False
        self._greet()
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
        name, _ = claims.parted(topic, self.device)
        if name == "key" and not self._is_expected(payload):
            self.refuse("another public key than KEY: is it another device, or a forger?")
            return
        early, asked = self.receiver.early, self.receiver.asked
        known, count = self.receiver.public_key, len(self.receiver.records)
        status = self.receiver.status
        try:
            self.receiver.take(topic, payload)
        finally:  # what is stored is told, though a note beside it found no room
            if len(self.receiver.records) > count:
                self._record()
        if self.receiver.early > early:
            self._lacking.key()
        if self.receiver.public_key != known:
            seal = fingerprint(self.receiver.public_key)
            values = {"state": "key", "fingerprint": seal}
            self._say("device", f"its key is kept from now on; fingerprint {seal}", values)
        self._heard = self._heard or self.receiver.status is not status
        if not self._heard and name == "bill":
            self._lacking.status()
        may_lack = self._may_lack or self.receiver.kept_out
        if self._heard and may_lack and self.receiver.life.is_sure:
            self._ask_newer()
        self._look(name in _MOVING or self.receiver.asked > asked)

    def connected(self) -> None:
        """What was said while there was no connection, nobody has heard."""
        self.receiver.connected()
        self._may_lack, self._heard = True, False

    def declare_gone(self, numbers: set[int]) -> None:
        """ValueError, OSError."""
        self.receiver.declare_gone(numbers)
        self._look()

    def refuse(self, why: str) -> None:
        self.refused += 1
        self._tell(told.refused(self.device, why))

    def _ask_newer(self) -> None:
        """Once a connection, and after each doubt: what came before, above all that is here. The
        device would send it by itself, but only once it has waited for an acknowledgement in
        vain."""
        self._may_lack, status = False, self.receiver.status
        newest = max(self.receiver.records, default=0)
        first = max(newest + 1, status.get("oldest", 1))
        last = max(status.get("next", 1) - 1, self.receiver.kept_out)
        self.receiver.kept_out = 0
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
        self._lacking.tariff(record.ocmf)
        self.last = event = told.record(self.device, record)
        record.ocmf = ""
        if record.ok and record.kind == "session":
            self.sessions += 1
            self.energy_wh += event.values["energy_wh"]
        if record.kind != "begin":
            self.newest.append(event)
        self._tell(event)

    def _look(self, has_moved: bool = True) -> None:
        """Tells what is another than it was; of gaps, which are many, when they may have moved."""
        for alarm in self.receiver.alarms:
            self.refuse(alarm)
        self.receiver.alarms.clear()
        if self.receiver.early and not self._early_told:
            self._early_told = True
            self._say(
                "refused", "records came before its `key`: they wait on the device", bad=True
            )
        self._look_at_life()
        state = self.receiver.status.get("state", "")
        if state != self._state and state in ("online", "offline"):
            self._state = state
            self._say("device", state, {"state": state})
        if has_moved:
            self._look_at_gaps()

    def _look_at_gaps(self) -> None:
        gaps, lost = spans(self.receiver.gaps()), self.receiver.lost()
        shown = f"missing {gaps}" if gaps else ""
        shown += f"{', ' if gaps else ''}lost {len(lost)} in all" if lost else ""
        shown += self._advice()
        if shown != self._gaps:
            self._gaps = shown
            values = {"missing": gaps, "lost": lost}
            self._say("gaps", shown or "nothing is missing any more", values, bool(shown))

    def _advice(self) -> str:
        wanted = self.receiver.gaps_to_declare()[:_SPANS]
        if not wanted:
            return ""
        named = ",".join(f"{first}-{last}" for first, last in wanted)
        return (
            "; asked for in vain, and what comes later is not acknowledged: if the device has "
            f"them no more, start again with DEVICE={self.device} GONE={named}"
        )

    def _look_at_life(self) -> None:
        life = self.receiver.life
        if life.anew and not self._anew:
            text = (
                f"its journal began anew under the old key (T{life.anew} is another than the one "
                "stored): nothing of it is acknowledged, the device keeps it; stop this, move "
                f"{self._shown} to another place, and start again"
            )
            self._say("device", text, {"state": "anew", "record": life.anew}, True)
        if life.asked_in_vain and not self._in_vain:
            text = (
                "sends none of the records again that are here: nothing is acknowledged until it "
                "does; has it got another board?"
            )
            self._say("device", text, {"state": "unproven"}, True)
        self._anew, self._in_vain = life.anew, life.asked_in_vain

    def _greet(self) -> None:
        count = len(self.receiver.records)
        if count:
            text = f"goes on after {count:,} records in {self._shown}"
        else:
            text = f"its records go to {self._shown}"
        self._say("device", text, {"state": "kept", "records": count})

    def _say(self, kind: str, text: str, values: dict | None = None, bad: bool = False) -> None:
        self._tell(Event(kind, self.device, text, values or {}, bad))
