"""The price of a session in exact fractions: a second opinion, without the firmware's code.

Matching is done anew at each quarter of an hour, zones are zoneinfo's. Restrictions by time of day
must lie on quarters; a moment that the firmware finds by computing is here just one of many.
"""

import datetime
from fractions import Fraction

import zoneinfo

QUARTER_S = 900
FREE = 99


class Session:
    """`tariffs`: the values of each; `iana`: the zone of all; `add` takes random_prices' dicts."""

    def __init__(self, tariffs, iana, start_s, expired):
        self.tariffs = tariffs
        self.zone = zoneinfo.ZoneInfo(iana)
        self.start_s = start_s
        self.rsv = "X" if expired else "R"
        self.volumes = {}  # (tariff, element, place) -> volume, in the order of their coming
        self.newest = {}
        self.flat_given = set()
        self.switched = False
        self.energy = 0
        self.idle_from = None
        self.flags = set()

    def add(self, seg):
        self.switched |= seg["tariff"] > 0
        if seg["state"] == "P" and seg["trusted"]:
            self.idle_from = seg["begin_s"] if self.idle_from is None else self.idle_from
        else:
            self.idle_from = None
        if not seg["trusted"]:
            self.flags.add("clock_untrusted")
            if seg["state"] not in "SN":
                self.flags.add("time_not_billable")
        cuts = self.cuts(seg)
        for begin_s, end_s in zip(cuts, cuts[1:] or cuts):
            if seg["state"] != "N" or begin_s == seg["begin_s"]:
                self.flat(seg, begin_s)
            what = {"C": "T", "P": "P", "R": "T"}.get(seg["state"])
            if what and seg["trusted"] and end_s > begin_s:
                self.book(seg, self.match(seg, what, begin_s, self.energy), what, end_s - begin_s)
        if seg["state"] != "R":
            self.add_energy(seg, cuts[:-1] or cuts)

    def cuts(self, seg):
        """Every second of the segment at which anything may change, its begin and end."""
        begin_s, end_s = seg["begin_s"], seg["end_s"]
        if not seg["trusted"]:
            return [begin_s, end_s]  # the week's prices hold in all of it
        found = set(range(begin_s // QUARTER_S * QUARTER_S, end_s, QUARTER_S))
        for element in self.tariffs[seg["tariff"]]["el"]:
            for key, value in element.get("re", {}).items():
                if key in ("s0", "s1"):
                    found.add(self.start_s + value)
                if key in ("i0", "i1") and self.idle_from is not None:
                    found.add(self.idle_from + value)
        inner = sorted(at for at in found if begin_s < at < end_s)
        return [begin_s, *inner, end_s] if end_s > begin_s else [begin_s]

    def flat(self, seg, at_s):
        stage = seg["state"] == "R"
        if self.switched or stage in self.flat_given:
            return
        found = self.match(seg, "F", at_s, self.energy)
        if found:
            self.flat_given.add(stage)
            self.book(seg, found, "F", 1)

    def add_energy(self, seg, moments):
        """By the exact tiers; of prices that differ within the segment, the cheapest."""
        tiers = {
            value
            for element in self.tariffs[seg["tariff"]]["el"]
            for key, value in element.get("re", {}).items()
            if key in ("e0", "e1")
        }
        end = self.energy + seg["mwh"]
        edges = sorted({self.energy, end, *(t for t in tiers if self.energy < t < end)})
        for low, high in zip(edges, edges[1:]):
            found = [self.match(seg, "E", at_s, low) for at_s in moments]
            if any(one != found[0] for one in found):
                self.flags.add("boundary_missed")
            best = min(found, key=lambda one: self.rank(seg, one))
            self.book(seg, best, "E", high - low)
        self.energy = end

    def rank(self, seg, found):
        if found is None:
            return Fraction(0), FREE
        tariff = self.tariffs[seg["tariff"]]
        price = tariff["el"][found[0]]["pc"][found[1]]
        factor = 1 + Fraction(price.get("v", 0), 100000) if tariff["tax"] == "excl" else 1
        return Fraction(price["p"]) * factor, found[0]

    def book(self, seg, found, kind, volume):
        if found is None:
            return
        place = (seg["tariff"], *found)
        self.volumes[place] = self.volumes.get(place, 0) + volume
        self.newest["R" if seg["state"] == "R" and kind == "T" else kind] = place

    def match(self, seg, letter, at_s, energy):
        """(element, place) or None."""
        offset = datetime.datetime.fromtimestamp(at_s, self.zone)
        known = {
            "now": offset, "s": at_s - self.start_s, "e": energy, "p": seg["power_w"],
            "a": seg["current_ma"], "i": None if self.idle_from is None else at_s - self.idle_from,
            "rsv": self.rsv if seg["state"] == "R" else None,
        }  # fmt: skip
        if seg["trusted"]:
            chain = self.chain(seg, letter, known, ())
            return chain[0] if chain else None
        monday = datetime.datetime(2026, 1, 5)
        every = [
            one
            for quarter in range(7 * 96)
            for one in self.chain(
                seg, letter, {**known, "now": monday + quarter * datetime.timedelta(minutes=15)},
                ("d0", "d1", "s0", "s1", "i0", "i1"),
            )
        ]  # fmt: skip
        return min(every, key=lambda one: self.rank(seg, one))

    def chain(self, seg, letter, known, unsure):
        """All that may match, up to the first that surely does; None behind them: nothing does."""
        found = []
        for number, element in enumerate(self.tariffs[seg["tariff"]]["el"]):
            for place, price in enumerate(element["pc"]):
                restrictions = element.get("re", {})
                if price["d"] == letter and holds(restrictions, known, unsure):
                    found.append((number, place))
                    if not set(restrictions) & set(unsure):
                        return found
        return [*found, None] if unsure else found


def holds(restrictions, known, unsure):
    now = known["now"]
    minute, day = now.hour * 60 + now.minute, (now.date() - datetime.date(1970, 1, 1)).days
    if (known["rsv"] is None) != ("rsv" not in restrictions):
        return False
    for key, value in restrictions.items():
        measured = day if key in ("d0", "d1") else known.get(key[0])
        if key in unsure or key in ("t0", "t1"):
            good = True
        elif key == "rsv":
            good = value in ("R", known["rsv"])
        elif key == "dow":
            good = bool(value & 1 << now.weekday())
        else:
            at_least = key.endswith("0")
            good = measured is not None and (measured >= value) == at_least
        if not good:
            return False
    if "t0" in restrictions:
        length = (restrictions["t1"] - restrictions["t0"]) % 1440
        return (minute - restrictions["t0"]) % 1440 < length
    return True
