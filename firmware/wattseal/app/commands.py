"""Judges one signed command, uses its counter up, has it done, and answers; keeps nothing itself.

Cheap checks come first, then the curve, then the counter, then the deed: a cut after the counter
is saved leaves a command that is never done, and none that is done twice. What is not signed, or
was seen before, gets no answer. Imported when a command comes, and dropped.
"""

import json

from micropython import const

from wattseal.core.command import Command, CommandError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Protocol

    from wattseal.app.command_verbs import Reach
    from wattseal.contracts import Checkpoints, Clock

    class Kept(Protocol):
        """What outlives one command, in this life of the device."""

        used: int  # the highest counter
        doubted_s: int  # UTC second at which the kept counter was found damaged; 0: it was not


_NAME = "command"
_BACK = "time_back"  # the clock that would judge when it expires is what it calls wrong
_COUNTER_BYTES = const(8)
_LIFE_S = const(86400)  # the furthest that a command's end may be ahead
_REASON_MOST = const(300)
_NO_TIME = "the device does not know the time; send it first"
_LOST = "the device lost its counter; let the command live for %d s" % _LIFE_S
# A `time` that never expires would be one that was sent before, for all that it knows.
_LOST_BOTH = "the device lost its counter, and its time; set that at its console, level 2"


class _Counter:
    """The highest counter that was used; its checkpoint is written before a command is done.

    Where the checkpoint is damaged the newest may be lost. Every command that was ever taken was
    then one that expires within _LIFE_S of now: one that lives for longer is certainly new.
    """

    def __init__(self, checkpoints: "Checkpoints", kept: "Kept") -> None:
        self._checkpoints = checkpoints
        self._kept = kept
        try:
            blob = checkpoints.load(_NAME)
            self._doubtful = checkpoints.damaged(_NAME)
        except OSError:
            blob, self._doubtful = None, True
        if blob is not None and len(blob) != _COUNTER_BYTES:
            blob, self._doubtful = None, True
        self._saved = int.from_bytes(blob, "big") if blob else 0

    def _has_used(self, counter: int) -> bool:
        return counter <= max(self._saved, self._kept.used)

    def _is_new(self, expires_s: int, now_s: int) -> bool:
        """Whether a command is none of those that a damaged checkpoint forgot. `now_s`: 0 where
        nobody knows."""
        if not self._doubtful:
            return True
        if not now_s:
            return False
        if not self._kept.doubted_s:
            self._kept.doubted_s = now_s
        return expires_s > self._kept.doubted_s + _LIFE_S

    def _seen(self, counter: int) -> None:
        """In this life it is good for nothing more, whatever the flash does."""
        self._kept.used = counter

    def _keep(self, counter: int) -> None:
        """OSError."""
        self._checkpoints.save(_NAME, counter.to_bytes(_COUNTER_BYTES, "big"))


class Judge:
    """`verify`: whether a Command is signed by its key; `quiet`: as for the Recorder; `reach`:
    gives what the verbs act on, once it is verified; `answer`: sends one to whoever commands."""

    def __init__(
        self, device_id: str, clock: "Clock", checkpoints: "Checkpoints", kept: "Kept",
        verify: "Callable[[Command], Awaitable[bool]]", quiet: "Callable[[], Awaitable[None]]",
        reach: "Callable[[], Reach]", answer: "Callable[[bytes], Awaitable[None]]",
    ) -> None:  # fmt: skip
        self._device_id = device_id
        self._clock = clock
        self._counter = _Counter(checkpoints, kept)
        self._verify = verify
        self._quiet = quiet
        self._reach = reach
        self._answer = answer

    async def take(self, payload: bytes) -> str:
        """As what a command that was not done is counted; "" once it is done."""
        try:
            command = Command(payload)
        except CommandError:
            return "commands_malformed"
        counted = self._cheap(command)
        if counted:
            return counted
        if not await self._verify(command):
            return "commands_forged"
        result, reach = "refused", self._reach()
        try:
            await self._use_up(command)
            reason = await _done(reach, command)
            result = "done"
        except CommandError as fault:
            reason = str(fault)
        except OSError as fault:
            reason = "the flash fails (%s)" % fault
        reach.note(command, result)
        told = {"v": 1, "id": command.id, "verb": command.verb, "result": result}
        told["reason"] = reason[:_REASON_MOST]
        await self._answer(json.dumps(told).encode())
        return "" if result == "done" else "commands_refused"

    def _cheap(self, command: Command) -> str:
        """What needs no curve: as what it is counted, or ""."""
        if command.device_id != self._device_id:
            return "commands_foreign"
        if self._counter._has_used(command.counter):
            return "commands_replayed"
        if command.verb == _BACK:
            return "commands_malformed" if command.expires_s else ""
        if not command.expires_s and command.verb != "time":
            return "commands_malformed"
        late = command.expires_s <= self._now_s()  # what never expires is for who knows no time
        return "commands_expired" if late and self._now_s() else ""

    def _now_s(self) -> int:
        """UTC; 0 where the device does not know."""
        return 0 if self._clock.state() == "U" else self._clock.utc_ms() // 1000

    async def _use_up(self, command: Command) -> None:
        """The counter, durably, whatever becomes of the command. CommandError, OSError."""
        counter, expires_s = self._counter, command.expires_s
        counter._seen(command.counter)
        now_s = self._now_s()
        if not counter._is_new(expires_s, now_s):
            raise CommandError(_LOST if now_s else _LOST_BOTH)
        await self._quiet()
        counter._keep(command.counter)
        if command.verb == _BACK:
            return
        now_s = self._now_s()  # verifying takes long: the time may have become known, or too late
        if now_s and expires_s <= now_s:
            raise CommandError("it has expired")
        if expires_s and not now_s:
            raise CommandError(_NO_TIME)
        if expires_s > now_s + _LIFE_S:
            raise CommandError("it expires more than %d s from now" % _LIFE_S)


async def _done(reach: "Reach", command: Command) -> str:
    """Do it; returns what there is to say of it. CommandError, OSError."""
    from wattseal.app.command_verbs import VERBS  # imported late: verifying needs the room

    row = VERBS.get(command.verb)
    if row is None:
        raise CommandError("unknown verb")
    rows, takes_body, act = row
    if (command.body is not None) != takes_body:
        raise CommandError("the verb needs a body" if takes_body else "the verb takes no body")
    said = act(reach, command, *command.values(rows))
    return said if isinstance(said, str) else await said
