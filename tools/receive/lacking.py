"""What a broker retains of a device and did not send: its key, a tariff; asks for it by name.

A broker that retains more messages than it queues for a client leaves out the rest, each time.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

from tools.bills import tariffs

_PAUSE_S = 60.0
_MOST = 100  # topics that are remembered
_HASH = re.compile("[0-9a-f]{64}")


class Lacking:
    """`base`: the device's topics. `fetch(topic)` has the broker send what it retains there."""

    def __init__(
        self, base: str, folder: Path, now_s: Callable[[], float], fetch: Callable[[str], None]
    ) -> None:
        self._base, self._folder = base, folder
        self._now_s, self._fetch = now_s, fetch
        self._next_s: dict[str, float] = {}  # by topic

    def key(self) -> None:
        """A record came before it."""
        self._ask("key")

    def status(self) -> None:
        """A record came, and no word since the connect of where its journal is."""
        self._ask("status")

    def tariff(self, ocmf: str) -> None:
        """Of a record that was stored, if it is priced and its tariff is not here."""
        try:
            identity = json.loads(ocmf.split("|")[1])["XC"]["th"]
            wanted = bool(_HASH.fullmatch(identity))
        except (ValueError, LookupError, TypeError):
            return
        if wanted and not (self._folder / tariffs.FOLDER / f"{identity}.json").exists():
            self._ask(f"tariff/{identity}")

    def _ask(self, name: str) -> None:
        now_s = self._now_s()
        if now_s >= self._next_s.get(name, now_s):
            if len(self._next_s) >= _MOST:
                self._next_s.clear()
            self._next_s[name] = now_s + _PAUSE_S
            self._fetch(self._base + name)
