"""Board and configuration -> running objects; the only module that sees every layer. No policy."""

import asyncio
import gc
import os
import sys

from micropython import const

from wattseal import VERSION, late, trouble
from wattseal.app.acks import Acks, ReceiverWords
from wattseal.app.connector import Connector
from wattseal.app.greeting import Greeting
from wattseal.app.identity import Desk, Heads
from wattseal.app.live import Live
from wattseal.app.newest_lines import log as _log
from wattseal.app.open_sessions import OpenSessions
from wattseal.app.publisher import Publisher
from wattseal.app.recorder import Recorder
from wattseal.app.reserve import Reserve
from wattseal.app.supervisor import made_or_again, run_until_fault
from wattseal.core import models
from wattseal.core import settings as configuration
from wattseal.drivers.key_file import KeyFault, KeyFileSigner
from wattseal.drivers.modbus_quiet import Quiet
from wattseal.drivers.mqtt_link import MqttError, opener
from wattseal.drivers.mqtt_session import MqttSession

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.health import Begun
    from wattseal.app.privacy_office import PrivacyOffice
    from wattseal.app.sampler import MeterPoint
    from wattseal.app.timekeeper import Timekeeper
    from wattseal.app.updating import Updates
    from wattseal.board_contract import Board, BoardModule
    from wattseal.contracts import Audit, Checkpoints, Controls, Lines, Signer
    from wattseal.core.p256_native import Native
    from wattseal.drivers.file_journal import FileJournal
    from wattseal.drivers.tcp_stream import TlsContext

_LATE_MS = const(2000)
_READ_MS = const(4000)  # for a person to see the lamp's number of a flash that fails


def main(board_module: "BoardModule", table: bytes, native: "Native | None") -> None:
    """Run until a task fails, then reset; `table`, `native`: of comb_table."""
    firmware = None
    try:
        firmware = made_or_again(
            lambda: _made(board_module, table, native),
            (KeyFault, configuration.ConfigError, OSError),
            lambda: trouble.start_again(board_module, _READ_MS, _log),
        )  # fmt: skip
    except (KeyFault, configuration.ConfigError) as fault:
        from wattseal import unconfigured  # imported late: who can start has no use for it

        unconfigured.tell(board_module, fault, isinstance(fault, KeyFault))
    except OSError as fault:  # of the flash, and the next time it may answer
        print("wattseal: the flash fails (%r) [flash_fails, blinks 1-3]; starting again" % fault)
        try:
            board_module.show_fault(13)  # what it loads may fail too
        finally:
            board_module.start_again(_READ_MS)
    if firmware:
        reset = firmware.board.reset
        run_until_fault(firmware.run(), firmware.open_contactors, sys.print_exception, reset)


def _made(board_module: "BoardModule", table: bytes, native: "Native | None") -> "Firmware":
    """KeyFault, ConfigError, OSError. The start is counted before the board is built."""
    gc.collect()  # before the large buffers are asked for
    # Imported late, dropped below; before the clock starts: it would miss a grid point.
    from wattseal import metering, starting, storage
    from wattseal.app import boots
    from wattseal.drivers import accepted, config_file

    folder = board_module.DATA_DIR
    counts: dict[str, int] = {}
    config = accepted.load(folder + "/config.json", config_file.load, counts, _log)
    signer = KeyFileSigner(folder + "/device.key", table, os.urandom, native)
    stores = storage.of(board_module.flash(), folder)
    begun = boots.begin(stores[1], board_module.reset_cause(), _log)
    tls = config_file.tls_context(folder, config.broker, counts, _log, "safe_mode" in begun[0])
    board = board_module.build(config)
    del metering, starting, storage, accepted, config_file, boots  # a name here would keep them
    late.drop(
        "wattseal.storage", "wattseal.app.boots", "wattseal.core.boot_ledger",
        "wattseal.drivers.config_file", "wattseal.drivers.tls_credentials", "wattseal.core.config",
        "wattseal.drivers.key_copies", "wattseal.drivers.accepted", "wattseal.drivers.tls_kept",
    )  # fmt: skip
    wire = None
    if config.tariff:
        from wattseal.tariffs import wiring  # imported late: few have one

        wire = wiring.loaded(folder, config.tariff, counts, _log)
    gc.collect()  # or what stays would lie above what loading left, and cut the heap in two
    firmware = Firmware(board, config, signer, tls, stores)
    firmware.begun = begun
    firmware.journal.counters.update(counts)
    if wire:
        wire(firmware)
    return firmware


class Firmware:
    """Everything, wired once. `tls`: the broker's context, None for plain text."""

    begun: "Begun | None" = None  # this life of the device
    safe = False  # few starts in a row have lasted: nothing optional
    fault = ""  # the worst that there is, by the code of core.faults; as the lamp shows it
    privacy_office: "PrivacyOffice | None" = None  # who can say whose a session was, and forget
    updates: "Updates | None" = None  # who takes signed packages, once that is loaded
    audit: "Audit | None" = None  # who writes what an auditor is to see, once that is open

    def __init__(
        self, board: "Board", config: configuration.Config, signer: "Signer",
        tls: "TlsContext | None", stores: "tuple[FileJournal, Checkpoints]",
    ) -> None:  # fmt: skip
        self.board, self.config, self.signer, self._tls = board, config, signer, tls
        self.journal, self.checkpoints = journal, checkpoints = stores
        self.appended = asyncio.Event()
        self.stalled: list[str] = []  # tasks that stand still
        numbers = [row.id for row in config.connectors]
        self.reserve = reserve = Reserve(journal, numbers, config.when_full == "free")
        from wattseal import metering  # imported late, and dropped once the meters are wired

        rows = self.models = metering.meter_models(config)
        self.buses = metering.buses(config, board)
        quiet = Quiet(self.buses, board.clock)
        self.calm = calm = quiet.calm
        self.open_sessions = OpenSessions(journal, checkpoints, calm)
        self.recorder = Recorder(journal, signer, os.urandom, self.appended, quiet, calm, reserve)
        self.acks = Acks(journal, quiet)
        wired = metering.Meters(config, rows, self.buses, board, self.checkpoints, quiet)
        self.points, self.samplers, self.meter_tasks = wired.points, wired.samplers, wired.tasks
        self.meter_hearts = wired.hearts
        quiet.samplers = self.samplers
        late.drop("wattseal.metering", "wattseal.drivers.modbus_lines")
        models.forget(sys.modules)
        places = zip(config.connectors, self.points)
        self.connectors = [self._connector(row, point, signer) for row, point in places]
        self.greeting = Greeting(
            self.journal, signer, self.samplers, board.clock, VERSION, self.reserve,
            lambda: (trouble.counts(self), trouble.life(self)),
        )  # fmt: skip
        self.publisher = self._publisher(config, signer)
        told = config.live_ms, config.status_s
        self.live = Live(self.connectors, self.publisher, board.clock, calm, *told)
        self.timekeeper: Timekeeper | None = None
        if config.ntp or board.uplink is None:  # its TLS judges certificates by the clock
            from wattseal import timekeeping  # imported late: it costs only who asks for it

            self.timekeeper = timekeeping.wire(self, config.ntp, quiet, _random_below, _log)

    async def run(self) -> None:
        """Never returns; raises what the first failing task raised."""
        from wattseal import starting  # imported late, and dropped once everything runs

        await (await starting.supervised(self, _log)).run()

    async def answer(self, lines: "Lines", controls: "Controls") -> None:
        """Whoever is at the console. Never returns."""
        clock = self.board.clock
        await clock.sleep_until(clock.now_ms() + _LATE_MS)
        try:
            parts = "wattseal.console", "wattseal.app.console", "wattseal.console.wiring"
            await late.load(self.calm, *parts)
        except (OSError, ImportError, MemoryError) as fault:  # metering goes on without it
            _log("console: %s; it does not answer" % fault)
            await asyncio.Event().wait()
        from wattseal.console import wiring  # loaded by now; late, for first readings come first

        office = self.privacy_office
        await wiring.run(self, lines, controls, office.words() if office else None)

    def open_contactors(self) -> None:
        """No energy flows that nobody meters."""
        for connector in self.connectors:
            self.board.contactor.open(connector.id)

    def _connector(
        self, row: "configuration.Connector", point: MeterPoint, signer: "Signer"
    ) -> Connector:
        board = self.board
        heads = Heads(row, self.models[row.id], signer.device_id, VERSION)
        end_samples = max(1, self.config.end_wait_s * 1000 // board.clock.grid_ms)
        return Connector(
            row, point, board.clock, board.inputs, board.contactor, self.recorder, heads,
            Desk(os.urandom, signer.fresh), self.open_sessions, self.reserve, end_samples, _log,
        )  # fmt: skip

    def _publisher(self, config: configuration.Config, signer: "Signer") -> Publisher:
        broker, device, commands = config.broker, signer.device_id.encode(), None
        if config.command_key:
            from wattseal.commanding.listener import CommandListener  # imported late: few have one

            commands = CommandListener(self)
        words = ReceiverWords(self.journal, self.acks, self.appended, commands)
        words.topics += (b"part",) if config.update_key else ()
        will = (b"wattseal/v1/" + device + b"/status", b'{"v":1,"state":"offline"}')
        session = MqttSession(
            opener(self.board.uplink, self.board.link, broker.host, broker.port, self._tls),
            b"wattseal-" + device, on_message=words.take,
            on_puback=lambda pid, tag: publisher.on_puback(pid, tag), will=will,
            incoming_bytes=1024 if commands or config.update_key else 512,
            keepalive_s=broker.keepalive_s, user=broker.user.encode() or None,
            password=broker.password.encode() or None,
        )  # fmt: skip
        publisher = Publisher(
            session, (MqttError,), self.board.link, self.journal, self.acks, words,
            signer.device_id, self.appended, self.greeting, self.calm, config.ack == "broker",
            _random_below, _log,
        )  # fmt: skip
        publisher.now_ms = self.board.clock.now_ms
        return publisher


def _random_below(limit: int) -> int:
    return int.from_bytes(os.urandom(4), "big") % limit
