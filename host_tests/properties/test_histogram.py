"""Whatever a month was like: no cell of fewer than five, nothing lost, nothing told twice."""

import json

from hypothesis import given
from hypothesis import strategies as st

from wattseal.core import histogram
from wattseal.core.histogram import Histogram, K, merged
from wattseal.core.pricing import zone_rule

BEGIN_S, MONTH_S = 1796079600, 31 * 86400
DECEMBER = 12 * 2026 + 11
ZONE = zone_rule.read("CET-1CEST,M3.5.0,M10.5.0/3")

few = st.tuples(st.integers(0, 12), st.integers(0, 10**6), st.integers(0, 10**5))
stays = st.lists(
    st.tuples(st.integers(0, MONTH_S - 1), st.integers(0, 10**5), st.integers(0, 3000)),
    max_size=60,
)


@given(st.lists(few, min_size=24, max_size=24))
def test_cells_of_k_or_more_side_by_side_and_sums_that_stay(cells):
    kept, rest = merged(cells)
    total = tuple(sum(cell[i] for cell in cells) for i in range(3))
    told = [cell[3:] for cell in kept] + [rest]
    assert all(cell[0] >= K for cell in told[:-1]) and (rest[0] >= K or rest == (0, 0, 0))
    for weekend in (0, 1):
        spans = sorted(cell[1:3] for cell in kept if cell[0] == weekend)
        assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
    summed = tuple(sum(cell[i] for cell in told) for i in range(3))
    if total[0] < K:
        assert not kept and rest == (0, 0, 0)
    else:
        assert summed[0] == total[0]
        # what was in a cell without a stay may go unsaid with its day; a month has none such
        assert summed[1] <= total[1] and summed[2] <= total[2]


@given(stays)
def test_cells_and_rest_are_the_total_of_the_month_and_come_once(rows):
    made = Histogram()
    for second, wh, minutes in rows:
        assert made.add(BEGIN_S + second, BEGIN_S + second, ZONE, wh, minutes)
    packed = made.close(DECEMBER + 1)
    assert made.close(DECEMBER + 1) is None and made.close(DECEMBER + 2) is None
    if not rows:
        assert packed is None
        return
    message = json.loads(histogram.text(packed))
    if len(rows) < K:
        assert message == {"v": 1, "month": "2026-12", "k": K, "few": True}
        return
    told = [*message["cells"], message["rest"]]
    assert sum(cell["n"] for cell in told) == len(rows)
    assert sum(cell["wh"] for cell in told) == sum((wh + 50) // 100 * 100 for _, wh, _ in rows)
    assert sum(cell["occ_min"] for cell in told) == sum(minutes for _, _, minutes in rows)
    assert min(cell["n"] for cell in told if cell["n"]) >= K
