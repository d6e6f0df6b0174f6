"""The core suite on the emulated RP2040, a power-on a file: all tests, of long rows a sample."""

import core_on_board
import pytest
import sample


@pytest.fixture(scope="session")  # its tests are spread over all workers
def image(shipped):
    return shipped("firmware")


@pytest.mark.parametrize("test_file", core_on_board.played(), ids=lambda path: path.stem)
def test_every_test_runs_and_is_good(test_file, image, tmp_path, record_property):
    result = core_on_board.run(test_file, core_on_board.flash(test_file, image), tmp_path)
    record_property("board", "%-24s %3d tests, %6.2f simulated s, %6.1f wall s, %7d bytes free" % (
        test_file.name, result.ran, result.simulated_s, result.wall_s, result.free_bytes
    ))  # fmt: skip
    assert result.ran == core_on_board.tests_in(test_file) > 0, result.printed
    assert (result.bad, result.skipped) == (0, 0), result.printed


def test_the_board_s_sample_is_spread_from_the_first_case_to_the_last():
    assert sample.spread(range(100), 4) == [0, 33, 66, 99]
    assert sample.spread("abc", 3) == ["a", "b", "c"]
    assert sample.spread((1, 2), 5) == [1, 2]
    assert sample.of("abc", 2) == "abc"  # this is no board
