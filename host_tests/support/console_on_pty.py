"""The firmware as it is shipped, on the unix port with its console on a pty; CPython only."""

import contextlib
import json
import os
import pty
import subprocess
import tty

import interpreters
import mqtt_peers

from tools import keys
from tools.firmware_process import interpreter

PLACES = ("firmware", "boards/unix", "build/lib", "build/comb")


def provision(folder):
    """Configuration and key of a device that finds no broker; returns its id."""
    config = {
        "version": 1,
        "connectors": [{"id": 1, "meter": "sdm630"}],
        "broker": {
            "host": "127.0.0.1",
            "port": mqtt_peers.free_port(),
            "tls": "plain-text-accepted",
        },
    }
    (folder / "config.json").write_text(json.dumps(config))
    return keys.new(folder / "device.key")


@contextlib.contextmanager
def running(folder, meters_on=""):
    """The path of its console. The firmware is given the master: the slave is the cable's end.
    `meters_on`: the device's end of a serial line, "" for one without a meter."""
    pairs = [pty.openpty(), pty.openpty()]
    for _, slave in pairs:
        tty.setraw(slave)
    console, meters = pairs
    places = [*(str(interpreters.ROOT / place) for place in PLACES), ".frozen"]
    environment = dict(
        os.environ, WATTSEAL_DIR=str(folder), WATTSEAL_SERIAL=meters_on or os.ttyname(meters[1]),
        WATTSEAL_WORLD=f"127.0.0.1:{mqtt_peers.free_port()}", WATTSEAL_CONSOLE="1",
        MICROPYPATH=":".join(places),
    )  # fmt: skip
    process = subprocess.Popen(
        [interpreter(), str(interpreters.ROOT / "firmware/main.py")],
        env=environment, stdin=console[0], stdout=console[0], stderr=subprocess.STDOUT,
        process_group=0,
    )  # fmt: skip
    try:
        running.pid = process.pid
        yield os.ttyname(console[1])
        assert process.poll() is None, "the firmware has ended"
    finally:
        process.kill()
        process.wait()
        for end in (end for pair in pairs for end in pair):
            os.close(end)
