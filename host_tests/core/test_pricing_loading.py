"""Loading a tariff: each is refused for its own reason, and a good one has its identity."""

import json
import unittest

import sample
import vectors

from wattseal.core.pricing.loading import load
from wattseal.core.pricing.tariff import TariffError
from wattseal.core.pricing.tariff_rules import unprovable

VECTORS = vectors.load("pricing_tariffs.json")
GOOD = {"id": "x-1", "cur": "EUR", "tax": "incl", "tz": "UTC0", "inc": 100}
ENERGY = {"d": "E", "p": 100}
TIME = {"d": "T", "p": 100}
FLAT = {"d": "F", "p": 100}
# What the vectors' refusals must be for, by their order; their texts lack tz and inc.
REASONS = (
    "cur", "el", "no whole number", "pc[0].d", "re.soc0", "re.t1", "re.dow", "re.i0", "pc[1].d",
    "el[1].pc[0].d", "tz", "re.rsv",
)  # fmt: skip


def element(*components, **restrictions):
    return (
        {"pc": list(components), "re": restrictions} if restrictions else {"pc": list(components)}
    )


def tariff(*elements, **changes):
    values = dict(GOOD, el=list(elements) or [element(ENERGY)])
    values.update(changes)
    return values


def refused(values):
    text = values if isinstance(values, bytes) else json.dumps(values).encode()
    try:
        load(text)
    except TariffError as fault:
        return str(fault)
    return ""


REFUSED = (
    ("more than 4096", b" " * 4097),
    ("no JSON", b"{"),
    ("the tariff is no object", b"[]"),
    ("id is missing", b"{}"),
    ("id: ", tariff(id="a/b")),
    ("id is not", tariff(id="")),
    ("ver is not", tariff(ver=-1)),
    ("cur: ", tariff(cur="EU1")),
    ("tax: ", tariff(tax="inkl")),
    ("tz is not", tariff(tz="X" * 65)),
    ("inc is not", tariff(inc=0)),
    ("inc is not", tariff(inc="100")),
    ("valid is not", tariff(valid=[1])),
    ("valid: it ends", tariff(valid=[2, 2])),
    ("valid: two", tariff(valid=["a", "b"])),
    ("text is not", tariff(text="x" * 161)),
    ("colour: unknown", tariff(colour=1)),
    ("min is not", tariff(min={})),
    ("min.v: ", tariff(min={"v": 1})),
    ("min.v: ", tariff(tax="none", min={"net": 1, "v": 1})),
    ("min.net is more than gross", tariff(min={"net": 2, "gross": 1})),
    ("min.net is not gross, but tax is none",
     tariff(element({"d": "E", "p": 1}), tax="none", min={"net": 1, "gross": 2})),
    ("min.net is more than max.net", tariff(min={"net": 2}, max={"net": 1})),
    ("min.gross is more than max.gross", tariff(min={"gross": 2}, max={"gross": 1})),
    ("min.net is more than max.gross", tariff(min={"net": 2}, max={"gross": 1})),
    ("max.tip: unknown", tariff(max={"net": 2, "tip": 1})),
    ("el is not", tariff(el=[element(ENERGY)] * 17)),
    ("el[0] is no object", tariff(el=[[]])),
    ("el[0].pc is not", tariff(element(ENERGY, ENERGY, ENERGY, ENERGY, ENERGY))),
    ("el[0].re is not", tariff({"pc": [ENERGY], "re": {}})),
    ("el[0].pc[0].p is missing", tariff(element({"d": "E"}))),
    ("el[0].pc[0].p is not", tariff(element({"d": "E", "p": "1"}))),
    ("el[0].pc[0].v is not", tariff(element({"d": "E", "p": 1, "v": 100001}))),
    ("el[0].pc[0].v: VAT", tariff(element({"d": "E", "p": 1, "v": 0}), tax="none")),
    ("el[0].pc[0].d: a flat", tariff(element({"d": "F", "p": 1, "s": 60}))),
    ("el[0].pc[0].d: a flat", tariff(element({"d": "F", "p": 1, "cap": 60}))),
    ("el[0].re.t0 is not", tariff(element(ENERGY, t0=1440))),
    ("el[0].re.t1: ", tariff(element(ENERGY, t0=0, t1=0))),
    ("el[0].re.t0 and t1", tariff(element(ENERGY, t0=0))),
    ("el[0].re.d1: ", tariff(element(ENERGY, d0=9, d1=9))),
    ("el[0].re.e1: ", tariff(element(ENERGY, e0=9, e1=8))),
    ("el[0].re.a1: ", tariff(element(TIME, a0=9, a1=9))),
    ("el[0].re.s1: ", tariff(element(TIME, s0=9, s1=8))),
    ("el[0].re.i1: ", tariff(element(FLAT, i0=9, i1=8))),
    ("el[0].re.e0 cannot restrict T", tariff(element(TIME, e0=1))),
    ("el[0].re.p1 cannot restrict T", tariff(element(TIME, p1=1))),
    ("el[0].re.e0 cannot restrict F", tariff(element(FLAT, e0=1))),
    ("el[0].re.i0 cannot restrict T", tariff(element(TIME, i0=1))),
    ("el[0].re.rsv cannot restrict P", tariff(element({"d": "P", "p": 1}, rsv="R"))),
    ("el[0].pc[1].d: T comes twice", tariff(element(TIME, TIME, d0=60))),
    ("el[0].re.rsv: neither", tariff(element(TIME, rsv="Q"))),
    ("el[0].re.s0: a reservation", tariff(element(TIME, rsv="R", s0=1))),
    ("el[1].pc[0].d: an element", tariff(element(TIME, rsv="R"), element(TIME, rsv="X"))),
    ("el[1].pc[1].d: an element", tariff(element(ENERGY), element(TIME, ENERGY, d0=60))),
)  # fmt: skip
TAKEN = (
    tariff(),
    tariff(ver=3, valid=[0, 1 << 33], text="Friday 22-06 ends at midnight"),
    tariff(min={"net": 1, "gross": 2, "v": 19000}, max={"gross": 2}),
    tariff(element(TIME, rsv="X"), element(TIME, rsv="R"), element(TIME), element(ENERGY)),
    tariff(element(FLAT, t0=1320, t1=360, dow=127), element(FLAT, i0=14400), element(TIME, a1=9)),
    tariff(*[element(ENERGY, e0=n) for n in range(1, 17)]),
)


class TestLoading(unittest.TestCase):
    def test_refusals_of_the_vectors(self):
        self.assertEqual(len(VECTORS["reject"]), len(REASONS))
        for (why, values), reason in zip(VECTORS["reject"], REASONS):
            self.assertTrue(refused(values), why)
            whole = dict({"tz": "UTC0", "inc": 100}, **values)
            self.assertTrue(reason in refused(whole), (why, refused(whole)))

    def test_every_refusal_says_where_and_why(self):
        for reason, values in sample.of(REFUSED, 15):
            self.assertTrue(reason in refused(values), (reason, refused(values)))

    def test_what_is_good_is_taken(self):
        for values in TAKEN:
            self.assertEqual(refused(values), "")
        for name in VECTORS["tariffs"]:
            self.assertEqual(refused(VECTORS["tariffs"][name]), "", name)

    def test_identity(self):
        for name, sha256 in VECTORS["sha256"].items():
            text = json.dumps(VECTORS["tariffs"][name])
            self.assertEqual(load(text.encode()).identity, sha256)
            self.assertEqual(load(text.replace(", ", " ,\n").encode()).identity, sha256)
            self.assertNotEqual(load(text.replace("EUR", "CHF").encode()).identity, sha256)

    def test_what_a_record_cannot_prove(self):
        self.assertEqual(unprovable(tariff(element(ENERGY, e0=1), element(ENERGY))), "")
        for key in ("p0", "a1"):
            found = unprovable(tariff(element(ENERGY), element(ENERGY, **{key: 1})))
            self.assertTrue(found.startswith("el[1].re." + key))


if __name__ == "__main__":
    unittest.main()
