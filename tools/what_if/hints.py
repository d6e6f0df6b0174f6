"""What sessions under a tariff could have saved, and where their money went; advises in words."""

from dataclasses import dataclass

from tools.bills import words
from tools.what_if.repricing import Priced
from wattseal.core.pricing.cheapest import of_week
from wattseal.core.pricing.rounding import half_away
from wattseal.core.pricing.tariff import Tariff

_FULL = 100000  # 100 % in 1/1000 %
_MWH = 1000000  # of a kWh


@dataclass(frozen=True)
class Hints:
    """Amounts with VAT, of sessions in one currency. `cheap_mwh`: energy at the cheapest price of
    its tariff's week; `saved_e4`: how much less the rest would have cost at it. What a minimum or
    a maximum changed contains the rounding to what can be paid."""

    currency: str
    sessions: int
    pay_e4: int
    priced_mwh: int
    cheap_mwh: int
    saved_e4: int
    idle_s: int
    idle_sessions: int
    idle_e4: int
    fee_e4: int
    minimum_sessions: int
    minimum_e4: int
    maximum_sessions: int
    maximum_e4: int


def of(currency: str, all_priced: list[Priced]) -> Hints:
    energy = [_energy(priced) for priced in all_priced]
    idle = [priced for priced in all_priced if priced.amounts.idle_e4]
    return Hints(
        currency, len(all_priced), sum(priced.pay_e4 for priced in all_priced),
        sum(row[0] for row in energy), sum(row[1] for row in energy),
        sum(row[2] for row in energy),
        sum(priced.bill.seconds()["P"] for priced in idle), len(idle),
        sum(priced.amounts.idle_e4 for priced in idle),
        sum(priced.amounts.fee_e4 for priced in all_priced),
        *_limited(all_priced, "min"), *_limited(all_priced, "max"),
    )  # fmt: skip


def sentences(hints: Hints) -> list[str]:
    currency = hints.currency
    found = [_cheap(hints)] if hints.priced_mwh else []
    if hints.idle_sessions:
        found.append(
            f"Idle time cost {_about(hints.idle_e4, currency)}: "
            f"{words.duration(hints.idle_s)} in {_count(hints.idle_sessions)}."
        )
    if hints.fee_e4:
        share = _share(hints.fee_e4, hints.pay_e4)
        found.append(
            f"Start fees came to {_about(hints.fee_e4, currency)}"
            + (f", {share} of what was payable." if share else ".")
        )
    for sessions, e4, did in (
        (hints.minimum_sessions, hints.minimum_e4, "minimum"),
        (hints.maximum_sessions, hints.maximum_e4, "maximum"),
    ):
        if sessions:
            changed = "raised" if e4 >= 0 else "lowered"
            found.append(
                f"The {did} price {changed} {_count(sessions)} by {_about(abs(e4), currency)}."
            )
    return found


def _cheap(hints: Hints) -> str:
    if hints.cheap_mwh == hints.priced_mwh:
        return "All energy was charged at the cheapest price of the week."
    if hints.cheap_mwh == 0:
        said = "No energy was charged in the cheapest hours"
    else:
        share = _share(hints.cheap_mwh, hints.priced_mwh)
        said = f"{share} of the energy was charged in the cheapest hours"
    rest = words.kwh(hints.priced_mwh - hints.cheap_mwh)
    saved = _about(hints.saved_e4, hints.currency)
    return f"{said}; the rest, {rest}, would have cost {saved} less in them."


def _energy(priced: Priced) -> tuple[int, int, int]:
    """(mWh, of them at the cheapest price, what the others would have cost less)."""
    tariff = priced.tariff
    match = of_week(tariff, "E", 0, None, None, "")
    cheapest = _with_vat(tariff, match[1]) if match else 0
    energy_mwh = priced.bill.energy_wh * 1000
    dear_mwh = saved = 0
    for element, letter, quantity, *_ in priced.cost["lines"]:
        component = next(c for c in tariff.elements[element]["pc"] if c["d"] == letter)
        more = _with_vat(tariff, component) - cheapest
        if letter == "E" and more > 0:
            dear_mwh += quantity
            saved += quantity * more
    dear_mwh = min(dear_mwh, energy_mwh)  # a step bills more than there was
    return energy_mwh, energy_mwh - dear_mwh, half_away(saved, _MWH * _FULL)


def _with_vat(tariff: Tariff, component: dict[str, int]) -> int:
    """The price in 1/100000 of e4."""
    vat = component.get("v", 0) if tariff.values["tax"] == "excl" else 0
    return component["p"] * (_FULL + vat)


def _limited(all_priced: list[Priced], which: str) -> tuple[int, int]:
    hit = [priced for priced in all_priced if priced.cost["lim"] == which]
    return len(hit), sum(priced.amounts.adjustment_e4 for priced in hit)


def _about(e4: int, currency: str) -> str:
    """To the cent; what a hint says is not billed."""
    return words.amount(half_away(e4, 100) * 100, currency)


def _count(sessions: int) -> str:
    return "1 session" if sessions == 1 else f"{sessions} sessions"


def _share(part: int, whole: int) -> str:
    """Such as 12.5 %; "" of nothing."""
    if whole <= 0:
        return ""
    tenths = half_away(1000 * part, whole)
    return f"{tenths // 10}.{tenths % 10} %"
