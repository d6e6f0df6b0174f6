"""The lamp of the shipped firmware on the unix port: the world is told of each flash."""

import json
import socket
import time

import console_on_pty
import mqtt_peers
import pytest

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


@pytest.mark.slow
def test_a_meter_that_does_not_answer_is_one_long_and_one_short_flash(tmp_path, monkeypatch):
    console_on_pty.provision(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as world:
        world.settimeout(ENOUGH_S)
        monkeypatch.setattr(mqtt_peers, "free_port", lambda: world.getsockname()[1])
        monkeypatch.setenv("WATTSEAL_LAMP", "1")
        with console_on_pty.running(tmp_path):
            connection, _ = world.accept()
            with connection:
                connection.settimeout(ENOUGH_S)
                now = {"utc_ms": int(time.time() * 1000), "speed": 1}
                connection.sendall(json.dumps(now).encode() + b"\n")

                def unread(lengths):
                    return any(
                        near(a, 800) and near(b, 200) and near(c, 800)
                        for a, b, c in zip(lengths, lengths[1:], lengths[2:])
                    )

                lengths = flashes(connection, unread)
                assert unread(lengths), lengths
