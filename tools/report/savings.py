"""What idle hours and tariffs would change; every figure says on which assumption it stands."""

from dataclasses import dataclass

from tools.report.figures import Figures, Placed
from tools.tariff import prices
from wattseal.core.pricing.tariff import Tariff

_E4 = 10000
_PARKED_S = 3600  # a car that parks is taken to have done so for an hour
_DAYS = 30


@dataclass(frozen=True)
class Priced:
    """What the same load costs drivers under a tariff in 30 days; `moved`: less, if a fifth of
    the energy of the dearest hours went to the cheapest."""

    name: str
    currency: str
    energy: float
    time: float
    parking: float
    moved: float

    @property
    def total(self) -> float:
        return self.energy + self.time + self.parking


@dataclass(frozen=True)
class Idle:
    """In 30 days: hours that parked cars took, and what these hours would charge."""

    hours: float
    kwh: float


def idle(figures: Figures) -> Idle:
    hours = figures.idle_h * _DAYS / figures.days
    return Idle(hours, hours * figures.utilisation * figures.charging_kw)


def priced(rows: list[Placed], days: int, tariff: Tariff) -> Priced:
    sums = {"E": 0.0, "T": 0.0, "P": 0.0}
    by_price: dict[int, float] = {}
    for row in rows:
        bucket, share = row.bucket, _DAYS / days
        amounts = {"E": bucket.wh / 1000, "T": bucket.occ_min / 60, "P": bucket.idle_min / 60}
        amounts["T"] -= amounts["P"]
        for letter, amount in amounts.items():
            price = _price(tariff, letter, row) if amount else 0
            sums[letter] += amount * price * share / _E4
            if letter == "E" and amount:
                by_price[price] = by_price.get(price, 0.0) + amount * share
    spread = max(by_price) - min(by_price) if by_price else 0
    moved = 0.2 * by_price[max(by_price)] * spread / _E4 if by_price else 0.0
    name, currency = tariff.values["id"], tariff.values["cur"]
    return Priced(name, currency, sums["E"], sums["T"], sums["P"], moved)


def _price(tariff: Tariff, letter: str, row: Placed) -> int:
    parked_s = _PARKED_S if letter == "P" else None
    moment = (row.slot * 15, row.day, 0, parked_s, 0, None, None, "")
    return prices.at(tariff, letter, moment) or 0
