"""Board and configuration -> running objects; the only module that sees every layer. No policy."""

import asyncio
import json
import os
import sys

from wattseal import VERSION
from wattseal.app.connector import Connector
from wattseal.app.greeting import Greeting
from wattseal.app.identity import Desk, Heads
from wattseal.app.live import Live
from wattseal.app.open_sessions import OpenSessions
from wattseal.app.publisher import Publisher
from wattseal.app.recorder import Recorder
from wattseal.app.sampler import MeterPoint, Sampler
from wattseal.app.supervisor import Supervisor
from wattseal.core import config as configuration
from wattseal.core import models
from wattseal.drivers.checkpoint import Checkpoints
from wattseal.drivers.file_journal import FileJournal
from wattseal.drivers.key_file import KeyFault, KeyFileSigner
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_meter import ModbusMeter
from wattseal.drivers.mqtt_link import MqttError
from wattseal.drivers.mqtt_session import MqttSession
from wattseal.drivers.tcp_stream import open_stream

_CONFIG_BYTES = 8192


class StartFault(Exception):
    """The firmware cannot start; the argument is one sentence for the person in front of it."""


def main(board_module: "object") -> None:
    """Run until a task fails. A fault of configuration or key: one sentence, exit status 2."""
    try:
        asyncio.run(_run(board_module))
    except (StartFault, KeyFault, configuration.ConfigError) as fault:
        print("wattseal:", fault)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(0)


async def _run(board_module: "object") -> None:
    config = _load_config(board_module.DATA_DIR + "/config.json")
    board = board_module.build(config)
    signer = KeyFileSigner(board.data_dir + "/device.key", _comb_table(), os.urandom)
    await Firmware(board, config, signer).run()


class Firmware:
    """Everything, wired once."""

    def __init__(self, board: "object", config: "object", signer: "object") -> None:
        self.board = board
        self.journal = FileJournal(board.data_dir + "/journal")
        self.checkpoints = Checkpoints(board.data_dir)
        self.appended = asyncio.Event()
        self.recorder = Recorder(self.journal, signer, os.urandom, self.appended)
        self.open_sessions = OpenSessions(self.journal, self.checkpoints)
        buses = [ModbusBus(serial) for serial in board.serials]
        self.points = [_point(row, buses, board.clock) for row in config.connectors]
        self.samplers = _samplers(config, self.points, board.clock)
        self.connectors = [
            self._connector(row, point, signer, config)
            for row, point in zip(config.connectors, self.points)
        ]
        self.publisher = self._publisher(config, signer)
        self.live = Live(self.connectors, self.publisher, board.clock, config.live_ms)

    async def run(self) -> None:
        self.journal.open()
        self.open_sessions.scan()
        board = self.board
        tasks = list(board.tasks())
        tasks += [part.run() for part in self.samplers + self.connectors]
        tasks += [self.publisher.run(), self.live.run()]
        await Supervisor(tasks, self.samplers, board.watchdog).run()

    def _connector(
        self, row: "object", point: MeterPoint, signer: "object", config: "object"
    ) -> Connector:
        board = self.board
        heads = Heads(row, models.MODELS[row.meter], signer.device_id, VERSION)
        end_samples = max(1, config.end_wait_s * 1000 // board.clock.grid_ms)
        return Connector(
            row, point, board.clock, board.inputs, board.contactor, self.recorder, heads,
            Desk(os.urandom), self.open_sessions, end_samples, _log,
        )  # fmt: skip

    def _publisher(self, config: "object", signer: "object") -> Publisher:
        broker, device = config.broker, signer.device_id.encode()
        publisher = None

        def on_message(topic: bytes, payload: bytes, retained: bool) -> None:
            publisher.on_message(topic, payload, retained)

        def on_puback(pid: int, tag: "object") -> None:
            publisher.on_puback(pid, tag)

        will = (b"wattseal/v1/" + device + b"/status", b'{"v":1,"state":"offline"}')
        session = MqttSession(
            _opener(broker, self.board.data_dir), b"wattseal-" + device, on_message=on_message,
            on_puback=on_puback, keepalive_s=broker.keepalive_s, will=will,
            user=broker.user.encode() or None, password=broker.password.encode() or None,
        )  # fmt: skip
        greeting = Greeting(self.journal, signer, self.samplers, self.board.clock, VERSION)
        publisher = Publisher(
            session, (MqttError,), self.board.link, self.journal, signer.device_id, self.appended,
            greeting, config.ack == "broker", _random_below, _log,
        )  # fmt: skip
        return publisher


def _load_config(path: str) -> "object":
    try:
        with open(path) as file:
            text = file.read(_CONFIG_BYTES + 1)
    except OSError:
        raise StartFault("%s is missing; write one as the README shows" % path)
    if len(text) > _CONFIG_BYTES:
        raise StartFault("%s is longer than %d bytes" % (path, _CONFIG_BYTES))
    try:
        raw = json.loads(text)
    except ValueError:
        raise StartFault("%s is not JSON; check its brackets and quotes" % path)
    return configuration.load(raw, tuple(models.MODELS))


def _comb_table() -> bytes:
    from p256_table import TABLE  # imported late: 16 KB

    return TABLE


def _point(row: "object", buses: list, clock: "object") -> MeterPoint:
    return MeterPoint(ModbusMeter(buses[row.bus], row.unit, models.MODELS[row.meter], clock))


def _samplers(config: "object", points: list, clock: "object") -> list:
    """One sampler for each bus, with the points on it."""
    samplers = []
    for number in range(len(config.buses)):
        mine = [p for p, row in zip(points, config.connectors) if row.bus == number]
        if mine:
            samplers.append(Sampler(mine, clock))
    return samplers


def _opener(broker: "object", data_dir: str) -> "object":
    """What MqttSession calls for a stream: verified TLS, or plain text where accepted."""

    async def opener() -> "object":
        tls = _tls_context(data_dir + "/" + broker.ca) if broker.tls == "required" else None
        return await open_stream(broker.host, broker.port, tls)

    return opener


def _tls_context(ca_path: str) -> "object":
    import tls

    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED
    with open(ca_path, "rb") as file:
        context.load_verify_locations(file.read())
    return context


def _random_below(limit: int) -> int:
    return int.from_bytes(os.urandom(4), "big") % limit


def _log(text: str) -> None:
    print(text)
