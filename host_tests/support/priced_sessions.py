"""Sessions of vectors/pricing_sessions.json as the segments that core.pricing takes."""

from wattseal.core.pricing.session_price import Segment


def segments(case):
    """(segment, name of its tariff or None) of a case, in order."""
    start_s = case[3]
    for begin_s, end_s, state, mwh, *more in case[4]:
        more = more[0] if more else {}
        segment = Segment(start_s + begin_s, start_s + end_s, state, mwh)
        segment.power_w = more.get("pw")
        segment.current_ma = more.get("ma")
        segment.trusted = more.get("trust", True)
        yield segment, more.get("tar")
