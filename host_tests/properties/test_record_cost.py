"""Any session under any tariff: a record's cost follows from its bytes, however it was cut."""

import json
import random

from four_elements import TEXT
from hypothesis import given
from hypothesis import strategies as st
from random_prices import Drawn

from wattseal.core import ocmf
from wattseal.core.entry import Entry
from wattseal.core.pricing import record_cost
from wattseal.core.pricing.json_text import write
from wattseal.core.pricing.loading import load

HEAD = ocmf.Head("Wattseal", "w1", "0", "E", "S", "1", "", "EVSEID", "1")
WHO = ocmf.Identification(True, "VERIFIED", ["RFID_NONE"], "LOCAL", "00ff")
PIECES = st.lists(
    st.tuples(st.integers(1, 20000), st.integers(0, 30000), st.sampled_from("CCPS")),
    min_size=1, max_size=12,
)  # fmt: skip


def record(begin_ms, pieces, states, ef):
    """(entries, rows) of a session that lasted for these pieces: seconds, Wh, state."""
    rows, offset_s, register_wh = [], 0, 1000
    for seconds, wh, state in pieces:
        rows.append([offset_s, wh, state])
        offset_s += seconds
        register_wh += wh
    end_ms = begin_ms + 1000 * offset_s
    end = Entry(end_ms, states[1], "L", register_wh, ef, "G")
    return [Entry(begin_ms, states[0], "B", 1000, "", "G"), end], rows


@given(
    st.integers(0, 1 << 32), PIECES, st.sampled_from(("SS", "SR", "US")),
    st.sampled_from(("", "", "t")), st.integers(0, 999),
)  # fmt: skip
def test_the_cost_follows_from_the_bytes(seed, pieces, states, ef, part_ms):
    drawn = Drawn(random.Random(seed))
    tariff = drawn.tariffs[0][1]
    entries, rows = record(drawn.start_s * 1000 + part_ms, pieces, states, ef)
    priced = record_cost.of(tariff, entries, rows)
    text = ocmf.payload(HEAD, 1, WHO, entries, [("XS", rows), ("XC", priced)])
    read = json.loads(text)
    told = [
        Entry(*ocmf.parse_time(row["TM"]), row["TX"], row["RV"], row["EF"], row["ST"])
        for row in read["RD"]
    ]
    again: list[bytes] = []
    write(record_cost.of(tariff, told, read["XS"]), again.append)
    assert text.endswith('"XC":%s}' % b"".join(again).decode())
    energy_mwh = sum(line[2] for line in priced["lines"] if line[1] == "E")
    steps = any("s" in c for e in tariff.elements for c in e["pc"])
    assert steps or energy_mwh <= 1000 * sum(row[1] for row in rows)
    if ef or states == "US":
        assert not [line for line in priced["lines"] if line[1] in "TP"]


@given(st.integers(1600000000, 2000000000), PIECES, st.data())
def test_a_reading_more_changes_nothing_where_prices_do_not(start_s, pieces, data):
    values = json.loads(TEXT)
    del values["el"][0]  # the day's price
    tariff = load(json.dumps(values).encode())
    entries, rows = record(start_s * 1000, pieces, "SS", "")
    at = data.draw(st.integers(0, len(pieces) - 1))
    seconds, wh, state = pieces[at]
    cut_s, cut_wh = data.draw(st.integers(0, seconds)), data.draw(st.integers(0, wh))
    halves = [(cut_s, cut_wh, state), (seconds - cut_s, wh - cut_wh, state)]
    _, more = record(start_s * 1000, pieces[:at] + halves + pieces[at + 1 :], "SS", "")
    assert record_cost.of(tariff, entries, more) == record_cost.of(tariff, entries, rows)
