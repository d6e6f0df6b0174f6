"""Sends one package to many devices, a few at a time, and says what became of each.

It stops beginning with others once some have failed; what was sent to one goes on where it was.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tools.broker_address import BrokerAddress
from tools.command_send import CommandFault, Signing
from tools.private_key import PrivateKeyError
from tools.update import package, sending
from tools.update.link import Link, linked
from tools.update.package import Package
from tools.update.watch import Watch

WELL = ("confirmed", "switched")
OPEN = ("not begun", "sending", "waiting", "restarting")
_UNDECIDED = ("busy", "on trial")  # neither well nor a failure
_REFUSED = ("refused", "rolled back")
_STATUS_S, _AGAIN_S = 2, 3
_ADVICE = {  # to a device's own words
    "not signed by the update key": "its `update_key` is another; `show FILE --key` tells whose",
    "for another board": "send it the package of its board",
    "for another device": "send it a package with its own --device, or with none",
    "below the floor": "pack it anew with a higher --version",
    "on trial": "send it again in a few minutes",
    "hash is wrong": "send it again",
    "truncated": "send it again",
    "holds its code itself": "flash its image over USB",
    "this size": "pack less, or flash it over USB",
}


@dataclass(frozen=True)
class Plan:
    """`silence_s`: of a device, while it is sent to. `busy_s`: of one on which a session runs.
    `trial_s`: for its word that it runs with it; 0: nobody waits. `most_failures`: then no other
    is begun."""

    raw: bytes
    package: Package
    key: Signing
    broker: BrokerAddress
    silence_s: float
    busy_s: float
    trial_s: float
    at_once: int
    most_failures: int


@dataclass
class Row:
    """One device. `result`: one of OPEN or WELL, its own word, or that there is none."""

    device: str
    result: str = "not begun"
    reason: str = ""
    sent_bytes: int = 0
    told: dict = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        return self.result in WELL

    @property
    def is_failure(self) -> bool:
        return self.result not in (*WELL, *OPEN, *_UNDECIDED)

    @property
    def as_json(self) -> dict:
        reason = {"reason": self.reason} if self.reason else {}
        return {**self.told, "device": self.device, "result": self.result, **reason}


Changed = Callable[[Row], None]


async def roll_out(plan: Plan, rows: Sequence[Row], changed: Changed) -> None:
    """Each row is filled in, by itself: they are good whatever ends this."""
    few = asyncio.Semaphore(plan.at_once)

    async def one(link: Link, row: Row) -> None:
        async with few:
            if sum(r.is_failure for r in rows) < plan.most_failures:
                await _one(plan, link, row, changed)

    async with linked(plan.broker) as link:
        await asyncio.gather(*(one(link, row) for row in rows))


def exit_status(rows: Iterable[Row]) -> int:
    """0 all are well, 1 a device has refused it, 2 it could not be sent, 3 any other word."""
    results = {row.result for row in rows} - set(WELL)
    if not results:
        return 0
    if results & set(_REFUSED):
        return 1
    return 2 if "not sent" in results else 3


async def _one(plan: Plan, link: Link, row: Row, changed: Changed) -> None:
    """Whatever its exchange raises is a row's, and ends no other device's."""
    watch = Watch(row.device)
    _set(row, changed, "sending")
    try:
        async with link.listening(row.device, watch.take):
            exchange = _Exchange(plan, link, row, watch, changed).run()
            (fault,) = await asyncio.gather(exchange, return_exceptions=True)
    except asyncio.CancelledError:
        row.reason = "not waited for; the same `send` goes on where it was"
        raise
    if isinstance(fault, (CommandFault, PrivateKeyError)):
        row.result, row.reason = "not sent", str(fault)
    elif fault:
        row.result, row.reason = "not sent", f"{type(fault).__name__}: {fault}"
    changed(row)


def _set(row: Row, changed: Changed, result: str) -> None:
    row.result = result
    changed(row)


class _Exchange:
    """With one device, from the command to its word that it runs with the package."""

    def __init__(self, plan: Plan, link: Link, row: Row, watch: Watch, changed: Changed) -> None:
        self._plan = plan
        self._link = link
        self._row = row
        self._watch = watch
        self._changed = changed
        self._version = package.dotted(plan.package.version)
        self._broker_end = 0.0  # so long one that went on the way is waited for
        self._busy_end: float | None = None  # so long one on which a session runs is

    async def run(self) -> None:
        """CommandFault, PrivateKeyError."""
        plan, row, watch = self._plan, self._row, self._watch
        await watch.heard(_STATUS_S)
        try:
            told = await self._sent()
        except (sending.NoAnswer, sending.Ended, CommandFault) as fault:
            told = self._unheard()
            if not told:
                if isinstance(fault, CommandFault):
                    raise
                is_told = isinstance(fault, sending.Ended)
                row.result, row.reason = fault.args if is_told else self._why_silent()
                return
        if told["result"] == "refused":  # as one that is on trial refuses the same package
            told = self._unheard() or told
        row.told = told
        if told["result"] == "switched" and plan.trial_s:
            _set(row, self._changed, "restarting")
            settled = watch.settled(plan.package.kind, self._version, plan.trial_s)
            row.result, row.reason = await settled
        else:
            row.result, row.reason = told["result"], advised(told.get("reason", ""))

    async def _sent(self) -> dict:
        """The device's last word. NoAnswer, Ended, CommandFault."""
        plan = self._plan
        while True:
            try:
                return await sending.send(
                    plan.raw, plan.package, self._row.device, plan.key, self._link,
                    plan.silence_s, self._waits_on, self._progress,
                )  # fmt: skip
            except CommandFault:
                if time.monotonic() >= self._broker_end or self._unheard():
                    raise
                await asyncio.sleep(_AGAIN_S)

    def _progress(self, done: int, _of: int) -> None:
        self._broker_end, self._busy_end = time.monotonic() + self._plan.silence_s, None
        self._row.sent_bytes = done
        _set(self._row, self._changed, "sending")

    def _waits_on(self, has_taken: bool) -> bool:
        """Of one that says nothing; `has_taken` the command."""
        if self._unheard() or not (has_taken and self._watch.is_online):
            self._busy_end = None
            return False
        now = time.monotonic()
        if self._busy_end is None:
            self._busy_end = now + self._plan.busy_s
        self._broker_end = now + 2 * self._plan.silence_s  # until it is asked again, and then
        _set(self._row, self._changed, "waiting")
        return now < self._busy_end

    def _unheard(self) -> dict:
        """That it has switched, where only the Watch knows; {} where it does not either."""
        plan, watch = self._plan, self._watch
        mine = hashlib.sha256(plan.raw).hexdigest()[: sending.NAME_DIGITS]
        if sending.is_last(watch.switched, mine, self._version):
            return watch.switched
        if watch.runs_anew(plan.package.kind, self._version):
            return {"v": 1, "result": "switched", "version": self._version}
        return {}

    def _why_silent(self) -> tuple[str, str]:
        if self._busy_end is not None:
            return "busy", (
                "it took the command; a session runs, or its answer was lost; send it again later"
            )
        silence = f"no word for {self._plan.silence_s:g} s"
        return "no answer", f"{silence}; {self._watch.why_silent()}"


def advised(reason: str) -> str:
    """A device's reason, and what to do about it where that is known."""
    for words, advice in _ADVICE.items():
        if words in reason:
            return f"{reason}; {advice}"
    return reason
