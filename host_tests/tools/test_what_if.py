"""Past sessions under other tariffs: prices that are the firmware's, estimates that say so."""

import json

import loose_bills as loose
import priced_records as priced
import pytest
from four_elements import VALUES
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.bills import judged, recompute
from tools.what_if import comparison, hints, repricing
from wattseal.core.pricing import loading, record_cost

EVENING_MS = priced.FROM_MS + 13 * 3600000  # 21:00 in Berlin, an hour before the night's price


def tariff(elements, **changes):
    return loading.load(json.dumps({**VALUES, "id": "other", "el": elements, **changes}).encode())


def energy(price, **restrictions):
    element = {"pc": [{"d": "E", "p": price, "v": 19000}]}
    return {**element, "re": restrictions} if restrictions else element


DEAR_DAY = tariff([energy(8000, t0=360, t1=1320), energy(2000)])
FLAT_RATE = tariff([energy(4000)])


def signed(*bills):
    return comparison.sessions(judged.Records(list(bills)))


def only(number=1, **parts):
    (found,) = signed(loose.judged_bill(number, **parts)).signed
    return found


def test_a_session_is_priced_anew_as_the_firmware_would():
    was = only()
    now = repricing.under(was, FLAT_RATE)
    assert now.cost == recompute.cost(was.bill, FLAT_RATE) and not now.estimated
    assert (was.pay_e4, now.pay_e4) == (97200, 32000)  # 8.002 kWh at 0.40, to the cent


def test_its_own_tariff_gives_what_was_signed():
    was = only(pay=1)
    assert repricing.under(was, priced.TARIFF) is was


def test_energy_across_a_change_of_price_is_estimated_evenly():
    was = only(rows=[[0, 10000, "C"]], seconds=4 * 3600, from_ms=EVENING_MS)
    now = repricing.under(was, DEAR_DAY)
    assert now.estimated and now.pay_e4 == 20000 + 15000  # a quarter by day
    assert repricing.cut(was.bill, DEAR_DAY) == [[0, 2500, "C"], [3600, 7500, "C"]]


def test_a_change_of_price_at_which_nothing_flowed_is_no_estimate():
    rows = [[0, 5000, "C"], [3000, 0, "S"], [4000, 5000, "C"]]
    now = repricing.under(only(rows=rows, seconds=7200, from_ms=EVENING_MS), DEAR_DAY)
    assert not now.estimated and now.pay_e4 == 40000 + 10000


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30000), st.integers(0, 9000), st.sampled_from("CPS")),
             min_size=1, max_size=6),
    st.integers(0, 86400),
)  # fmt: skip
def test_what_is_cut_keeps_its_sums_and_misses_no_price(drawn, later_s):
    rows, at_s = [], 0
    for seconds, wh, state in drawn:
        rows.append([at_s, wh, state])
        at_s += seconds
    bill = loose.judged_bill(1, rows=rows, seconds=at_s, from_ms=EVENING_MS + later_s * 1000).bill
    other = tariff([
        energy(8000, t0=360, t1=1320), energy(1000, s0=5000, s1=9000), energy(2000),
        {"pc": [{"d": "P", "p": 60000, "v": 19000}], "re": {"i0": 900}},
    ])  # fmt: skip
    parts = repricing.cut(bill, other)
    offsets = [part[0] for part in parts]
    assert offsets == sorted(offsets) and min(part[1] for part in parts) >= 0
    for state in "CPS":
        told, kept = ([r[1] for r in each if r[2] == state] for each in (rows, parts))
        assert sum(told) == sum(kept)
    cost = record_cost.of(other, bill.entries, parts)
    assert "boundary_missed" not in cost["flags"]
    whole = record_cost.of(other, bill.entries, rows)
    assert [line for line in cost["lines"] if line[1] != "E"] == [
        line for line in whole["lines"] if line[1] != "E"
    ]
    # an estimate is never below the driver's favour, but for the rounding of a line
    assert cost["gross"] >= whole["gross"] - len(cost["lines"])


def test_sessions_that_do_not_stand_are_counted_and_left_out():
    free = loose.judged_bill(4)
    del free.bill.cost["pay"]
    cases = ((1, None), (2, 1), (3, None))
    found = signed(*(loose.judged_bill(n, corrects=corrects) for n, corrects in cases), free)
    assert [each.bill.pagination for each in found.signed] == [3]
    assert (found.taken_back, found.unpriced) == (1, 1)


def test_another_currency_is_not_compared():
    francs = tariff([energy(1)], cur="CHF")
    made = comparison.compare(signed(loose.judged_bill(1)).signed, francs)
    assert (made.changes, made.other_currency) == ([], 1)


def test_the_sums_are_those_of_the_sessions():
    mine = signed(*(loose.judged_bill(n, rows=[[0, 777 * n, "C"]]) for n in range(1, 9))).signed
    made = comparison.compare(mine, FLAT_RATE)
    assert made.now_e4 - made.was_e4 == sum(change.e4 for change in made.changes)
    assert made.was_e4 == sum(each.pay_e4 for each in mine)


def test_hints_say_where_the_money_went():
    day = only(1, rows=[[0, 6000, "C"], [3600, 0, "P"]])
    night = only(2, rows=[[0, 2000, "C"]], from_ms=EVENING_MS + 7200000)
    told = hints.of("EUR", [day, night])
    assert (told.priced_mwh, told.cheap_mwh) == (8000000, 2000000)
    assert told.saved_e4 == 6 * (5900 - 3900)
    assert (told.idle_s, told.idle_sessions, told.idle_e4) == (3600, 1, 45000)
    assert hints.sentences(told) == [
        "25.0 % of the energy was charged in the cheapest hours; the rest, 6.000 kWh, would have "
        "cost 1.20 EUR less in them.",
        "Idle time cost 4.50 EUR: 1 h 00 min 00 s in 1 session.",
        "Start fees came to 1.00 EUR, 10.2 % of what was payable.",
    ]


def test_a_hint_is_to_the_cent():
    told = hints.of("EUR", [only(rows=[[0, 1777, "C"]])])
    assert told.saved_e4 == 3554
    assert "would have cost 0.36 EUR less" in hints.sentences(told)[0]


def test_hints_know_limits_and_vat_on_top():
    limited = tariff([energy(4000)], min={"gross": 50000}, max={"gross": 60000})
    rows = [[[0, 1000, "C"]], [[0, 14000, "C"]], [[0, 40000, "C"]]]
    told = hints.of("EUR", [only(rows=each, tariff=limited) for each in rows])
    assert (told.minimum_sessions, told.minimum_e4) == (1, 46000)
    assert (told.maximum_sessions, told.maximum_e4) == (1, -100000)
    assert hints.sentences(told) == [
        "All energy was charged at the cheapest price of the week.",
        "The minimum price raised 1 session by 4.60 EUR.",
        "The maximum price lowered 1 session by 10.00 EUR.",
    ]
    plus = tariff([energy(5000, t0=360, t1=1320), energy(4000)], tax="excl")
    assert hints.of("EUR", [only(rows=[[0, 1000, "C"]], tariff=plus)]).saved_e4 == 1190


@pytest.mark.parametrize("step", [1, 5000])
def test_a_step_makes_no_more_energy_than_there_was(step):
    stepped = tariff([
        {"pc": [{"d": "E", "p": 5000, "v": 19000, "s": step}], "re": {"t0": 360, "t1": 1320}},
        energy(4000),
    ])  # fmt: skip
    told = hints.of("EUR", [only(rows=[[0, 1000, "C"]], tariff=stepped)])
    assert (told.priced_mwh, told.cheap_mwh) == (1000000, 0)
    assert hints.sentences(told)[0].startswith("No energy was charged in the cheapest hours; ")
