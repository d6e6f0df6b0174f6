"""`make receive`: stores, verifies and acknowledges what devices send, until somebody ends it.

Exit code 0 after Ctrl-C or SIGTERM, or after COUNT sessions; 130 after one of those while it still
takes up what is there; 2 with one sentence when something that it was given is wrong.
"""

import asyncio
import errno
import logging
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tools import gone_file
from tools.bills import command
from tools.bills.command import CommandFault
from tools.broker_address import BrokerAddress, BrokerAddressError
from tools.keys import fingerprint
from tools.receive import broker as broker_choice
from tools.receive.desk import Desk
from tools.receive.place import Place, default_out
from tools.receive.told import Event
from tools.receive.view import Lines, LiveTable, summary, view
from tools.records_file import FolderInUse
from tools.subscriber import NoBroker, Subscriber
from tools.verify import signature, source

ROOT = Path(__file__).resolve().parents[2]
_CONNECT_S = 20
_LONGEST_PAUSE_S = 30.0
_SENT_S = 5.0
_LOOK_S = 0.2
_FINGERPRINT_LETTERS = 64

app = typer.Typer(add_completion=False)


class Watch:
    """One receiver at work."""

    def __init__(
        self, address: BrokerAddress, place: Place, shown: "Lines | LiveTable",
        gone: frozenset[int] = frozenset(),
    ) -> None:  # fmt: skip
        self.address, self._gone = address, gone
        self._shown = shown
        self.desk = Desk(place, self._publish, shown.tell, fetch=self._fetch)
        take, connected = self.desk.take, self.desk.connected
        self.subscriber = Subscriber(address, place.topic, take, connected, _LONGEST_PAUSE_S)
        self._was_connected = False

    async def run(self, count: int) -> None:
        """After `begin`, until `count` sessions are here, or, with 0, cancelled. NoBroker,
        CommandFault."""
        running = asyncio.ensure_future(self.subscriber.run())
        try:
            if not await self.subscriber.connects(running, _CONNECT_S):
                raise CommandFault(f"{self.address.shown} does not answer as an MQTT broker does")
            while not count or self.desk.sessions < count:
                if running.done():
                    running.result()
                self.desk.look()
                self._look()
                await asyncio.sleep(_LOOK_S)
            self._look()
            await self.subscriber.sent(_SENT_S)  # the last acknowledgement
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            self.desk.close()

    def begin(self) -> None:
        """Takes up what is there. GONE only where the folder is ours. FolderInUse, CommandFault,
        OSError."""
        self.desk.begin()
        try:
            self.desk.declare_gone(self._gone)
        except ValueError as fault:
            self.desk.close()
            raise CommandFault(f"GONE names {fault}; name records that are missing") from fault

    def _fetch(self, topic: str) -> None:
        self.subscriber.fetch(topic)

    def _publish(self, topic: str, payload: str) -> None:
        self.subscriber.publish(topic, payload)

    def _look(self) -> None:
        connected, where = self.subscriber.connected, self.address.shown
        why = f": {self.subscriber.fault}" if self.subscriber.fault else ""
        text = f"connected to {where}" if connected else f"NOT CONNECTED to {where}{why}"
        if connected != self._was_connected:
            values = {"connected": connected, "broker": where}
            self._shown.tell(Event("connection", "", text, values, not connected))
        self._was_connected = connected
        self._shown.show(self.desk, text)


async def receive(watch: Watch, count: int) -> None:
    """`watch`, which has begun, until its end; SIGINT, SIGTERM and a closed terminal are one.
    CommandFault."""
    logging.getLogger("mqtt").disabled = True  # aiomqtt's: a lost connection is ours to tell
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await watch.run(count)
    except asyncio.CancelledError:
        task.uncancel()
    except NoBroker as fault:
        raise CommandFault(broker_choice.why_not(watch.address, fault.__cause__)) from fault


@app.command()
def main(
    broker: Annotated[
        str, typer.Option(help="host:port or mqtts://host:port; else the one of make broker")
    ] = "",
    ca: Annotated[
        Path | None, typer.Option(help="CA certificate for mqtts://, or make broker's pki")
    ] = None,
    user: Annotated[str, typer.Option(help="who we are at the broker")] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="its first line is the user's password")
    ] = None,
    device: Annotated[str, typer.Option(help="this one alone; else all that can be seen")] = "",
    key: Annotated[
        str, typer.Option(help="DEVICE's key: a file, hex, or the fingerprint of the report")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="where they go; else received, of DEVICE received/ID")
    ] = None,
    gone: Annotated[
        str, typer.Option(help="such as 11-42: DEVICE's records that will never come")
    ] = "",
    count: Annotated[int, typer.Option(min=0, help="end after so many sessions")] = 0,
    once: Annotated[bool, typer.Option(help="end after one session")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="a line of JSON for each event")] = False,
) -> int:
    """Store, verify and acknowledge the records of devices."""
    try:
        out = out or default_out(ROOT / "received", device)
        place = _place(out, device, key)
        address = broker_choice.address(broker, ca, user, password_file)
        with view(Console(), as_json) as shown:
            watch = Watch(address, place, shown, _gone(place, gone))
            watch.begin()  # in no loop: what is long with many records, Ctrl-C ends at once
            asyncio.run(receive(watch, count or int(once)))
    except (BrokerAddressError, FolderInUse) as fault:
        raise CommandFault(str(fault)) from fault
    except OSError as fault:
        raise CommandFault(_why_not(out, fault)) from fault
    Lines(Console(), as_json).tell(summary(watch.desk))
    return 0


def _why_not(out: Path | None, fault: OSError) -> str:
    if fault.errno in (errno.EMFILE, errno.ENFILE):
        return (
            f"OUT={out} has more devices than files may be open; allow more files (ulimit -n), or "
            "name DEVICE"
        )
    return f"OUT={out} cannot be used ({fault.strerror or fault}); name another"


def _place(out: Path, device: str, key: str) -> Place:
    """One that can be used. CommandFault, OSError."""
    if key and not device:
        raise CommandFault("KEY is one device's; name DEVICE, too")
    place = Place(out, device, _fingerprint(key))
    place.check()
    return place


def _gone(place: Place, gone: str) -> frozenset[int]:
    """The records that GONE names. CommandFault."""
    if not gone:
        return frozenset()
    if not place.known() or not place.device:
        raise CommandFault("GONE is of one device that has records here; name its DEVICE, and OUT")
    try:
        return frozenset(gone_file.parse(gone))
    except ValueError as fault:
        raise CommandFault(
            f"GONE={gone} names no records; write it as the receiver does: 11-42 or 11-42,50"
        ) from fault


def _fingerprint(key: str) -> str:
    """Of KEY; "" when none was given. SourceFault."""
    if not key:
        return ""
    plain = key.replace(":", "").lower()
    if len(plain) == _FINGERPRINT_LETTERS and set(plain) <= set("0123456789abcdef"):
        return plain
    return fingerprint(signature.key_bytes(source.key(key, [])).hex())


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the loop hears it
    command.run(app, "receive")
