"""Shows a run while it goes on: live on a terminal, plain lines elsewhere; decides nothing."""

import datetime
import itertools
from collections.abc import Callable

from rich.console import Console, Group, JustifyMethod
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from tools import record_line
from tools.charge_run import ChargeRun
from tools.run_summary import spans
from tools.sessions import ZONE
from tools.stored import Stored

_NEWEST = 6  # records shown
_DEVICE_STATES = ("online", "offline")
# columns of the connectors' table, and how wide the terminal must be for each
_COLUMNS: "tuple[tuple[str, JustifyMethod, int], ...]" = (
    ("connector", "left", 0), ("session", "left", 74), ("state", "left", 0),
    ("power", "right", 52), ("register", "right", 74), ("this session", "right", 0),
)  # fmt: skip


class PlainView:
    """One line for each record, alarm and change of the gaps, in the order in which they came."""

    def __init__(self, run: ChargeRun, console: Console) -> None:
        self._run = run
        self._console = console
        self._shown = self._alarms = 0
        self._gaps = ""

    def __enter__(self) -> Callable[[], None]:
        return self.update

    def __exit__(self, *_: object) -> None:
        self.update()

    def update(self) -> None:
        records = list(_records(self._run))
        for record in records[self._shown :]:
            self._console.print(record_line.line(record))
        self._shown = len(records)
        alarms, gaps = _alarms(self._run), _gaps(self._run)
        for alarm in alarms[self._alarms :]:
            self._console.print(record_line.alarm(alarm))
        self._alarms = len(alarms)
        if gaps != self._gaps:
            self._console.print(Text(f"gaps: {gaps}" if gaps else "gaps: none any more", "yellow"))
        self._gaps = gaps


class LiveView:
    """Meters, sessions, journal, broker and verified records, several times a second."""

    def __init__(self, run: ChargeRun, console: Console) -> None:
        self._run = run
        self._console = console
        self._live = Live(console=console, refresh_per_second=8, transient=False)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=32), MofNCompleteColumn(),
            console=console,
        )  # fmt: skip
        total = len(run.plan.sessions)
        self._begins = self._progress.add_task("begin records verified", total=total)
        self._ends = self._progress.add_task("session records verified", total=total)

    def __enter__(self) -> Callable[[], None]:
        self._live.start()
        return self.update

    def __exit__(self, *_: object) -> None:
        self._live.stop()  # with the run's last state: by now all of it has been taken down

    def update(self) -> None:
        records = list(_records(self._run))
        good = [record.kind for record in records if record.ok]
        self._progress.update(self._begins, completed=good.count("begin"))
        self._progress.update(self._ends, completed=good.count("session"))
        newest = Text("\n").join(record_line.line(record) for record in records[-_NEWEST:])
        alarms = [record_line.alarm(alarm) for alarm in _alarms(self._run)[-_NEWEST:]]
        parts = [self._title(), self._connectors(), self._chain(), self._progress, newest, *alarms]
        self._live.update(Group(*parts))

    def _title(self) -> Text:
        run = self._run
        now = datetime.datetime.fromtimestamp(run.world.utc_ms() / 1000, ZONE)
        text = f"{now:%a %d %b %Y %H:%M}, {run.plan.speed} times as fast as the clock on the wall"
        return Text.assemble(("Wattseal", "bold green"), "  ", text)

    def _connectors(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        shown = [least <= self._console.width for _, _, least in _COLUMNS]
        for name, justify, _ in itertools.compress(_COLUMNS, shown):
            table.add_column(name, justify=justify)
        for number, outlet in self._run.world.outlets.items():
            live = self._run.receiver.live.get(number, {})
            cells = (
                str(number), f"no. {outlet.session.name}" if outlet.session else "",
                record_line.state(live.get("state", "idle")),
                record_line.kilo(live.get("power_w"), "kW"),
                record_line.kilo(live.get("register_wh"), "kWh"),
                record_line.kilo(live.get("session_wh"), "kWh"),
            )  # fmt: skip
            table.add_row(*itertools.compress(cells, shown))
        return table

    def _chain(self) -> Text:
        """Journal, broker, gaps and, at SPEED=1, the sampler, in one line each."""
        run, status = self._run, self._run.receiver.status
        # a record may be here before the status that counts it
        newest = max(status.get("next", 1) - 1, max(run.receiver.records, default=0))
        waiting = max(0, newest - run.receiver.upto)
        broker = run.broker.shown if run.broker else "?"
        state = "connected" if run.subscriber.connected else "NOT CONNECTED"
        said = status.get("state")  # perhaps by somebody else
        device = said if said in _DEVICE_STATES else "?" if said else "not yet seen"
        lines = [
            f"journal  T{newest} is the newest record, {waiting} not acknowledged",
            f"broker   {broker}, {state}; device {device}",
        ]
        gaps = _gaps(run)
        if gaps:
            lines.append(f"gaps     {gaps}")
        if run.plan.speed == 1:  # faster than the wall clock, a sampler's timing says nothing
            late, missed = status.get("late_max_ms", 0), status.get("missed", 0)
            lines.append(f"sampler  worst lateness {late} ms, {missed} samples missed")
        return Text("\n".join(lines))


def view(run: ChargeRun, console: Console) -> "LiveView | PlainView":
    return LiveView(run, console) if console.is_terminal else PlainView(run, console)


def summary_table(rows: dict) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for name, value in rows.items():
        shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
        table.add_row(name.replace("_", " "), str(shown))
    return table


def _records(run: ChargeRun) -> "list[Stored]":
    return list(run.receiver.records.values()) if hasattr(run, "receiver") else []


def _alarms(run: ChargeRun) -> list[str]:
    return run.receiver.alarms if hasattr(run, "receiver") else []


def _gaps(run: ChargeRun) -> str:
    return spans(run.receiver.gaps()) if hasattr(run, "receiver") else ""
