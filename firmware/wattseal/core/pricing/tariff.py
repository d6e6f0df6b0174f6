"""A tariff that was found good: its values, its zone and its identity; checks nothing.

    tariff       id, ver?, cur, tax ("incl", "excl", "none"), tz, inc, valid?, min?, max?, text?,
                 el: elements; valid: [from, to), UTC seconds at which a session may begin
    element      pc: components, re?: restrictions
    component    d ("E" energy, "T" charging time, "P" parking time, "F" flat), p: price in e4 for
                 a kWh, an hour or a session, v?: VAT in 1/1000 %, s?: step in Wh or s, cap?: e4
    restrictions t0, t1 minute of the local day (may pass midnight); dow bits, Monday's is 1; d0,
                 d1 local days since 1970; e0, e1 mWh and s0, s1 seconds of the session; i0, i1
                 seconds of the idle period; p0, p1 W; a0, a1 mA; rsv "R" reserved, "X" expired.
                 From each first to below each second; all must hold.
    min, max     net?, gross? in e4, v?: VAT of what the limit adds when nothing was charged

e4 is 1/10000 of the currency; inc, in e4, is what the amount payable is rounded to.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.core.pricing.zone import Zone


class TariffError(Exception):
    """The argument says which key is wrong, and why."""


class Tariff:
    """What `loading.load` gives; `values` is as in the text, `identity` 64 hex digits."""

    def __init__(self, values: "dict[str, Any]", zone: "Zone", identity: str) -> None:
        self.values = values
        self.elements: list[dict[str, Any]] = values["el"]
        self.zone = zone
        self.identity = identity

    def is_valid_at(self, utc_s: int) -> bool:
        """A session may begin then, and has this tariff to its end."""
        valid = self.values.get("valid")
        return valid is None or valid[0] <= utc_s < valid[1]
