"""kill -9 of the MicroPython that writes a journal: every number it printed is in the files."""

import os
import random
import shutil
import subprocess
import time

import interpreters
import pytest
import scratch_folder

from wattseal.storage import on_files

KILLS = 20
WRITER = """
import sys
from wattseal.storage import on_files

journal = on_files(sys.argv[1], segment_bytes=4096, limit_bytes=1 << 24, keep_acked=1 << 24)
journal.open()
while True:
    number = journal.next
    journal.append(1, b"record %d " % number * 20)
    print(number)
    if number % 7 == 0:
        journal.ack(number - 3)
"""


def written_until_killed(interpreter, script, folder, after_s):
    """The last number that a writer printed, killed so long after its first one."""
    env = dict(os.environ, MICROPYPATH=interpreters.micropypath())
    writer = subprocess.Popen(
        [interpreter, script, folder], env=env, cwd=interpreters.ROOT, stdout=subprocess.PIPE
    )
    first = writer.stdout.readline()
    time.sleep(after_s)
    writer.kill()
    lines = (first + writer.communicate()[0]).split(b"\n")[:-1]  # one without its end was cut
    return int(lines[-1])


@pytest.mark.parametrize("label", ["unix64", "unix32"])
def test_a_killed_writer_loses_no_number_it_was_given(label, tmp_path):
    interpreter = {row[0]: row[1] for row in interpreters.found()}.get(label)
    if not interpreter:
        pytest.skip("no " + label)
    script, folder = tmp_path / "writer.py", scratch_folder.on_host()
    script.write_text(WRITER)
    chance, last = random.Random(label), 0
    try:
        for _ in range(KILLS):
            printed = written_until_killed(interpreter, script, folder, chance.uniform(0.03, 0.15))
            journal = on_files(folder, 4096, 1 << 24, 1 << 24)
            journal.open()
            assert journal.lost == []
            assert journal.next - 1 >= max(printed, last)
            last = journal.next - 1
            journal.close()
        assert last > KILLS
        for number in range(1, last + 1):
            assert journal.read(number) == (1, b"record %d " % number * 20)
    finally:
        shutil.rmtree(folder)
