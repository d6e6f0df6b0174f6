"""No flood at the console of the firmware gives a prompt, a late sample or a fuller heap."""

import console_flood
import pytest


@pytest.mark.slow
def test_control_bytes_and_binary_lines_change_nothing(tmp_path):
    outcome = console_flood.played(tmp_path, control=800, lines=60, long_bytes=131072)
    wrong = {what: found for what, found in outcome.wrong().items() if found}
    assert wrong == {}, outcome
    assert outcome.sent == 800
    assert outcome.status["fw"] and min(outcome.used) > 0


def test_what_must_not_be_is_seen():
    bad = console_flood.Outcome(
        prompts=[">>>"], status={"late_max_ms": 140}, busy_ms=20, used=(300000, 303000)
    )
    assert [len(found) for found in bad.wrong().values()] == [1, 1, 1]
    good = console_flood.Outcome(status={"late_max_ms": 120}, busy_ms=20, used=(300000, 299000))
    assert [found for found in good.wrong().values() if found] == []
