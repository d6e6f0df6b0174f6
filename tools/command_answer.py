"""Sends one signed order, shows the device's answer, and exits with what became of it."""

import asyncio
import json
import sys
from pathlib import Path

from rich.console import Console

from tools import ending
from tools.broker_address import parse
from tools.broker_files import OPERATOR
from tools.command_key import CommandKey
from tools.command_send import Order, payload, send

_REFUSED, _NO_ANSWER = 1, 3
_KNOWS_NO_TIME = "does not know the time"  # of app.commands' answer
_SILENCE = (
    "no answer within %g s: the device is not connected, has another command key or none, or "
    "ignored it; counts.commands_* in its `status` say why. It may have been done all the same"
)


def do(
    order: Order, device: str, key: Path, broker: str, ca: Path | None, wait_s: float,
    as_json: bool, without_time: Order | None = None, goes_on: bool = False,
) -> None:  # fmt: skip
    """`without_time`: what to say in its place to a device that does not know the time.
    Exits, but with `goes_on` when it is done and more is to come."""
    address = parse(broker, ca, OPERATOR)
    made = payload(order, device, CommandKey(key))
    answer = asyncio.run(send(made, device, address, wait_s))
    if without_time and answer and _KNOWS_NO_TIME in answer.get("reason", ""):
        made = payload(without_time, device, CommandKey(key))
        answer = asyncio.run(send(made, device, address, wait_s))
    if answer is None:
        if as_json:
            print(json.dumps({"id": made[0], "verb": order.verb, "result": "no answer"}))
        print("command: " + _SILENCE % wait_s, file=sys.stderr)
        sys.exit(_NO_ANSWER)
    done = answer.get("result") == "done"
    if done and goes_on:
        return
    if as_json:
        print(json.dumps(answer, sort_keys=True))
    else:
        what = f"{order.verb} {'done' if done else 'refused'}: {answer.get('reason', '')}"
        Console().print(ending.clean(what), highlight=False, markup=False, soft_wrap=True)
    sys.exit(0 if done else _REFUSED)
