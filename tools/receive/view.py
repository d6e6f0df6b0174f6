"""Shows a receiver at work: a table on a terminal, lines or JSON elsewhere; decides nothing."""

import datetime
from collections import deque
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tools import ending, record_line
from tools.receive import told
from tools.receive.desk import Desk
from tools.receive.kept import Kept
from tools.receive.told import Event

_NEWEST = 6  # lines below the table
_MOST_ROWS = 30
# columns, and how wide the terminal must be for each
_COLUMNS = (
    ("device", 0), ("state", 0), ("connector", 50), ("power", 120), ("last record", 108),
    ("sessions", 70), ("energy", 95), ("stored", 40), ("refused", 80), ("missing", 60),
)  # fmt: skip


@dataclass
class Lines:
    """One line for each event; `as_json`: for a program."""

    console: Console
    as_json: bool = False

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell(self, event: Event) -> None:
        if self.as_json:
            print(event.as_json(), flush=True)
        else:
            self.console.print(_line(event), soft_wrap=True)

    def show(self, desk: Desk, connection: str) -> None:
        """Lines were told already."""


class LiveTable:
    """A row for each device, and the newest lines below."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, refresh_per_second=4, transient=False)
        self._newest: deque[Event] = deque(maxlen=_NEWEST)

    def __enter__(self) -> "LiveTable":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, event: Event) -> None:
        self._newest.append(event)

    def show(self, desk: Desk, connection: str) -> None:
        now = datetime.datetime.now().strftime("%a %d %b %Y %H:%M")
        title = Text.assemble(("Wattseal receiver", "bold green"), f"  {now}\n{connection}")
        parts: list = [title, self._devices(desk)]
        if desk.trouble:
            parts.append(record_line.alarm(f"nothing can be stored: {desk.trouble}; make room"))
        self._live.update(Group(*parts, *(_line(event) for event in self._newest)))

    def _devices(self, desk: Desk) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        shown = [name for name, least in _COLUMNS if least <= self._console.width]
        for name in shown:
            table.add_column(name, no_wrap=True)
        kept = sorted(desk.devices.values(), key=lambda one: one.device)
        for one in kept[:_MOST_ROWS]:
            cells = _cells(one)
            table.add_row(*(cells[name] for name in shown))
        if len(kept) > _MOST_ROWS:
            table.add_row(f"and {len(kept) - _MOST_ROWS} more")
        return table


def view(console: Console, as_json: bool) -> "Lines | LiveTable":
    if console.is_terminal and not as_json:
        return LiveTable(console)
    ending.outlast_full_disk()  # the log's may be the records' own
    return Lines(console, as_json)


def summary(desk: Desk) -> Event:
    """What it came to."""
    kept = desk.devices.values()
    stored = sum(len(one.receiver.records) for one in kept)
    refused = desk.refused + sum(one.refused for one in kept)
    energy_wh = sum(one.energy_wh for one in kept)
    values = {
        "devices": len(kept), "records": stored, "sessions": desk.sessions,
        "energy_wh": energy_wh, "refused": refused,
    }  # fmt: skip
    text = (
        f"{len(kept)} devices, {stored:,} records stored, {desk.sessions:,} sessions since the "
        f"start ({energy_wh:,} Wh), {refused:,} messages refused"
    )
    return Event("summary", "", text, values)


def _cells(kept: Kept) -> dict[str, Text]:
    lives = sorted(kept.receiver.live.items())
    state = "anew" if kept.receiver.life.anew else kept.state or "?"
    refused, gaps = kept.refused, kept.gaps
    return {
        "device": Text(kept.device),
        "state": Text(state, "green" if state == "online" else "yellow"),
        "connector": Text("\n".join(f"{n} {_state(live)}" for n, live in lives)),
        "power": Text("\n".join(record_line.kilo(live.get("power_w"), "kW") for _, live in lives)),
        "last record": Text(_last(kept)),
        "sessions": Text(f"{kept.sessions:,}"),
        "energy": Text(record_line.kilo(kept.energy_wh, "kWh")),
        "stored": Text(f"{len(kept.receiver.records):,}"),
        "refused": Text(f"{refused:,}", "red" if refused else ""),
        "missing": Text(told.clean(gaps)[:24], "red" if gaps else ""),
    }


def _state(live: dict) -> str:
    return record_line.state(live.get("state", "idle"))


def _last(kept: Kept) -> str:
    newest = max(kept.receiver.records, default=0)
    return f"T{newest}" if newest else ""


def _line(event: Event) -> Text:
    text = Text(f"{event.device}  " if event.device else "", "dim")
    return text.append(event.text, "bold red" if event.bad else "")
