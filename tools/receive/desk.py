"""Gives each message to its device's Receiver, within bounds; what cannot be stored is not lost.

A record that found no room is not acknowledged, and the device sends it again; what it sends once
waits here.
"""

import time
from collections import deque
from collections.abc import Callable

from tools.receive import told
from tools.receive.kept import Kept
from tools.receive.open_files import most_devices
from tools.receive.place import Place, is_device_id
from tools.receive.told import Event
from tools.receiver import Publish
from tools.records_file import FolderInUse

_BASE = "wattseal/v1/"
_NAMES = ("key", "status", "bill", "load", "stat", "live", "tariff", "audit")
_MOST_BYTES = 32768  # of a message; the longest record has 6 KB, its envelope doubles quotes
_MOST_WAITING = 256
_MOST_TOLD, _TOLD_S = 20, 10.0  # refusals: a line each would be what a flood is for
_LOOK_S = 2.0
_UNFORESEEN = (  # of one message's content: the other devices are served on
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip


class Desk:
    """`take` never raises for what a message says."""

    def __init__(
        self, place: Place, publish: Publish, tell: Callable[[Event], None],
        now_s: Callable[[], float] = time.monotonic, fetch: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.devices: dict[str, Kept] = {}
        self.refused = 0  # of no device
        self.trouble = ""  # why nothing can be stored
        self._place, self._publish, self._tell, self._now_s = place, publish, tell, now_s
        self._fetch = fetch
        self._waiting: deque[tuple[str, bytes]] = deque(maxlen=_MOST_WAITING)
        self._looked_s = self._told_s = now_s()
        self._told: dict[str, int] = {}  # refusals since `_told_s`, by device, "" for the unknown
        self._most = most_devices()

    def begin(self) -> None:
        """Takes up what is there. OSError; FolderInUse of the one device that is wanted: of many,
        the others are served."""
        for name, owner in self._place.left_alone():
            text = told.clean(f"{name} holds records of {owner} under another name: left alone")
            self._tell(Event("device", "", text, {"state": "left", "folder": name}))
        for device in self._place.known():
            try:
                self._kept(device)
            except FolderInUse as fault:
                if self._place.device:
                    raise
                self._refuse(device, str(fault))

    def declare_gone(self, numbers: frozenset[int]) -> None:
        """Of the one device that is wanted. ValueError, OSError."""
        if numbers:
            self.devices[self._place.device].declare_gone(set(numbers))

    def close(self) -> None:
        for kept in self.devices.values():
            kept.receiver.close()

    @property
    def sessions(self) -> int:
        """Stored and verified since the start."""
        return sum(kept.sessions for kept in self.devices.values())

    def connected(self) -> None:
        """After each connect."""
        for kept in self.devices.values():
            kept.connected()

    def take(self, topic: str, payload: bytes) -> None:
        """One MQTT message."""
        device, _, rest = topic.removeprefix(_BASE).partition("/")
        if rest.partition("/")[0] not in _NAMES:
            return
        if not self._place.is_wanted(device):
            self._refuse("", "a topic of no device")
        elif len(payload) > _MOST_BYTES:
            self._refuse(device, f"{rest}: a message of {len(payload):,} bytes")
        elif device not in self.devices and len(self.devices) >= self._most:
            self._refuse(
                "", f"more than {self._most} devices; allow more files (ulimit -n), or name DEVICE"
            )
        else:
            self._give(device, topic, payload)

    def look(self) -> None:
        """Now and then: whether there is room again, and what was not told."""
        now_s = self._now_s()
        if self.trouble and now_s - self._looked_s >= _LOOK_S:
            self._looked_s = now_s
            self._try_again()
        if now_s - self._told_s >= _TOLD_S:
            more = sum(max(0, count - _MOST_TOLD) for count in self._told.values())
            self._told_s = now_s
            self._told.clear()
            if more > 0:
                self._tell(told.refused("", f"{more:,} messages more"))

    def _give(self, device: str, topic: str, payload: bytes) -> None:
        try:
            self._kept(device).take(topic, payload)
        except FolderInUse as fault:
            self._refuse(device, str(fault))
        except _UNFORESEEN as fault:
            self._refuse(
                device, f"a message that nobody foresaw ({type(fault).__name__}: {fault})"
            )
        except OSError as fault:
            if f"/{device}/bill/" not in topic:
                self._waiting.append((topic, payload))
            if not self.trouble:
                self.trouble = fault.strerror or "no room"
                text = (
                    f"{self._place.out} cannot be written ({self.trouble}): nothing that comes is "
                    "acknowledged, the devices keep it; make room"
                )
                self._tell(Event("disk", "", text, {"room": False, "why": self.trouble}, True))

    def _try_again(self) -> None:
        try:
            self._place.probe()
        except OSError:
            return
        self.trouble = ""
        self._tell(Event("disk", "", "there is room again", {"room": True}))
        for topic, payload in [self._waiting.popleft() for _ in range(len(self._waiting))]:
            self.take(topic, payload)

    def _kept(self, device: str) -> Kept:
        """OSError, FolderInUse."""
        if device not in self.devices:
            self.devices[device] = Kept(
                self._place, device, self._publish, self._tell_some, self._now_s, self._fetch
            )
        return self.devices[device]

    def _refuse(self, device: str, why: str) -> None:
        if device in self.devices:
            self.devices[device].refuse(why)
            return
        self.refused += 1
        self._tell_some(told.refused(device if is_device_id(device) else "", why))

    def _tell_some(self, event: Event) -> None:
        """All but a flood of refusals, which is no other device's."""
        if event.kind == "refused":
            whose = event.device if event.device in self.devices else ""
            self._told[whose] = self._told.get(whose, 0) + 1
            if self._told[whose] > _MOST_TOLD:
                return
        self._tell(event)
