"""Amounts, energies, times and VAT as a bill shows them; local time both ways round a change."""

import datetime

import priced_records as priced
import pytest

from tools.bills import local_time, words
from tools.tariff.local_time import moments, seconds
from wattseal.core.pricing import record_cost, session_price


@pytest.mark.parametrize(
    ("e4", "currency", "text"),
    [
        (200600, "EUR", "20.06 EUR"), (200650, "EUR", "20.065 EUR"), (-5100, "EUR", "-0.51 EUR"),
        (0, "EUR", "0.00 EUR"), (1234500, "JPY", "123.45 JPY"), (1230000, "JPY", "123 JPY"),
        (12340, "KWD", "1.234 KWD"), (1, "USD", "0.0001 USD"),
    ],
)  # fmt: skip
def test_an_amount_has_the_places_of_its_currency_and_hides_none(e4, currency, text):
    assert words.amount(e4, currency) == text


def test_energy_time_and_vat():
    assert [words.kwh(mwh) for mwh in (0, 1, 8002000, -13000)] == [
        "0.000 kWh", "0.000001 kWh", "8.002 kWh", "-0.013 kWh",
    ]  # fmt: skip
    assert [words.duration(s) for s in (0, 59, 3599, 3600, 90061, -60)] == [
        "0 min 00 s", "0 min 59 s", "59 min 59 s", "1 h 00 min 00 s", "25 h 01 min 01 s",
        "-1 min 00 s",
    ]  # fmt: skip
    assert [words.percent(rate) for rate in (0, 19000, 8875)] == ["0 %", "19 %", "8.875 %"]


def test_every_flag_that_the_firmware_sets_has_a_sentence():
    known = {*session_price._FLAGS, record_cost._NOT_BILLABLE, "tariff_gone", "not_priced"}
    assert known <= set(words.FLAGS)
    assert words.flag("something") == "The charger says something."


def test_local_time_has_the_offset_that_held():
    before_ms = 1792890000000  # 2026-10-25 01:00 UTC, when Berlin's clock goes back
    assert local_time.text(before_ms - 1000, priced.TARIFF) == "2026-10-25 02:59:59+02:00"
    assert local_time.text(before_ms, priced.TARIFF) == "2026-10-25 02:00:00+01:00"
    assert local_time.text(before_ms, None) == "2026-10-25 01:00:00+00:00"


def test_a_local_time_comes_twice_once_or_never():
    def found(*local):
        return moments(priced.TARIFF.zone, seconds(datetime.datetime(*local)))

    assert found(2026, 10, 25, 2, 30) == [1792888200, 1792891800]
    assert found(2026, 10, 25, 3, 0) == [1792893600]
    assert found(2027, 3, 28, 2, 30) == []
    assert found(2027, 3, 28, 3, 0) == [1806195600]
