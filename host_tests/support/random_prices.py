"""Random tariffs and sessions, priced by the firmware and in exact fractions; CPython only."""

import json
import random

import vectors
from exact_prices import Session
from exact_totals import totals

from wattseal.core.pricing.loading import load
from wattseal.core.pricing.session_price import Pricing, Segment
from wattseal.core.pricing.tariff import TariffError

ZONES = vectors.load("pricing_zones.json")["zones"]
BATCH = 1000
FIGURES = (
    "lines", "net", "vat", "gross", "limit", "payable", "payable_net", "payable_vat",
)  # fmt: skip
# The dimensions of an element, and the restrictions that it may have: D is dow, r is rsv.
KINDS = {
    "E": "ttdDeeeesp", "P": "ttdDsiiiia", "T": "ttdDsar", "F": "tdDsir", "ET": "ttDs",
    "EP": "ttdDs", "TP": "ttDsa", "FT": "tDsrr", "FP": "tsii", "EFTP": "ttdDs",
}  # fmt: skip
RATES = (0, 7000, 8100, 8875, 19000, 20000)


class Drawn:
    """A tariff, or two, and the segments of a session, all by chance."""

    def __init__(self, chance):
        self.chance = chance
        self.zone = chance.choice(ZONES)
        self.tax = chance.choice(("incl", "excl", "none"))
        self.inc = chance.choice((1, 10, 100, 100, 500, 10000))
        self.start_s = chance.choice(self.zone["from"]) + chance.choice((-2, -1, -1, 0, 4)) * 10800
        self.start_s += chance.randrange(86400) if chance.random() < 0.7 else 0
        self.tariffs = [self.tariff(1)]
        if chance.random() < 0.2:
            self.tariffs.append(self.tariff(2))
        self.expired = chance.random() < 0.2
        self.segments = self.session()

    def tariff(self, version):
        """Drawn again until the firmware takes it."""
        while True:
            values = self.values(version)
            try:
                loaded = load(json.dumps(values).encode())
            except TariffError:
                continue
            return values, loaded

    def values(self, version):
        chance = self.chance
        values = {
            "id": "r", "ver": version, "cur": "EUR", "tax": self.tax, "tz": self.zone["rule"],
            "inc": self.inc,
        }  # fmt: skip
        for which in ("min", "max"):
            if chance.random() < 0.2:
                amounts = sorted(chance.randrange(300000) for _ in range(2))
                sides = chance.choice((("net",), ("gross",), ("net", "gross")))
                values[which] = dict(zip(sides, amounts[2 - len(sides) :]))
                if self.tax != "none" and chance.random() < 0.5:
                    values[which]["v"] = chance.choice(RATES)
        values["el"] = [self.element() for _ in range(chance.choice((1, 2, 2, 3, 5)))]
        return values

    def element(self):
        chance = self.chance
        letters = chance.choice(tuple(KINDS))
        element = {"pc": [self.component(letter) for letter in letters]}
        restrictions = {}
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            restrictions.update(self.restriction(chance.choice(KINDS[letters])))
        if restrictions:
            element["re"] = restrictions
        return element

    def component(self, letter):
        chance = self.chance
        component = {"d": letter, "p": chance.choice((0, 1, 2500, 3333, 60000, -500))}
        if chance.random() < 0.4:
            component["p"] = chance.randrange(1, 90000)
        if self.tax != "none" and chance.random() < 0.8:
            component["v"] = chance.choice(RATES)
        if letter != "F" and chance.random() < 0.4:
            component["s"] = chance.choice((0, 1, 60, 300, 500, 900))
        if letter != "F" and chance.random() < 0.1:
            component["cap"] = chance.randrange(100000)
        return component

    def restriction(self, kind):
        """Often with both ends."""
        chance = self.chance
        if kind == "t":
            begin, end = chance.sample(range(0, 1440, 15), 2)
            return {"t0": begin, "t1": end}
        if kind == "D":
            return {"dow": chance.randrange(1, 128)}
        if kind == "r":
            return {"rsv": chance.choice("RX")}
        low, most = {
            "d": (self.start_s // 86400 - 2, 5), "e": (0, 30000000), "s": (0, 20000),
            "i": (0, 4000), "p": (0, 12000), "a": (0, 40000),
        }[kind]  # fmt: skip
        begin, end = sorted(chance.sample(range(low, low + most), 2))
        both = {kind + "0": begin, kind + "1": end}
        drop = chance.choice((kind + "0", kind + "1", None))
        return {key: value for key, value in both.items() if key != drop}

    def session(self):
        chance = self.chance
        at_s = self.start_s
        count = chance.choice((1, 2, 3, 5, 8))
        switch = chance.randrange(1, count + 1) if len(self.tariffs) > 1 else count
        found = []
        if chance.random() < 0.2:
            found.append(self.segment("R", at_s - chance.choice((780, 900, 1320)), at_s, 0))
        for number in range(count):
            end_s = at_s + chance.choice((0, 1, 60, 900, 1800, chance.randrange(20000)))
            state = chance.choice("CCPPSN")
            found.append(self.segment(state, at_s, end_s, int(number >= switch)))
            at_s = end_s
        return found

    def segment(self, state, begin_s, end_s, tariff):
        chance = self.chance
        mwh = chance.choice(
            (0, 1, 1000, chance.randrange(20000000), chance.randrange(20000) * 1000)
        )
        return {
            "state": state, "begin_s": begin_s, "end_s": end_s, "tariff": tariff,
            "mwh": 0 if state == "R" else mwh, "trusted": chance.random() < 0.97,
            "power_w": chance.choice((None, chance.randrange(12000))),
            "current_ma": chance.choice((None, chance.randrange(40000))),
        }  # fmt: skip


def priced(drawn, segments):
    """The firmware's Cost of the drawn tariffs for these segments."""
    pricing = Pricing(drawn.tariffs[0][1], drawn.start_s, drawn.expired)
    for row in segments:
        segment = Segment(row["begin_s"], row["end_s"], row["state"], row["mwh"])
        segment.power_w, segment.current_ma = row["power_w"], row["current_ma"]
        segment.trusted = row["trusted"]
        pricing.add(segment, drawn.tariffs[row["tariff"]][1])
    return pricing.cost()


def difference(drawn):
    """What the two say differently, or ""."""
    cost = priced(drawn, drawn.segments)
    session = Session(
        [values for values, _ in drawn.tariffs], drawn.zone["iana"], drawn.start_s, drawn.expired
    )
    for row in drawn.segments:
        session.add(row)
    exact = totals(session)
    for figure in FIGURES:
        if getattr(cost, figure) != exact[figure]:
            return "%s: %r, exactly %r" % (figure, getattr(cost, figure), exact[figure])
    return "" if set(cost.flags) == exact["flags"] else "flags: %r" % cost.flags


def cases(count=2000, seed=1):
    """(what, tried, [what was wrong]) for each BATCH pairs."""
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        wrong = []
        for number in numbers:
            found = difference(Drawn(random.Random("%d-%d" % (seed, number))))
            if found:
                wrong.append("pair %d of seed %d, %s" % (number, seed, found))
        yield "tariff and session pairs, seed %d" % seed, len(numbers), wrong
