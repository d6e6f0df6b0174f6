"""`make broker`: mosquitto with certificates and rights for each device, in the foreground.

What it needs is made in DIR on first use and kept. Exit code 0 after Ctrl-C, 2 with one sentence
when it cannot be started, 1 when mosquitto ends by itself.
"""

import contextlib
import fcntl
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from tools import ending
from tools.broker_files import OPERATOR, RECEIVER, BrokerFault, Site, broker_names, prepare
from tools.mosquitto import Mosquitto, found, require_free

_PORTS = range(1, 65536)
ROOT = Path(__file__).resolve().parents[1]


class _Ended(Exception):
    """Somebody wants us to end."""


def needs_table(site: Site) -> Table:
    """Who needs what to take part."""
    pki, python = _shown(site.pki), _shown(Path(sys.executable))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for number, name in enumerate(broker_names(site)):
        table.add_row("" if number else "broker", f"mqtts://{name}:{site.port}")
    table.add_row("everybody", f"{pki}/ca.pem, a device {pki}/ca.der")
    for name in (RECEIVER, OPERATOR):
        table.add_row(name, f"{pki}/clients/{name}.pem, {name}.key.pem")
    table.add_row("device", f"{pki}/devices/DEVICE_ID.der, DEVICE_ID.key.der; to make them:")
    table.add_row("", f"PYTHONPATH=. {python} -m tools.pki device {pki} DEVICE_ID")
    table.add_row("rights", f"{_shown(site.folder)}/acl")
    table.add_row("end", "Ctrl-C")
    return table


def _shown(path: Path) -> str:
    """As one types it here."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def serve(site: Site, console: Console) -> int:
    """Until mosquitto ends, or _Ended. BrokerFault."""
    if site.port not in _PORTS:
        raise BrokerFault(f"PORT={site.port} is no port; name one of 1 to {_PORTS[-1]}")
    found()
    with _alone(site.folder):
        require_free(site.port)  # before anything is written for a broker that will not be
        prepare(site)
        broker = Mosquitto(site)
        try:
            broker.start()
            console.print(needs_table(site))
            return broker.wait()
        finally:
            broker.stop()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two brokers would write one database. BrokerFault."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as fault:
        raise BrokerFault(
            f"{folder} cannot be used ({fault.strerror}); name another DIR"
        ) from fault
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as fault:
        raise BrokerFault(f"a broker runs in {folder} already; name another DIR") from fault
    finally:
        os.close(handle)


def _own_names(folder: Path, hosts: list[str] | None) -> tuple[str, ...]:
    """What a new certificate shall name, or the old one must."""
    name = socket.gethostname()
    if hosts or (folder / "pki/ca.pem").exists() or not re.fullmatch(r"[A-Za-z0-9.-]+", name):
        return tuple(hosts or ())
    return (name,)


def main(
    folder: Annotated[Path, typer.Argument(metavar="DIR")] = ROOT / "build/broker",
    port: int = 8883,
    host: Annotated[list[str] | None, typer.Option(help="name or address of this machine")] = None,
) -> None:
    """Start a broker for devices that have certificates."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        code = serve(Site(folder, port, _own_names(folder, host)), Console())
    except BrokerFault as fault:
        _exit(str(fault), 2)
    except _Ended:
        print("broker: stopped")
        sys.exit(0)
    _exit(f"mosquitto has ended with code {code}; it says why above", 1)


def _end(number: int, frame: object) -> NoReturn:
    raise _Ended


def _exit(sentence: str, code: int) -> NoReturn:
    print(f"broker: {sentence}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    ending.run_one(main, "broker")
