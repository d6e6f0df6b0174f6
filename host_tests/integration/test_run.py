"""`make run` as a user has it: it ends by itself, proves its records, and tells what is wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import interpreters
import mqtt_peers as peers
import pytest
from from_a_terminal import from_a_terminal
from pyocmf import OCMF

from tools import private_key


def command(out, *options):
    return [sys.executable, "-m", "tools.run", "--out", str(out), *map(str, options)]


def start(out, *options, **environment):
    return subprocess.Popen(
        command(out, *options), cwd=interpreters.ROOT, text=True, process_group=0,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **environment},
        preexec_fn=from_a_terminal,
    )  # fmt: skip


def finish(process, timeout=120):
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out, err


def firmware_of(folder):
    """Processes of the firmware whose key and journal lie in `folder`."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"WATTSEAL_DIR={folder}".encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
        except OSError:
            continue  # it has ended meanwhile, or is somebody else's
    return found


def wait_until(condition, timeout_s=30):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def lines(out):
    path = out / "records.jsonl"
    return path.read_text().splitlines() if path.exists() else []


def check_records(out, sessions):
    """By pyocmf alone, from what a stranger would be given: the two files."""
    key = (out / "public_key.hex").read_text().strip()
    kinds = []
    for line in lines(out):
        row = json.loads(line)
        assert set(row) == {"topic", "payload", "received"}
        message = json.loads(row["payload"])
        assert {"v", "id", "device", "connector", "kind", "pg", "ocmf"} <= set(message)
        assert row["topic"] == f"wattseal/v1/{message['device']}/bill/{message['connector']}"
        record = OCMF.from_string(message["ocmf"])
        assert record.verify_signature(key)
        if message["kind"] == "session":
            assert record.check_eichrecht(errors_only=True) == []
        kinds.append(message["kind"])
    assert kinds.count("begin") == kinds.count("session") == sessions


def test_five_sessions_end_by_themselves_delivered_and_verified(tmp_path):
    code, out, err = finish(start(tmp_path, "--count", 5, "--speed", 240))
    assert (code, err) == (0, "")
    rows = json.loads((tmp_path / "summary.json").read_text())
    counts = [rows[name] for name in ("begin_verified", "end_verified", "energy_exact")]
    assert counts == [5, 5, 5] and rows["ok"] and rows["identities_seen"] == 0
    assert len([line for line in out.splitlines() if line.startswith("T")]) == 10
    check_records(tmp_path, 5)


@pytest.mark.parametrize("meter", ["sdm120", "b23", "em580", "iem3155"])
def test_other_meters_are_metered_to_the_last_wh(tmp_path, meter):
    code, _, err = finish(start(tmp_path, "--count", 2, "--speed", 600, "--meter", meter))
    assert (code, err) == (0, "")
    check_records(tmp_path, 2)


@pytest.mark.parametrize("row", interpreters.found()[1:], ids=lambda row: row[0])
def test_the_32_bit_interpreter_meters_the_same(tmp_path, row):
    code, out, err = finish(
        start(tmp_path, "--count", 2, "--speed", 120, WATTSEAL_MICROPYTHON=row[1])
    )
    assert (code, err) == (0, ""), out
    check_records(tmp_path, 2)


BAD = [
    (["--sessions", "nowhere.csv"], {}, "nowhere.csv cannot be read as CSV: No such file"),
    (["--sessions", sys.executable], {}, "cannot be read as CSV"),
    (["--sessions", "/dev/null"], {}, "holds no sessions; the first line must name"),
    (["--meter", "abacus"], {}, "METER=abacus is not known; known: b21"),
    (["--broker", "nonsense"], {}, "BROKER=nonsense names no port; write host:port"),
    (["--broker", "ftp://a:1"], {}, "BROKER is not host:port"),
    (["--broker", "127.0.0.1:1"], {}, "no MQTT broker at mqtt://127.0.0.1:1"),
    (["--broker", "mqtts://127.0.0.1:1"], {}, "needs CA=file"),
    (["--broker", "mqtts://a:1", "--ca", "no.pem"], {}, "CA=no.pem cannot be read: No such file"),
    (["--broker", "a:1", "--ca", "no.pem"], {}, "CA=no.pem is of no use without TLS; write"),
    (["--broker", "mqtts://a:1", "--ca", "README.md"], {}, "holds no certificate in PEM or DER"),
    (["--broker", "mqtt://u:geheim@127.0.0.1:1"], {}, "no MQTT broker at mqtt://127.0.0.1:1"),
    (["--speed", "1.5"], {}, "SPEED=1.5 is no whole number from 1 to 100,000"),
    (["--speed", "0"], {}, "SPEED=0 is no whole number"),
    (["--count", "abc"], {}, "COUNT=abc is no whole number"),
    (["--out", "/dev/null/x"], {}, "OUT=/dev/null/x cannot be written: Not a directory"),
    ([], {"WATTSEAL_MICROPYTHON": "no-python"}, "MICROPYTHON=no-python is no program"),
    ([], {"WATTSEAL_MICROPYTHON": "/bin/true"}, "ends again and again: it said nothing"),
]


@pytest.mark.parametrize(("options", "environment", "sentence"), BAD)
def test_bad_input_gets_one_sentence(tmp_path, options, environment, sentence):
    code, out, err = finish(start(tmp_path, *options, **environment))
    assert code == 2
    assert sentence in err and err.startswith("run: ")
    assert len(err.splitlines()) == 1 and "geheim" not in err
    assert out == ""


def test_a_run_that_cannot_start_keeps_the_last_one_s_results(tmp_path):
    private_key.new(tmp_path / "sealing.key")
    for name in ("records.jsonl", "summary.json", "public_key.hex"):
        (tmp_path / name).write_text("earlier\n")
    earlier = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    code, _, _ = finish(start(tmp_path, "--broker", "127.0.0.1:1"))
    assert code == 2
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == earlier


class TestBrokerThatRefuses:
    pytestmark = peers.NEEDS_MOSQUITTO

    def test_a_wrong_password_is_told_as_such(self, tmp_path):
        with peers.mosquitto(tmp_path, anonymous=False) as (port, _):
            code, _, err = finish(start(tmp_path, "--broker", f"mqtt://u:geheim@127.0.0.1:{port}"))
        assert code == 2 and "does not let us in" in err and "geheim" not in err
        assert len(err.splitlines()) == 1


def test_a_full_disk_is_one_sentence_and_acknowledges_nothing(tmp_path):
    (tmp_path / "records.jsonl").symlink_to("/dev/full")
    code, _, err = finish(start(tmp_path, "--count", 1, "--speed", 240))
    assert code == 2
    assert len(err.splitlines()) == 1 and "No space left on device" in err


@pytest.mark.parametrize(
    ("sign", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGHUP, 130)]
)
def test_a_stop_ends_all_of_it(tmp_path, sign, expected):
    (tmp_path / "tmp").mkdir()
    process = start(tmp_path, "--speed", 20, TMPDIR=str(tmp_path / "tmp"))
    wait_until(lambda: lines(tmp_path))
    folder = next((tmp_path / "tmp").glob("wattseal-*"))
    assert len(firmware_of(folder)) == 1
    process.send_signal(sign)
    code, _, err = finish(process, 20)
    assert (code, err) == (expected, "run: stopped\n")
    assert firmware_of(folder) == [] and not folder.exists()


def test_a_killed_run_leaves_no_firmware_behind(tmp_path):
    process = start(tmp_path, "--speed", 20, TMPDIR=str(tmp_path))
    wait_until(lambda: lines(tmp_path))
    folder = next(tmp_path.glob("wattseal-*"))
    process.kill()
    finish(process)
    wait_until(lambda: firmware_of(folder) == [], 5)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
class TestMosquitto:
    pytestmark = peers.NEEDS_MOSQUITTO

    def test_a_real_broker_delivers_all_of_it(self, tmp_path, secure):
        with peers.mosquitto(tmp_path, secure) as (port, _):
            code, _, err = finish(start(tmp_path, "--count", 3, "--speed", 240,
                                        *broker(tmp_path, port, secure)))  # fmt: skip
        assert (code, err) == (0, "")
        check_records(tmp_path, 3)


@pytest.mark.parametrize("halt", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
class TestBrokerThatFails:
    pytestmark = peers.NEEDS_MOSQUITTO

    def test_everything_arrives_once_it_is_back(self, tmp_path, halt):
        port = peers.free_port()
        with peers.mosquitto(tmp_path, port=port) as (_, first):
            run = start(tmp_path, "--count", 3, "--speed", 120, *broker(tmp_path, port, False))
            wait_until(lambda: len(lines(tmp_path)) >= 2)
            first.send_signal(halt)
            time.sleep(6)
            if halt == signal.SIGSTOP:
                first.send_signal(signal.SIGCONT)
                code, _, err = finish(run)
            else:
                first.wait(10)
                with peers.mosquitto(tmp_path, port=port):
                    code, _, err = finish(run)
        assert (code, err) == (0, "")
        check_records(tmp_path, 3)


def broker(folder, port, secure):
    if not secure:
        return ["--broker", f"127.0.0.1:{port}"]
    return ["--broker", f"mqtts://localhost:{port}", "--ca", folder / "ca.pem"]
