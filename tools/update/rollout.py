"""Sends one package to many devices, a few at a time, and says what became of each.

It stops beginning with others once some have failed; what was sent to one goes on where it was.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tools.broker_address import BrokerAddress
from tools.command_send import CommandFault, Signing
from tools.private_key import PrivateKeyError
from tools.update import package, sending
from tools.update.package import Package
from tools.update.watch import Watch

WELL = ("confirmed", "switched")
OPEN = ("not begun", "sending", "restarting")
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
    """`silence_s`: of a device, while it is sent to. `trial_s`: for its word that it runs with it;
    0: nobody waits. `most_failures`: then no other is begun."""

    raw: bytes
    package: Package
    key: Signing
    broker: BrokerAddress
    silence_s: float
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
    def as_json(self) -> dict:
        reason = {"reason": self.reason} if self.reason else {}
        return {**self.told, "device": self.device, "result": self.result, **reason}


Changed = Callable[[Row], None]


async def roll_out(plan: Plan, devices: Iterable[str], changed: Changed) -> list[Row]:
    """A row for each device, in their order."""
    rows = [Row(device) for device in dict.fromkeys(devices)]
    few = asyncio.Semaphore(plan.at_once)

    async def one(row: Row) -> None:
        async with few:
            failed = sum(r.result not in (*WELL, *OPEN) for r in rows)
            if failed < plan.most_failures:
                await _one(plan, row, changed)

    await asyncio.gather(*map(one, rows))
    return rows


def exit_status(rows: Iterable[Row]) -> int:
    """0 all are well, 1 a device has refused it, 2 it could not be sent, 3 one does not answer."""
    results = {row.result for row in rows} - set(WELL)
    if not results:
        return 0
    if results & set(_REFUSED):
        return 1
    return 2 if "not sent" in results else 3


async def _one(plan: Plan, row: Row, changed: Changed) -> None:
    """Whatever its exchange raises is a row's, and ends no other device's."""
    watch = Watch(row.device)
    beside = asyncio.create_task(watch.run(plan.broker))
    row.result = "sending"
    changed(row)
    try:
        exchange = _exchange(plan, row, watch, changed)
        (fault,) = await asyncio.gather(exchange, return_exceptions=True)
    finally:
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)  # without it we know less
    if isinstance(fault, sending.NoAnswer):
        row.result = "no answer"
        row.reason = f"no word for {plan.silence_s:g} s; {watch.why_silent()}"
    elif isinstance(fault, (CommandFault, PrivateKeyError)):
        row.result, row.reason = "not sent", str(fault)
    elif fault:
        row.result, row.reason = "not sent", f"{type(fault).__name__}: {fault}"
    changed(row)


async def _exchange(plan: Plan, row: Row, watch: Watch, changed: Changed) -> None:
    """NoAnswer, CommandFault, PrivateKeyError."""
    await watch.heard(_STATUS_S)
    row.told = await _sent(plan, row, changed)
    row.result, row.reason = row.told["result"], advised(row.told.get("reason", ""))
    if row.result == "switched" and plan.trial_s:
        version = package.dotted(plan.package.version)
        row.result, row.reason = await watch.settled(plan.package.kind, version, plan.trial_s)


async def _sent(plan: Plan, row: Row, changed: Changed) -> dict:
    """The device's last word. A broker that goes on the way is waited for. NoAnswer,
    CommandFault."""
    end = 0.0

    def progress(done: int, _of: int) -> None:
        nonlocal end
        end = time.monotonic() + plan.silence_s
        row.sent_bytes = done
        changed(row)

    while True:
        try:
            return await sending.send(
                plan.raw, plan.package, row.device, plan.key, plan.broker, plan.silence_s, progress
            )
        except CommandFault:
            if time.monotonic() >= end:
                raise
            await asyncio.sleep(_AGAIN_S)


def advised(reason: str) -> str:
    """A device's reason, and what to do about it where that is known."""
    for words, advice in _ADVICE.items():
        if words in reason:
            return f"{reason}; {advice}"
    return reason
