"""More messages than there are packet ids, three times over, through one session."""

import re

import interpreters
import pytest


@pytest.mark.slow
@pytest.mark.parametrize("row", interpreters.found(), ids=lambda row: row[0])
def test_loses_no_acknowledgement_over_200000_messages(row):
    _, interpreter, heap = row
    script = interpreters.ROOT / "host_tests/support/mqtt_marathon.py"
    done = interpreters.run(interpreter, [script], heap)
    assert "acknowledged=200000 bad=0 strays=0" in done.stdout
    used = [int(n) for n in re.search(r"used=\[(.*)\]", done.stdout)[1].split(",")]
    first, last = sorted(used[:5])[2], sorted(used[5:])[2]
    assert last - first <= 2048, used  # one byte kept of each message would make 100,000
