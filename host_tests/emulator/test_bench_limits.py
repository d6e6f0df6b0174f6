"""What `make bench` promises of signing and of reading a meter, on the emulated board.

The start's limits are `make emulate`'s too; other figures are told and not judged.
"""

import pytest

from tools.bench_board import board

JUDGED = {
    board.parts: {"sign", "sign_native"},
    board.reading: {"meter_read_overhead", "meter_read_overhead_worst"},
    board.running: {"sign_longest_pause", "sign_native_longest_pause"},
}


@pytest.mark.parametrize("section", JUDGED, ids=lambda section: section.__name__)
def test_no_limit_is_missed(shipped, section, record_property):
    shipped("firmware")  # the very file that the bench reads
    figures = section()
    assert JUDGED[section] <= figures.keys() & board.MOST.keys()
    told = ["%s %.1f of %d ms" % (name, figures[name].value, board.MOST[name])
            for name in sorted(JUDGED[section])]  # fmt: skip
    record_property("board", "%s: %s" % (section.__name__, ", ".join(told)))
    assert board.judge(figures) == []


def test_each_limit_is_judged_here_or_by_make_emulate():
    start = {"boot_to_first_reading_frozen", "boot_to_first_reading_files"}
    assert set().union(*JUDGED.values()) | start == board.MOST.keys()
