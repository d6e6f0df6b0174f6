"""Sends a signed command to a device and shows its answer: `python -m tools.command stop ...`.

Exit code 0 when the device says that it is done, 1 when it refused, 2 with one sentence when
something that was given is wrong, 3 without an answer, 130 after Ctrl-C.
"""

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tools import ending, plain_secrets, private_key
from tools.bills.tariffs import refused
from tools.broker_address import BrokerAddressError, parse
from tools.broker_files import OPERATOR
from tools.command_answer import do
from tools.command_key import CommandKey
from tools.command_options import AsJson, Broker, Ca, Connector, Device, Id, Key, Lifetime, Wait
from tools.command_send import CommandFault, Order
from tools.command_values import compact, named, told
from tools.private_key import PrivateKeyError
from wattseal.core.pricing import loading
from wattseal.core.pricing.tariff import TariffError

_PART_BYTES = 600  # of a tariff, in one command
_HASH_DIGITS, _NOT_YET = 16, "-"  # as app.command_verbs has them

app = typer.Typer(add_completion=False, help=(__doc__ or "").partition("\n")[0])
keys = typer.Typer(add_completion=False, help="The key that signs commands.")
app.add_typer(keys, name="key")


@keys.command("new")
def key_new(file: Path) -> None:
    """Make a key FILE, and print what goes into a device's configuration."""
    public = private_key.new(file)
    print(f'put into config.json of the device: "command_key": "{public}"')


@keys.command("show")
def key_show(file: Path) -> None:
    """Print the public half of a key FILE."""
    print(CommandKey(file).public)


@app.command()
def start(
    device: Device, key: Key, broker: Broker, connector: Connector, ca: Ca = None,
    wait: Wait = 10, lifetime: Lifetime = 60, name: Id = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Start a session at a connector, as a card would."""
    order = Order("start", {"connector": connector}, lifetime_s=lifetime, id=name)
    do(order, device, key, broker, ca, wait, as_json)


@app.command()
def stop(
    device: Device, key: Key, broker: Broker, connector: Connector, ca: Ca = None,
    wait: Wait = 10, lifetime: Lifetime = 60, name: Id = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """End the session at a connector."""
    order = Order("stop", {"connector": connector}, lifetime_s=lifetime, id=name)
    do(order, device, key, broker, ca, wait, as_json)


@app.command("time")
def set_time(
    device: Device, key: Key, broker: Broker, ca: Ca = None, wait: Wait = 10,
    back: Annotated[bool, typer.Option(help="even below what it took for past, which was wrong")]
    = False, name: Id = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Tell a device this machine's time.

    A device that does not know the time takes only a command that never expires: it gets one then.
    With --back as well: whoever can hold that back can set its clock back until it gets another.
    """
    values = {"utc_s": int(time.time())}
    if back:
        do(
            Order("time_back", values, lifetime_s=0, id=name),
            device,
            key,
            broker,
            ca,
            wait,
            as_json,
        )
    order = Order("time", values, id=name)
    do(order, device, key, broker, ca, wait, as_json, replace(order, lifetime_s=0))


@app.command()
def resend(
    device: Device, key: Key, broker: Broker, first: Annotated[int, typer.Option("--from", min=1)],
    last: Annotated[int, typer.Option("--to", min=1)], ca: Ca = None, wait: Wait = 10,
    lifetime: Lifetime = 60, name: Id = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Have records sent once more, by their paginations."""
    if first > last:
        raise CommandFault(f"--from {first} comes after --to {last}; exchange them")
    order = Order("resend", {"from": first, "to": last}, lifetime_s=lifetime, id=name)
    do(order, device, key, broker, ca, wait, as_json)


@app.command()
def correct(
    device: Device, key: Key, broker: Broker, number: Annotated[int, typer.Option("--pg", min=1)],
    reason: Annotated[str, typer.Option(help="signed with it; tells of no person")],
    ca: Ca = None, wait: Wait = 30, lifetime: Lifetime = 60, name: Id = "",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Have a bill taken back, by its pagination: a new record negates its totals."""
    told(reason)
    order = Order("correct", {"pg": number, "reason": reason}, lifetime_s=lifetime, id=name)
    do(order, device, key, broker, ca, wait, as_json)


@app.command()
def consent(
    device: Device, key: Key, broker: Broker, connector: Connector,
    session: Annotated[str, typer.Option(help="the session's id, of its begin record")],
    policy: Annotated[int, typer.Option(min=1, help="version of what the driver was shown")],
    statistics: Annotated[bool, typer.Option(help="may be counted in statistics")] = False,
    sharing: Annotated[bool, typer.Option(help="may be shared with others")] = False,
    ca: Ca = None, wait: Wait = 10, lifetime: Lifetime = 60, name: Id = "",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say what the driver of a session agrees to from now on; what is not named is taken back."""
    named(session)
    values = {
        "connector": connector, "session": session, "statistics": int(statistics),
        "sharing": int(sharing), "policy": policy,
    }  # fmt: skip
    order = Order("consent", values, lifetime_s=lifetime, id=name)
    do(order, device, key, broker, ca, wait, as_json)


@app.command()
def audit(
    device: Device, key: Key, broker: Broker,
    after: Annotated[int, typer.Option(min=0, help="the newest entry that you have")] = 0,
    ca: Ca = None, wait: Wait = 120, lifetime: Lifetime = 60, name: Id = "",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Have the audit log sent, on the topic `audit`, where a receiver keeps it."""
    order = Order("audit", {"after": after}, lifetime_s=lifetime, id=name)
    do(order, device, key, broker, ca, wait, as_json)


@app.command()
def erase(
    device: Device, key: Key, broker: Broker,
    session: Annotated[str, typer.Option(help="the session's id, of its begin record")],
    ca: Ca = None, wait: Wait = 10, lifetime: Lifetime = 60, name: Id = "",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Destroy the key of a session's identification, for good; its bill stays valid."""
    named(session)
    order = Order("erase", {"session": session}, lifetime_s=lifetime, id=name)
    do(order, device, key, broker, ca, wait, as_json)


@app.command()
def tariff(
    file: Path, device: Device, key: Key, broker: Broker, ca: Ca = None, wait: Wait = 10,
    lifetime: Lifetime = 60, name: Id = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Replace a device's tariff by FILE, from its next start on."""
    text = compact(file)
    try:
        identity = loading.load(text).identity
    except TariffError as fault:
        raise CommandFault(refused(file, fault)) from fault
    for at in range(0, len(text), _PART_BYTES):
        part, end = text[at : at + _PART_BYTES], at + _PART_BYTES >= len(text)
        values = {"at": at, "hash": identity[:_HASH_DIGITS] if end else _NOT_YET}
        order = Order("tariff", values, part, lifetime, name)
        do(order, device, key, broker, ca, wait, as_json, goes_on=not end)


@app.command()
def config(
    file: Path, device: Device, key: Key, broker: Broker, ca: Ca = None, wait: Wait = 10,
    lifetime: Lifetime = 60, name: Id = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Replace a device's configuration by FILE, from its next start on."""
    text = compact(file)
    plain_secrets.remark("command", text, parse(broker, ca, OPERATOR))
    order = Order("config", body=text, lifetime_s=lifetime, id=name)
    do(order, device, key, broker, ca, wait, as_json)


def main() -> None:
    ending.run(app, "command", (CommandFault, PrivateKeyError, BrokerAddressError))


if __name__ == "__main__":
    main()
