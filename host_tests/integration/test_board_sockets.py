"""Over sockets whose `setblocking` undoes a timeout no deadline is lost and nothing waits."""

import json
import os
import subprocess

import interpreters
import pytest

LOGIN = "no MQTT login within 200 ms"
FULL = "the broker took no data for 200 ms"
ENDS = {  # peer: what the device says of it, and not before how many ms
    "black_hole": (LOGIN, 200),
    "no_connack": (LOGIN, 200),
    "stalled_handshake": (LOGIN, 200),
    "tls_no_connack": (LOGIN, 200),
    "full_window": (FULL, 200),
    "tls_full_window": (FULL, 200),
    "silent": ("the broker is silent", 1000),
}


def played(interpreter, name):
    script = interpreters.ROOT / "host_tests/support/board_sockets.py"
    places = [str(interpreters.ROOT / part) for part in ("firmware", "build/lib")]
    done = subprocess.run(
        [interpreter, str(script), name], capture_output=True, text=True, timeout=60,
        env=dict(os.environ, MICROPYPATH=":".join([*places, ".frozen"])),
    )  # fmt: skip
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("row", interpreters.found(), ids=lambda row: row[0])
@pytest.mark.parametrize("name", ENDS)
def test_each_deadline_is_kept_and_no_call_may_wait(row, name):
    told = played(row[1], name)
    sentence, least_ms = ENDS[name]
    assert told["error"] == sentence, told
    assert told["took_ms"] >= least_ms, told
    assert told["blocking"] == [], told
    assert told["closed"], told
    assert told["steps"] >= 5, told  # others had their turn meanwhile
