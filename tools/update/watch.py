"""What a device says of itself while it is updated, on `status` and `rsp`; sends it nothing.

Nothing of it is signed: the device's audit log is (tools.audit).
"""

import asyncio
import time

from tools.command_send import topic, words
from tools.update import sending

_LOOK_S = 0.2
_TOLD_S = 15  # until a device has said what came of a configuration, if it says so at all
_TRIAL_BOOTS = 3  # of firmware/slot_loader.py: the next one is of the version before
# Of one trial: a firmware ends it after 10 minutes, whose watch begins some time after its start.
_TRIAL_S = 780
# Of what is read in a status.
_TYPES = {"state": str, "fw": str, "boots": int, "boots_unkept": int, "counts": dict}
_IGNORED = {  # of `counts`: why a command was
    "commands_forged": "another command key signed it; its config.json has `command_key`",
    "commands_expired": "its clock says the command is too old; see `time` in its status",
    "commands_no_memory": "it has no memory for signed commands; update it over USB",
    "commands_failed": "it has no room to judge signed commands; update it over USB",
}


class Watch:
    """One device. `take` each of its words, and `heard` before anything is sent."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.status: dict = {}  # the newest
        self.switched: dict = {}  # its newest word of that
        self._counts: dict | None = None  # at the beginning
        self._fw = ""  # at the beginning
        self._starts = 0  # seen here
        self._starts_before: int | None = None  # of them, before it said that it has switched
        self._started_s = 0.0  # when the newest was seen
        self._boots_before: int | None = None  # as it told, when it said that it has switched
        self._confirmed = ""  # which version
        self._of_config = ""  # its newest word of what came of one

    def take(self, name: str, payload: bytes) -> None:
        """Whatever it is: who may write to the broker may write anything."""
        if name == topic(self.device, "rsp"):
            told = sending.said(payload)
            if told.get("result") == "switched":
                self.switched, self._starts_before = told, self._starts
                self._of_config = self._confirmed = ""
                self._boots_before = self._boots()
            elif told.get("kind") == "config":
                self._of_config = told.get("result", "")
            elif told.get("result") == "confirmed":
                self._confirmed = told.get("version", "")
        elif name == topic(self.device, "status"):
            self._take_status(_typed(payload))

    def _take_status(self, told: dict) -> None:
        before, self.status = self.status, {**self.status, **told}
        if told.get("state") != "online":
            return
        if self._counts is None:
            self._counts = dict(told.get("counts", {}))
            self._fw = told.get("fw", "")
        if before and _is_start(before, told):
            self._starts, self._started_s = self._starts + 1, time.monotonic()

    @property
    def is_online(self) -> bool:
        return self.status.get("state") == "online"

    def runs_anew(self, kind: str, version: str) -> bool:
        """Another firmware than at the beginning: this one."""
        was, now = self._fw, self.status.get("fw")
        return kind == "firmware" and was not in ("", version) and now == version

    async def heard(self, limit_s: float) -> None:
        """Until its retained `status` is here, where it has one."""
        end = time.monotonic() + limit_s
        while not self.status and time.monotonic() < end:
            await asyncio.sleep(_LOOK_S)

    def why_silent(self) -> str:
        """What could be the reason that no command was answered: one sentence."""
        if not self.status:
            return "the broker knows no `status` of this device; is its id right?"
        if not self.is_online:
            return "it is not connected; send it again once its `status` is online"
        counts, before = self.status.get("counts", {}), self._counts or {}
        for name, sentence in _IGNORED.items():
            if counts.get(name, 0) > before.get(name, 0):
                return f"it ignored the command: {sentence}"
        return "it is online: a session may run (send it again later), or it has no `update_key`"

    async def settled(self, kind: str, version: str, limit_s: float) -> tuple[str, str]:
        """(result, one sentence or none) of what it has just switched to: "confirmed" once it
        runs with it, else "rolled back", "on trial" or "not back"."""
        began, end = self._starts_before, time.monotonic() + limit_s
        if began is None:  # the word was not heard here
            began = self._starts
        while time.monotonic() < end:
            running = self._runs_since(began, kind, version)
            if kind == "config" and running:
                return await self._config_settled()
            if self._confirmed == version if kind == "firmware" else running:
                return "confirmed", ""
            if running and self.status.get("fw") != version:
                return "rolled back", f"it runs {self.status.get('fw')} again; its log says why"
            if running and self._is_trial_over(version):
                return "rolled back", f"it runs the {version} that it had before; its log says why"
            await asyncio.sleep(_LOOK_S)
        if self._runs_since(began, kind, version) and self._fw == version:
            return (
                "on trial",
                f"it runs {version}, which it had before as well, and within {limit_s:g} s it was "
                f"not heard which of the two: it tells within {_TRIAL_S} s of its start",
            )
        if self._runs_since(began, kind, version):
            return (
                "on trial",
                f"it runs it; not heard within {limit_s:g} s whether it is confirmed: key, meters "
                "and broker must be well",
            )
        if self.is_online:
            return "not back", f"it has not restarted within {limit_s:g} s; a session may run"
        return "not back", f"it is not connected {limit_s:g} s after it restarted"

    def _is_trial_over(self, version: str) -> bool:
        """Of a firmware that is not confirmed, and whose number the one before has as well."""
        if self._fw != version:
            return False
        before, now = self._boots_before, self._boots()
        if before is not None and now is not None and now - before > _TRIAL_BOOTS:
            return True
        return time.monotonic() - self._started_s > _TRIAL_S

    def _boots(self) -> int | None:
        """As it counts them; None where it does not, or has not kept it."""
        return None if "boots_unkept" in self.status else self.status.get("boots")

    async def _config_settled(self) -> tuple[str, str]:
        """It runs again: with this one, or with the one before. An older firmware says neither."""
        end = time.monotonic() + _TOLD_S
        while not self._of_config and time.monotonic() < end:
            await asyncio.sleep(_LOOK_S)
        if self._of_config == "rolled_back":
            return "rolled back", "it reached no broker with it, and has the one before again"
        return "confirmed", ""

    def _runs_since(self, began: int, kind: str, version: str) -> bool:
        return self.is_online and (self._starts > began or self.runs_anew(kind, version))


def _is_start(before: dict, told: dict) -> bool:
    """Between two statuses. A network that was away for a while looks like one, but for `boots`;
    a firmware may not tell it, or not have kept it."""
    if "boots" in told and "boots" in before and "boots_unkept" not in told:
        return told["boots"] > before["boots"]
    return before.get("state") != "online"


def _typed(payload: bytes) -> dict:
    """What of a status is of its type."""
    told = words(payload)
    found = {name: told[name] for name, kind in _TYPES.items() if type(told.get(name)) is kind}
    if "counts" in found:
        found["counts"] = {k: n for k, n in found["counts"].items() if type(n) is int}
    return found
