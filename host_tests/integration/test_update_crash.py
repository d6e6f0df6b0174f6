"""A new version that raises, in its start or after: three starts, and the old one runs again."""

import os

import pytest
import update_crash
import update_versions
from update_crash import Started

from tools.module_archive import pack

FULL = bool(os.environ.get("WATTSEAL_FULL"))


def test_a_version_that_runs_is_the_real_firmware_out_of_its_slot(tmp_path):
    modules = update_versions.modules()
    with Started(tmp_path, modules) as bench:
        bench.put(pack(modules), 2)
        said, runs = bench.start()
        assert runs and "start 1" in said, said
        assert bench.record().running == 2
        update_versions.Slots(bench.slots).confirm()
        said, runs = bench.start()
        assert runs and "start 2" in said, said


@pytest.mark.timeout(7200 if FULL else 600)
def test_each_line_that_raises_is_rolled_back(tmp_path):
    reached, wrong = update_crash.tried(tmp_path, FULL)
    print(f"{reached} lines of {len(update_crash.lines(True))}, {len(wrong)} not rolled back")
    assert not wrong
    assert reached >= 12
