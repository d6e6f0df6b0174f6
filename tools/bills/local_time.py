"""Times of a bill as a clock on the wall shows them, by the tariff's own zone; UTC without one."""

import datetime

from wattseal.core.pricing.tariff import Tariff


def at(utc_ms: int, tariff: Tariff | None) -> datetime.datetime:
    """With the offset that held then."""
    offset_s = tariff.zone.offset_s(utc_ms // 1000) if tariff else 0
    zone = datetime.timezone(datetime.timedelta(seconds=offset_s))
    return datetime.datetime.fromtimestamp(utc_ms // 1000, zone)


def text(utc_ms: int, tariff: Tariff | None) -> str:
    """Such as 2026-12-01 19:48:12+01:00."""
    return at(utc_ms, tariff).isoformat(" ")
