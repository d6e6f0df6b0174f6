"""Ten zones against zoneinfo, every half hour from 2025 to 2037."""

import datetime

import pytest
import vectors
import zoneinfo

from wattseal.core.pricing.zone_rule import read

ZONES = vectors.load("pricing_zones.json")
HALF_AN_HOUR = datetime.timedelta(minutes=30)


@pytest.mark.parametrize("row", ZONES["zones"], ids=lambda row: row["iana"])
def test_every_half_hour(row):
    known, ours = zoneinfo.ZoneInfo(row["iana"]), read(row["rule"])
    begin, until = row["from"][0], ZONES["until"]
    moment = datetime.datetime.fromtimestamp(begin, datetime.UTC)
    wrong = []
    for utc_s in range(begin, until, 1800):
        there = known.fromutc(moment.replace(tzinfo=known)).utcoffset()
        if there.total_seconds() != ours.offset_s(utc_s):
            wrong.append(utc_s)
        moment += HALF_AN_HOUR
    assert moment.timestamp() == until
    assert wrong == []
