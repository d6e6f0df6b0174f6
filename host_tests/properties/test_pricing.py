"""Any tariff and any session: exact, the same however it is cut, and parts that add up."""

import json
import random

import random_prices
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_prices import Drawn, priced

from wattseal.core.pricing.loading import load
from wattseal.core.pricing.tariff import TariffError

MANY = settings(max_examples=400, deadline=None)
seeds = st.integers(0, 10**9)
pairs = seeds.map(lambda seed: Drawn(random.Random(seed)))
NEVER = {"e0": 0x3FFFFFFE}


def figures(cost):
    return [getattr(cost, name) for name in (*random_prices.FIGURES[1:], "flags")], sorted(
        cost.lines
    )


def changed(drawn, change):
    """The drawn tariffs, each changed and loaded again; no example when one is refused."""
    tariffs = []
    for values, _ in drawn.tariffs:
        copy = json.loads(json.dumps(values))
        change(copy)
        try:
            tariffs.append((copy, load(json.dumps(copy).encode())))
        except TariffError:
            assume(False)
    drawn.tariffs = tariffs


def cut(segments, chance):
    """Ten of them become two, at any second and with any part of the energy: but for N, of which
    the begin alone is known."""
    pieces = list(segments)
    for _ in range(10):
        at = chance.randrange(len(pieces))
        if pieces[at]["state"] == "N":
            continue
        one, other = dict(pieces[at]), dict(pieces[at])
        last_s = max(one["begin_s"], one["end_s"] - 1)
        one["end_s"] = other["begin_s"] = chance.randint(one["begin_s"], last_s)
        one["mwh"] = chance.randint(0, other["mwh"])
        other["mwh"] -= one["mwh"]
        pieces[at : at + 1] = [one, other]
    return pieces


def sides(drawn):
    """Which of net and gross never fall: a limit of one side alone lets the other move along, with
    the VAT of what was used, which falls when more of it is taxed less (OCPI: min_price)."""
    of_limits = [
        set(values.get(which, ())) for values, _ in drawn.tariffs[:1] for which in ("min", "max")
    ]
    alone = [limit & {"net", "gross"} for limit in of_limits]
    alone = [limit for limit in alone if len(limit) == 1]
    return [side for side in ("net", "gross") if all(side in limit for limit in alone)]


def test_two_thousand_pairs_against_exact_fractions():
    wrong = [text for _, _, found in random_prices.cases(2000) for text in found]
    assert wrong == []


@MANY
@given(pairs, seeds)
def test_a_cut_at_any_instant_and_any_mwh_changes_nothing(drawn, seed):
    whole = priced(drawn, drawn.segments)
    assume("boundary_missed" not in whole.flags)  # a reading more would resolve that
    pieces = cut(drawn.segments, random.Random(seed))
    assert figures(priced(drawn, pieces)) == figures(whole)


@MANY
@given(pairs, seeds)
def test_a_session_that_goes_on_never_costs_less(drawn, seed):
    """By a minute or a mWh more, for prices of 0 and more, without steps and limits of power."""

    def simplify(values):
        for element in values["el"]:
            for key in ("p0", "p1"):
                element.get("re", {}).pop(key, None)
            for component in element["pc"]:
                component["s"] = 0
                component["p"] = abs(component["p"])

    changed(drawn, simplify)
    pieces = cut(drawn.segments, random.Random(seed))
    of = sides(drawn)
    of += ["payable"] if "gross" in of else []
    before = [0] * len(of)
    for count in range(1, len(pieces) + 1):
        cost = priced(drawn, pieces[:count])
        now = [getattr(cost, name) for name in of]
        assert all(new >= old for new, old in zip(now, before))
        before = now


@MANY
@given(pairs)
def test_parts_add_up(drawn):
    cost = priced(drawn, drawn.segments)
    inc = drawn.inc
    taxes = [amount for _, amount in cost.vat]
    assert cost.payable == cost.payable_net + sum(amount for _, amount in cost.payable_vat)
    assert all(amount % inc == 0 for _, amount in [(0, cost.payable_net), *cost.payable_vat])
    assert 2 * abs(cost.payable - cost.gross) <= inc
    charged = sum(line[4] for line in cost.lines)
    if not cost.limit:
        assert charged == (cost.gross if drawn.tax == "incl" else cost.net)
    if any(taxes) or not cost.limit:  # else there is nothing to scale the VAT of a limit from
        assert cost.net + sum(taxes) == cost.gross
    assert [rate for rate, _ in cost.vat] == sorted({rate for rate, _ in cost.payable_vat})


@MANY
@given(pairs)
def test_an_element_that_never_matches_changes_nothing(drawn):
    whole = priced(drawn, drawn.segments)
    changed(drawn, lambda values: values["el"].append({"pc": [{"d": "E", "p": 7}], "re": NEVER}))
    assert figures(priced(drawn, drawn.segments)) == figures(whole)
