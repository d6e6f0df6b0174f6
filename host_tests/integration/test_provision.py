"""`make provision` and `make console` as a newcomer runs them: pexpect types at a pty."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time

import console_on_pty
import interpreters
import pexpect
import pytest
from from_a_terminal import from_a_terminal
from host_tool import tool

from tools import keys
from tools.firmware_process import interpreter
from tools.provision.device import Device, ProvisionFault
from tools.provision.unix_port import UnixPort

SECRET = "hunter2-at-the-broker"


@pytest.fixture(scope="module")
def commissioned(tmp_path_factory):
    """(folder, what the terminal showed, seconds): Enter to each question, for the defaults."""
    folder = tmp_path_factory.mktemp("provision")
    command = ["-m", "tools.provision", "--data", str(folder / "data"), "--out", str(folder)]
    began = time.monotonic()
    child = pexpect.spawn(
        sys.executable, command, cwd=str(interpreters.ROOT), timeout=30, encoding="utf-8",
        dimensions=(60, 100), env=dict(os.environ, PYTHONPATH=".", TERM="dumb"),
        preexec_fn=from_a_terminal,
    )  # fmt: skip
    shown, asked = "", []
    child.expect(r"Port.*: ")
    child.sendline("unix")
    while True:
        at = child.expect([r"\n  (\w+)[^\n]*\)[^\n]{0,6}: ", pexpect.EOF])
        shown += child.before + (child.after if at == 0 else "")
        if at:
            break
        asked.append(child.match[1])
        child.sendline("tools/tariffs/four_elements.json" if asked[-1] == "tariff" else "")
    child.close()
    return folder, shown, asked, time.monotonic() - began, child.exitstatus


def test_from_nothing_to_a_verified_status_in_under_a_minute(commissioned):
    folder, shown, asked, took_s, status = commissioned
    assert status == 0, shown
    assert took_s < 60
    assert asked == [
        "meters", "connectors", "p_max_w", "broker", "user", "time_server", "tariff", "keys",
    ]  # fmt: skip
    assert "status received: online" in shown and "✗" not in shown


def test_the_key_is_the_devices_and_the_report_is_true(commissioned):
    folder, shown = commissioned[:2]
    key = keys.read(folder / "data/device.key")
    page = (folder / f"{key.device_id}.html").read_text()
    text = (folder / f"{key.device_id}.txt").read_text()
    for told in (key.device_id, key.fingerprint, "20264711", "sdm630", "all checks passed"):
        assert told in page
    assert key.fingerprint in shown and key.fingerprint in text and "[ ]" not in text
    config = json.loads((folder / "data/config.json").read_text())
    assert config["connectors"][0]["unit"] == 2 and config["buses"][0]["parity"] == "E"


def test_nothing_secret_is_shown_or_in_the_report(commissioned):
    folder, shown = commissioned[:2]
    private = keys.private(folder / "data/device.key").hex()
    levels = [path.read_text().strip() for path in folder.glob("*.key")]
    assert len(levels) == 3
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("*.key"))
    told = shown + "".join(p.read_text() for p in [*folder.glob("*.html"), *folder.glob("*.txt")])
    for secret in (private, *levels):
        assert secret not in told.lower()


def test_what_the_device_keeps_on_this_machine_is_its_owners_alone(commissioned, tmp_path):
    data = commissioned[0] / "data"
    held = [data / name for name in ("device.key", "device.key.2", "config.json")]
    assert all(path.exists() for path in held)
    assert [path.name for path in [data, *held] if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize(("holds", "mode"), [("device.key", 0o700), ("another's", 0o755)])
def test_a_device_that_is_there_is_shut_and_another_folder_is_not(tmp_path, holds, mode):
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data" / holds).touch()
    with UnixPort(tmp_path / "data", "", 0):
        assert (tmp_path / "data").stat().st_mode & 0o777 == mode


def test_a_second_time_keeps_key_and_configuration(commissioned, tmp_path):
    folder = commissioned[0]
    before = {path: path.read_bytes() for path in (folder / "data").glob("*.*") if path.is_file()}
    (tmp_path / "a.toml").write_text("meters = 1\n")
    words = ("--port", "unix", "--from", tmp_path / "a.toml", "--data", folder / "data")
    done = tool("provision", *words, "--out", tmp_path)
    assert done.returncode == 2 and "nothing was changed" in done.stderr
    for name in ("device.key", "device.key.2", "config.json"):
        path = folder / "data" / name
        assert path.read_bytes() == before.get(path, path.read_bytes())


def test_a_password_of_the_file_is_on_the_device_alone(tmp_path):
    answers = f'board = "unix"\nreplace = true\nuser = "charger"\npassword = "{SECRET}"\n'
    (tmp_path / "a.toml").write_text(answers)
    words = ("--port", "unix", "--from", tmp_path / "a.toml", "--data", tmp_path / "data")
    done = tool("provision", *words, "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["good"] is True
    assert json.loads((tmp_path / "data/config.json").read_text())["broker"]["password"] == SECRET
    told = done.stdout + done.stderr
    told += "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert SECRET not in told


def test_wrong_answers_are_one_sentence(tmp_path):
    for text, why in (
        ("colour = 1", "colour is no answer that is known"),
        ("meters = 9", "meters: a whole number from 0 to 8"),
        ('tariff = "none.json"', "none.json"),
        ("meters", "is no TOML"),
    ):
        (tmp_path / "a.toml").write_text(text + "\n")
        words = ("--port", "unix", "--from", tmp_path / "a.toml", "--data", tmp_path / "data")
        done = tool("provision", *words, "--out", tmp_path / "out")
        assert done.returncode == 2 and why in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "data/config.json").exists()


def test_a_meter_that_does_not_say_for_sure_is_named_by_a_person(tmp_path):
    """By its first match a pac2200 would be billed by the registers of a dsz15d."""
    words = ("--port", "unix", "--meter", "pac2200", "--from", tmp_path / "a.toml")
    words += ("--data", tmp_path / "data", "--out", tmp_path / "out")
    model, serial = 'meter_model = "pac2200"\n', 'meter_serial = "LMV 0042"\n'
    for told, why in (
        ("", "dsz15d or pac2200 is wanted"),
        ('meter_model = "sdm630"\n', "dsz15d or pac2200 is wanted"),
        (model, "meter_serial: one is wanted"),
    ):
        (tmp_path / "a.toml").write_text("replace = true\n" + told)
        done = tool("provision", *words)
        assert done.returncode == 2 and why in done.stderr, done.stderr
        assert not (tmp_path / "data/config.json").exists()
    (tmp_path / "a.toml").write_text("replace = true\n" + model + serial)
    done = tool("provision", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    config = json.loads((tmp_path / "data/config.json").read_text())
    (connector,) = config["connectors"]
    assert (connector["meter"], connector["serial"]) == ("pac2200", "LMV 0042")
    (report,) = (tmp_path / "out").glob("w*.txt")
    assert "pac2200, as it was named" in report.read_text()
    assert "register -" in report.read_text()  # it was read as a dsz15d's


def test_meters_that_give_pulses_are_told_by_a_person(tmp_path):
    words = ("--port", "unix", "--from", tmp_path / "a.toml", "--data", tmp_path / "data")
    answers = "meters = 0\nconnectors = [1, 2]\nimp_per_kwh = 1600\n"
    (tmp_path / "a.toml").write_text(answers)
    done = tool("provision", *words, "--out", tmp_path)
    assert done.returncode == 2 and "2 are wanted, with commas" in done.stderr, done.stderr
    (tmp_path / "a.toml").write_text(answers + 'meter_serial = ["7001", "7002"]\n')
    done = tool("provision", *words, "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads((tmp_path / "data/config.json").read_text())["connectors"]
    assert [(row["meter"], row["imp_per_kwh"], row["serial"]) for row in rows] == [
        ("s0", 1600, "7001"), ("s0", 1600, "7002"),
    ]  # fmt: skip
    (report,) = tmp_path.glob("w*.txt")
    assert "S0, 1600 pulses for a kWh" in report.read_text()


def test_the_example_is_a_file_of_answers(tmp_path):
    (tmp_path / "a.toml").write_text(tool("provision", "--example").stdout)
    told = (tmp_path / "a.toml").read_text()
    assert "# The MQTT broker?" in told and 'meters = "1"' in told


def test_a_device_without_firmware_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    with UnixPort(tmp_path / "data", "", 0) as unix:
        unix._environment["MICROPYPATH"] = str(tmp_path / "empty")
        unix.wait_for_commands()
        device = Device(unix.port, resume=True)
        with pytest.raises(ProvisionFault, match="the firmware there is none"):
            device.run("import wattseal")
        device.close()


@contextlib.contextmanager
def console(folder, *words):
    with console_on_pty.running(folder) as port:
        command = ["-m", "tools.console", "open", "--port", port, *[str(word) for word in words]]
        child = pexpect.spawn(
            sys.executable, command, cwd=str(interpreters.ROOT), timeout=20, encoding="utf-8",
            env=dict(os.environ, PYTHONPATH=".", TERM="dumb"),
            preexec_fn=from_a_terminal,
        )  # fmt: skip
        yield child, port
        child.close(force=True)


def test_the_console_shows_unlocks_and_leaves_in_silence(tmp_path):
    name = console_on_pty.provision(tmp_path)
    made = tool("console", "keys", tmp_path / "device.key", "--out", tmp_path / "levels")
    assert made.returncode == 0, made.stderr
    with console(tmp_path, "--key", tmp_path / f"levels/{name}-level-1.key") as (child, port):
        child.expect("Ctrl-C leaves")
        child.sendline("show")
        child.expect("fw .*connector 1")
        child.sendline("unlock 1")
        child.expect("level 1, until ten minutes")
        child.sendline("selftest")
        child.expect("key good")
        child.send("half a li")
        child.sendintr()
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
        # Had anything of that line, or the Ctrl-C, been sent, it would be part of this one.
        done = tool("console", "open", "--port", port, "-c", "status", "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)["told"]
        assert any(isinstance(row, dict) and row["state"] == "offline" for row in told)
        done = tool("console", "open", "--port", port, "-c", "no-such-word")
        assert done.returncode == 1 and re.search("^commands: ", done.stdout, re.M)
        done = tool("console", "open", "--port", port, "-c", "help")
        assert done.returncode == 0 and re.search("^(help |commands: )", done.stdout, re.M)


def test_a_key_that_was_made_is_not_made_again(tmp_path):
    """The interpreter itself, without mpremote: the same module as on a board."""
    places = [str(interpreters.ROOT / p) for p in ("firmware", "build/comb")]
    source = (
        "import os\nfrom p256_table import TABLE\nfrom wattseal.drivers import key_making\n"
        "key_making.make('device.key', TABLE, os.urandom)\n"
    )
    run = [interpreter(), "-c", source]
    environment = dict(os.environ, MICROPYPATH=":".join([*places, ".frozen"]))
    assert subprocess.run(run, cwd=tmp_path, env=environment).returncode == 0
    before = keys.read(tmp_path / "device.key")
    again = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert again.returncode != 0 and "never overwritten" in again.stderr + again.stdout
    assert keys.read(tmp_path / "device.key") == before
