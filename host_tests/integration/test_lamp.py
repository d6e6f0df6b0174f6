"""The lamp of the shipped firmware on the unix port: the world is told of each flash."""

import json
import os
import socket
import subprocess
import time

import console_on_pty
import interpreters
import mqtt_peers
import pytest

from tools.firmware_process import interpreter

ENOUGH_S = 45
SLACK_MS = 120  # of a machine that runs other tests beside


def flashes(connection, wanted):
    """Lengths in ms of the flashes told, until `wanted(lengths)` or long enough."""
    lengths, lit_at = [], None
    until = time.monotonic() + ENOUGH_S
    with connection.makefile("r") as lines:
        while time.monotonic() < until and not wanted(lengths):
            told = json.loads(lines.readline())
            if told.get("lamp"):
                lit_at = time.monotonic()
            elif "lamp" in told and lit_at is not None:
                lengths.append(int((time.monotonic() - lit_at) * 1000))
    return lengths


def near(length, ms):
    return abs(length - ms) < SLACK_MS


@pytest.fixture
def world(monkeypatch):
    """accept(): the firmware's connection to the world, which has told it the time."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(ENOUGH_S)
        monkeypatch.setattr(mqtt_peers, "free_port", lambda: listening.getsockname()[1])
        monkeypatch.setenv("WATTSEAL_LAMP", "1")

        def accept():
            connection, _ = listening.accept()
            connection.settimeout(ENOUGH_S)
            now = {"utc_ms": int(time.time() * 1000), "speed": 1}
            connection.sendall(json.dumps(now).encode() + b"\n")
            return connection

        yield accept


@pytest.mark.slow
def test_a_meter_that_does_not_answer_is_one_long_and_one_short_flash(tmp_path, world):
    console_on_pty.provision(tmp_path)
    with console_on_pty.running(tmp_path), world() as connection:

        def unread(lengths):
            return any(
                near(a, 800) and near(b, 200) and near(c, 800)
                for a, b, c in zip(lengths, lengths[1:], lengths[2:])
            )

        lengths = flashes(connection, unread)
        assert unread(lengths), lengths


@pytest.mark.slow
@pytest.mark.parametrize(
    ("missing", "code", "short"),
    [("config.json", "not_configured", 7), ("device.key", "no_key", 4)],
)
def test_a_device_that_cannot_start_says_why_and_shows_it(tmp_path, world, missing, code, short):
    console_on_pty.provision(tmp_path)
    for path in tmp_path.glob(missing + "*"):  # of a key there are two copies
        path.unlink()
    places = [str(interpreters.ROOT / place) for place in console_on_pty.PLACES] + [".frozen"]
    environment = dict(
        os.environ, WATTSEAL_DIR=str(tmp_path),
        WATTSEAL_WORLD="127.0.0.1:%d" % mqtt_peers.free_port(), MICROPYPATH=":".join(places),
    )  # fmt: skip
    master, slave = os.openpty()
    environment["WATTSEAL_SERIAL"] = os.ttyname(slave)
    command = [interpreter(), str(interpreters.ROOT / "firmware/main.py")]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        with world() as connection:
            lengths = flashes(connection, lambda lengths: len(lengths) > short)
        told, _ = process.communicate(timeout=ENOUGH_S)
    finally:
        process.kill()
        os.close(master)
        os.close(slave)
    assert near(lengths[0], 800) and all(near(length, 200) for length in lengths[1:]), lengths
    assert told.endswith(" [%s, blinks 1-%d]\n" % (code, short)), told
    assert process.returncode == 2
