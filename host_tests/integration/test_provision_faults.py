"""`make provision`, `make deploy` where something is wrong: one sentence, and a board let go."""

import contextlib
import signal
import subprocess
import sys
import time

import board_on_pty
import interpreters
import pytest
import serial
from from_a_terminal import from_a_terminal
from host_tool import tool

PICO, PICO_W = "Raspberry Pi Pico with RP2040", "Raspberry Pi Pico W with RP2040"
# A tree that is slow to put and quick to stage.
STAGED = """
import sys, typer
from tools import deploy
from tools.provision import __main__ as provision
deploy.staged = lambda board: ({"modules.archive": bytes(300000)}, [])
name = sys.argv.pop(1)
typer.run(deploy.main if name == "deploy" else provision.main)
"""
GIVEN = 'board = "RPI_PICO"\nbroker = "broker.local:1883"\n'


@pytest.fixture
def provision(tmp_path):
    """(answers, port) -> the finished command"""

    def run(answers, port):
        (tmp_path / "a.toml").write_text(answers)
        return tool("provision", "--port", port, "--from", tmp_path / "a.toml", "--out", tmp_path)

    return run


@pytest.fixture(params=["provision", "deploy"])
def putting(request, tmp_path):
    """(the command's name, port -> the command while it puts files there)"""
    (tmp_path / "a.toml").write_text(GIVEN)
    words = ["--from", str(tmp_path / "a.toml"), "--out", str(tmp_path)]
    words = words if request.param == "provision" else ["--board", "RPI_PICO"]

    def start(port):
        return subprocess.Popen(
            [sys.executable, "-c", STAGED, request.param, "--port", port, *words],
            cwd=interpreters.ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            preexec_fn=from_a_terminal,
        )  # fmt: skip

    return request.param, start


def assert_one_sentence(done, why, status=2, name="provision"):
    assert (done.returncode, why in done.stderr) == (status, True), done.stderr + done.stdout
    told = done.stderr.strip().splitlines()
    assert len(told) == 1 and told[0].startswith(f"{name}: "), done.stderr


@pytest.fixture
def flash(tmp_path):
    folder = tmp_path / "flash"
    folder.mkdir()
    return folder


def test_another_board_than_the_named_gets_nothing(provision, flash):
    with board_on_pty.plugged(flash, "Generic ESP32 module with ESP32") as board:
        done = provision(GIVEN, board.port)
        seen = board.seen
    assert_one_sentence(done, "RPI_PICO has a RP2040, and this is: Generic ESP32 module")
    assert "name ESP32_GENERIC" in done.stderr
    assert list(flash.iterdir()) == [], "something was put there"
    assert b"machine.reset()" in seen, "it is left at its prompt"


def wait_for(board, typed, process):
    while typed not in board.seen and process.poll() is None:
        time.sleep(0.002)


def finished(process):
    said = process.communicate(timeout=90)
    return subprocess.CompletedProcess("", process.returncode, *said)


@pytest.mark.parametrize("when", [b"FOLDERS", b"modules.archive.new"])
def test_a_cable_pulled_in_the_middle_is_one_sentence(putting, flash, when):
    name, start = putting
    with board_on_pty.plugged(flash, PICO) as board:
        process = start(board.port)
        wait_for(board, when, process)
        board.unplug()
        assert_one_sentence(finished(process), "gave up", name=name)


def test_ctrl_c_lets_the_board_go(putting, flash):
    name, start = putting
    with board_on_pty.plugged(flash, PICO) as board:
        process = start(board.port)
        wait_for(board, b"modules.archive.new", process)
        process.send_signal(signal.SIGINT)
        assert_one_sentence(finished(process), "stopped", 130, name)
        assert b"machine.reset()" in board.seen, "it is left at its prompt"


@contextlib.contextmanager
def busy(port):
    with serial.Serial(port, exclusive=True):
        yield


@pytest.mark.parametrize(
    ("port", "why"),
    [
        ("/dev/no-such-device", "there is none"),
        ("/dev/null", "another program uses it, or it is no serial port"),
        ("/etc/passwd", "it is no serial port"),
    ],
)
def test_a_port_that_cannot_be_used_is_one_sentence(provision, port, why):
    assert_one_sentence(provision(GIVEN, port), why)
    done = tool("console", "open", "--port", port, "-c", "status")
    assert_one_sentence(done, why, name="console")


def test_a_port_that_another_program_uses_is_one_sentence(provision, flash):
    with board_on_pty.plugged(flash, PICO) as board, busy(board.port):
        assert_one_sentence(provision(GIVEN, board.port), "another program uses it")
        done = tool("console", "open", "--port", board.port, "-c", "status")
        assert_one_sentence(done, "another program uses it", name="console")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ("meters = 1\n", "broker is missing. The MQTT broker?"),
        ("brocker = 'x:1'\n", "brocker is no answer that is known; broker is"),
        ("broker = 'mqtts://x'\nca = 'README.md'\n", "README.md holds no certificate"),
        ("broker = 'mqtts://x'\nca = 'LEAF'\n", "is no authority's"),
        ("broker = 'x'\n", "a.toml: broker: x names no port"),
        ("broker = 'ftp://x'\n", "broker: it is not host:port"),
        ("broker = ''\n", "broker: host:port without TLS or mqtts://host:port with it is wanted"),
        ("broker = 'a b:1'\n", "broker: a host's name"),
        ("broker = 'x:0'\n", "broker: a port from 1 to 65535 is wanted"),
        ("broker = 'mqtt://%C3%BC@x'\n", "broker: of its user: it must be ASCII"),
        ("broker = 'mqtts://x'\nca = 'gone'\n", "ca: gone is not there; the broker's operator"),
        ("broker = 'x:1'\nuser = 'ü'\n", "user: it must be ASCII"),
        ("broker = 'x:1'\npassword = 'passwört'\n", "password: it must be ASCII"),
        ("broker = 'x:1'\npassword = 'of nobody'\n", "password: it is of no user; give user"),
        ("broker = 'x:1'\nwifi_ssid = 'Höfe'\n", "wifi_ssid: it must be ASCII"),
        (f"broker = 'x:1'\nwifi_password = '{'x' * 64}'\n", "wifi_password: it must be a text"),
        ("broker = 'x:1'\ntime_server = 'a b'\n", "time_server: a host's name"),
        ("broker = 'x:1'\nmeter_serial = 'A|B'\n", "meter_serial: 50 characters of ASCII"),
        ("broker = 'x:1'\nmeters = 2\nconnectors = 1\n", "connectors: 2 meters are on the"),
        ("broker = 'x:1'\nmeters = 0\n", "meter_serial: one is wanted"),
        ("broker = 'x:1'\nmeters = 0\nmeter_serial = 7\nimp_per_kwh = 9999\n", "too long for"),
        ("broker = 'x:1'\nmeters = 0\nmeter_serial = 7\nimp_per_kwh = 10\n", "is too short"),
        ("broker = 'x:1'\nboard = 'unix'\n", "board: one of these is wanted: ESP32"),
        ("broker = 'x:1'\nboard = 'RPI_PICO_W'\n", "wifi_ssid is missing"),
        (GIVEN + "connectors = '1,2,3'\n", "connectors: this board has pins for 2 connectors"),
        ("broker = 'x:1'\ntariff = 'tools/emulator/package.json'\n", "tariff: "),
    ],
)
def test_answers_are_judged_before_the_port_is_opened(provision, tmp_path, answers, why):
    if "LEAF" in answers:
        assert tool("pki", "init", tmp_path / "pki", "--host", "localhost").returncode == 0
        answers = answers.replace("LEAF", str(tmp_path / "pki/broker.pem"))
    assert_one_sentence(provision(answers, "/dev/no-such-device"), why)


def test_a_wi_fi_board_needs_its_name_before_anything_is_put(provision, flash):
    with board_on_pty.plugged(flash, PICO_W) as board:
        done = provision(GIVEN.replace("RPI_PICO", "RPI_PICO_W"), board.port)
    assert_one_sentence(done, "wifi_ssid is missing")
    assert list(flash.iterdir()) == []


def test_a_named_board_is_not_this_machine(tmp_path):
    data = tmp_path / "data"
    (tmp_path / "a.toml").write_text('replace = true\nboard = "RPI_PICO_W"\n')
    words = ("--port", "unix", "--data", data, "--from", tmp_path / "a.toml", "--out", tmp_path)
    assert_one_sentence(tool("provision", *words), "a.toml: board: PORT=unix is no such board")
    assert not data.exists()


@pytest.mark.parametrize(
    ("out", "why"), [("a.toml", "it is no folder"), ("a.toml/x", "Not a directory")]
)
def test_where_nothing_can_be_written_nothing_is_begun(tmp_path, out, why):
    """The keys of the console's levels would leave the device for nobody."""
    (tmp_path / "a.toml").write_text("meters = 1\n")
    words = ("--port", "unix", "--data", tmp_path / "data", "--from", tmp_path / "a.toml")
    done = tool("provision", *words, "--out", tmp_path / out)
    assert_one_sentence(done, f"{out} cannot be written ({why}); name another")
    assert not (tmp_path / "data").exists()
