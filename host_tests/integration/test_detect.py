"""`detect` on real lines: a pty set from MicroPython, pymodbus' meters, `make detect` as a person
has it."""

import asyncio
import json
import os
import subprocess
import sys
import termios
import tty

import interpreters
import pytest

from tools.own_line import OwnLine
from tools.sim_meter import MeterLine, SimMeter

SERIAL = "20264711"
each_interpreter = pytest.mark.parametrize(
    "interpreter", interpreters.found(), ids=lambda row: row[0]
)
SET = """
import sys
from wattseal.hal.unix_serial import PtySerial
line = PtySerial(sys.argv[1])
try:
    print(line.set_line(int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
except OSError as fault:
    print(fault.errno)
"""


def set_line(tmp_path, interpreter, baud, parity, stop_bits):
    """What a pty's settings are after MicroPython has set them, and what it said."""
    script = tmp_path / "set.py"
    script.write_text(SET)
    master, slave = os.openpty()
    try:
        tty.setraw(slave)
        name = os.ttyname(slave)
        done = interpreters.run(interpreter[1], [script, name, baud, parity, stop_bits])
        return termios.tcgetattr(master), done.stdout.strip()
    finally:
        os.close(master)
        os.close(slave)


@each_interpreter
@pytest.mark.parametrize("baud", [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200])
def test_a_pty_has_the_baud(tmp_path, interpreter, baud):
    told, said = set_line(tmp_path, interpreter, baud, "N", 1)
    assert said == "True"
    assert told[4] == told[5] == getattr(termios, f"B{baud}")
    assert not told[0] & termios.INPCK and not told[2] & termios.CSTOPB
    assert told[2] & termios.CSIZE == termios.CS8


@each_interpreter
@pytest.mark.parametrize(("parity", "odd"), [("E", 0), ("O", termios.PARODD)])
def test_a_pty_knows_that_there_is_a_parity(tmp_path, interpreter, parity, odd):
    told, said = set_line(tmp_path, interpreter, 9600, parity, 2)
    assert said == "True"
    assert told[0] & termios.INPCK
    assert told[2] & termios.PARODD == odd
    assert told[2] & termios.CSTOPB


@each_interpreter
def test_a_baud_that_no_line_has_is_refused(tmp_path, interpreter):
    assert set_line(tmp_path, interpreter, 31250, "N", 1)[1] == "22"


BUILD = """
import sys
sys.path.append("boards/unix")
import board
from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file
try:
    board.build(config_file.load(sys.argv[1]))
except ConfigError as fault:
    print(fault)
"""


@each_interpreter
@pytest.mark.parametrize(
    ("baud", "says"), [(19200, ""), (31250, "cannot be set to 31250 8E2")], ids=["known", "odd"]
)
def test_the_board_sets_the_configured_line(tmp_path, interpreter, baud, says):
    script, config = tmp_path / "build.py", tmp_path / "config.json"
    script.write_text(BUILD)
    bus = {"baud": baud, "parity": "E", "stop_bits": 2}
    config.write_text(json.dumps({
        "version": 1, "buses": [{"host": "127.0.0.1"}, bus],
        "connectors": [{"id": 1, "meter": "sdm630", "bus": 1}],
        "broker": {"host": "b", "tls": "plain-text-accepted"},
    }))  # fmt: skip
    master, slave = os.openpty()
    try:
        name = os.ttyname(slave)
        done = interpreters.run(interpreter[1], [script, config], WATTSEAL_SERIAL=name)
        told = termios.tcgetattr(master)
    finally:
        os.close(master)
        os.close(slave)
    assert says in done.stdout and done.stdout.count("\n") == bool(says), done.stdout
    if not says:
        assert told[4] == told[5] == termios.B19200
        assert told[0] & termios.INPCK and told[2] & termios.CSTOPB


@each_interpreter
@pytest.mark.parametrize("named", ["{0}", "{0},{0}"])
def test_two_buses_need_two_lines(tmp_path, interpreter, named):
    script, config = tmp_path / "build.py", tmp_path / "config.json"
    script.write_text(BUILD)
    config.write_text(json.dumps({
        "version": 1, "buses": [{}, {}],
        "connectors": [{"id": 1, "meter": "b23"}, {"id": 2, "meter": "b23", "bus": 1}],
        "broker": {"host": "b", "tls": "plain-text-accepted"},
    }))  # fmt: skip
    master, slave = os.openpty()
    try:
        lines = named.format(os.ttyname(slave))
        done = interpreters.run(interpreter[1], [script, config], WATTSEAL_SERIAL=lines)
    finally:
        os.close(master)
        os.close(slave)
    told = f"WATTSEAL_SERIAL={lines} must name a line for each of 2 buses, with commas between"
    assert told in done.stdout, done.stdout + done.stderr


def detect(settings, meters, *options, named=True, interpreter=None):
    """(exit code, what `tools.detect --json` says, its errors, the line) on a line of meters."""

    async def scenario():
        line = OwnLine(settings, [meter.unit for meter in meters])
        line.start()
        server = MeterLine(meters, named=named)
        await server.start(line.meter_end)
        path = interpreter[1] if interpreter else ""
        process = await asyncio.create_subprocess_exec(
            *command("--line", line.device_end, "--json", *options), cwd=interpreters.ROOT,
            env=dict(os.environ, WATTSEAL_MICROPYTHON=path),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            out, err = await asyncio.wait_for(process.communicate(), 120)
        finally:
            await server.stop()
            line.stop()
        return process.returncode, json.loads(out or b"{}"), err.decode(), line

    return asyncio.run(scenario())


def command(*options):
    return [sys.executable, "-m", "tools.detect", *options]


@each_interpreter
@pytest.mark.parametrize(
    ("model", "unit", "settings"),
    [("sdm630", 1, (9600, "N")), ("iem3155", 2, (9600, "O")), ("wm3m4", 33, (115200, "N"))],
)
def test_finds_the_meter_at_its_own_settings(model, unit, settings, interpreter):
    meter = SimMeter(model, unit, SERIAL)
    code, told, err, line = detect(settings, [meter], "--wanted", "1", interpreter=interpreter)
    assert code == 0, err
    assert told["line"][:2] == list(settings)
    assert line.asked == settings
    found = told["found"][0]
    assert (found["unit"], found["models"], found["sure"]) == (unit, [model], True)
    assert (found["serial"], found["problems"]) == (SERIAL, [])
    assert found["energy_wh"] == meter.served_energy_mwh() // 1000
    assert (found["voltage_mv"], found["frequency_mhz"]) == (230000, 50000)


@pytest.mark.parametrize(
    ("model", "models"),
    [
        ("gnm3d", ["em340", "gnm3d"]), ("em112", ["em111", "em112"]), ("pro1", ["pro1", "pro380"]),
        ("dsz15d", ["dsz15d"]), ("pzem016", ["pzem004t", "pzem016"]),
    ],
)  # fmt: skip
def test_what_could_be_two_is_never_called_one(model, models):
    meter = SimMeter(model, 1, SERIAL)
    code, told, _, _ = detect((9600, "E"), [meter], "--wanted", "1", named=False)
    found = told["found"][0]
    assert (code, found["sure"], found["problems"]) == (1, False, [])
    assert sorted(found["models"]) == models
    assert "could be" in " ".join(told["sentences"])


def test_several_meters_on_one_bus_find_their_connectors(tmp_path):
    meters = [SimMeter("b23", 2, "1"), SimMeter("em330", 7, "2"), SimMeter("gnm3d", 9, "3")]
    config = tmp_path / "config.json"
    text = (
        '{"version": 1,\n "connectors": [{"id": 1, "meter": "sdm630", "unit": 2}, '
        '{"id": 2, "meter": "b24", "unit": 7}, {"id": 3, "meter": "gnm3d", "unit": 3}],\n'
        ' "broker": {"host": "b", "tls": "plain-text-accepted"}}\n'
    )
    config.write_text(text)
    code, told, err, _ = detect((19200, "E"), meters, "--config", str(config), named=False)
    assert code == 0, (told, err)
    assert told["sentences"][-1] == "the configuration is written; restart to use it"
    written = json.loads(config.read_text())
    expected = json.loads(text)
    expected["buses"] = [{"baud": 19200, "parity": "E", "stop_bits": 1}]
    expected["connectors"][0] |= {"meter": "b23"}
    expected["connectors"][1] |= {"meter": "em330"}
    expected["connectors"][2] |= {"unit": 9}
    assert written == expected
    assert config.read_text().startswith(
        '{"version": 1,\n "connectors": [{"id": 1, "meter": "b23"'
    )


BUSES = """{"version": 1, "buses": [{"host": "127.0.0.1"}, %s],
 "connectors": [{"id": 1, "meter": "em24e1"}, {"id": 2, "meter": "b23", "bus": 1}],
 "broker": {"host": "b", "tls": "plain-text-accepted"}}
"""


def test_writes_the_configured_model_into_the_first_bus_that_is_a_line(tmp_path):
    config = tmp_path / "config.json"
    config.write_text(BUSES % "{}")
    meters = [SimMeter("sdm630", 1, SERIAL)]
    options = "--config", str(config), "--wanted"
    code, told, err, _ = detect((9600, "E"), meters, *options, "1")
    assert code == 1 and told["sentences"][-1] == "nothing was written", (told, err)
    meters.append(SimMeter("b23", 4, SERIAL))  # the other one is somebody else's
    code, told, err, _ = detect((9600, "E"), meters, *options, "2")
    assert code == 0, (told, err)
    assert "connector 2: unit 4, b23" in told["sentences"]
    expected = json.loads(BUSES % '{"baud": 9600, "parity": "E", "stop_bits": 1}')
    expected["connectors"][1] |= {"meter": "b23", "unit": 4}
    assert json.loads(config.read_text()) == expected


def test_a_configuration_without_a_line_is_one_sentence(tmp_path):
    config = tmp_path / "config.json"
    text = BUSES % '{"host": "127.0.0.2"}'
    config.write_text(text)
    code, _, err, _ = detect((9600, "E"), [SimMeter("b23", 1, SERIAL)], "--config", str(config))
    assert (code, err.count("\n")) == (2, 1), err
    assert "detect is for serial lines" in err
    assert config.read_text() == text


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "say which line"),
        (["--line", "/dev/no-such-port"], "there is no serial port"),
        (["--line", "sim:abacus"], "known models: b21"),
        (["--line", "/dev/null"], "LINE=/dev/null is no serial port"),
        (["--line", "tcp:127.0.0.1:1"], "cannot be opened"),
        (["--line", "sim:sdm630", "--config", "none.json"], "none.json is missing"),
    ],
)
def test_what_is_wrong_is_one_sentence(options, says):
    done = subprocess.run(
        command(*options), cwd=interpreters.ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert says in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_a_simulated_meter_to_try_it_with():
    done = subprocess.run(
        command("--line", "sim:b23", "--wanted", "1"), cwd=interpreters.ROOT, capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "b23" in done.stdout and "the line is 19200 8E1" in done.stdout
