"""Runs a process and stops it for moments at random, as a busy machine does; must not end it.

A test that waits so many milliseconds for another task falls over this, and on a build server now
and then.
"""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time

_RUNS_S = 0.005, 0.12
_STOPS_S = 0.03, 0.06, 0.12, 0.25


def run(command, seed, timeout, **options):
    """As subprocess.run; `seed`: of when and for how long."""
    process = subprocess.Popen(command, start_new_session=True, **options)
    with process:
        chance = random.Random(seed)
        threading.Thread(target=_stall, args=(process, chance), daemon=True).start()
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # stopped or not
            raise
    return subprocess.CompletedProcess(command, process.returncode, output)


def _stall(process, chance):
    """Its whole group: an interpreter may be the child of what starts it."""
    while process.returncode is None:
        time.sleep(chance.uniform(*_RUNS_S))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGSTOP)
            time.sleep(chance.choice(_STOPS_S))
            os.killpg(process.pid, signal.SIGCONT)
