"""The settings of a unix serial line: a pty takes each again, a wire must refuse."""

import os
import pty
import subprocess

import interpreters
import pytest

from tools.firmware_process import interpreter

SETS = """
import sys
sys.path[:] = [%r, ".frozen"]
from wattseal.hal import unix_serial
line = unix_serial.PtySerial(sys.argv[1])
if sys.argv[2] == "wire":
    line._path = "/dev/null"  # as on a line that is one, whose driver drops the parity
for told in ((9600, "E", 1), (9600, "E", 1), (9600, "O", 1), (9600, "N", 2), (2400, "E", 1)):
    try:
        print(line.set_line(*told))
    except OSError as fault:
        print(fault.errno)
"""


@pytest.mark.parametrize(
    ("kind", "told"), [("pty", ["True"] * 5), ("wire", ["True", "22", "True", "True", "True"])]
)
def test_a_pty_s_parity_is_no_fault_and_a_wire_s_is(kind, told):
    master, slave = pty.openpty()
    try:
        done = subprocess.run(
            [interpreter(), "-c", SETS % str(interpreters.ROOT / "firmware"), os.ttyname(slave),
             kind],
            capture_output=True, text=True, timeout=20,
        )  # fmt: skip
    finally:
        os.close(master)
        os.close(slave)
    assert done.stdout.split() == told, done.stderr
