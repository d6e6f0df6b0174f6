"""The longest record that a session can leave is complete, and within what every record may have.

Every field has its longest value: segments, readings, and a price with as many lines as
drivers/tariff_file lets a tariff have.
"""

import json
import unittest

from wattseal.core import bill, ocmf, ocmf_rules
from wattseal.core.journal_frame import MAX_PAYLOAD
from wattseal.core.pricing import record_cost, tariff_text
from wattseal.core.pricing.loading import load
from wattseal.core.reading import Reading
from wattseal.core.segments import MOST
from wattseal.core.session import Session
from wattseal.drivers.tariff_file import MOST_LINES

HEAD = ocmf.Head(
    "Wattseal", "w0123456789abcde", "10.10.100", "Carlo Gavazzi Automation", "EM340-DIN.AV2.3.X",
    "S" * 50, "F" * 24, "EVSEID", "E" * 40, "0" * 64,
)  # fmt: skip
WHO = ocmf.Identification(True, "VERIFIED_CERTIFICATE", ["RFID_NONE"], "LOCAL", "0" * 40)
BEGIN_S = 1795032000
FULL_WH = 900000000  # of a register
LONG_S = 83000  # two segments: offsets of seven digits, and less than 31 days in all
SOME_WH = 123456
_STEP_S = MOST * LONG_S // 32


def tariff(lines):
    """Each component has a line of its own in the session, an amount and a rate of the longest."""
    elements = []
    for at in range(16):
        restrictions = {"s0": at * _STEP_S, "s1": (at + 1) * _STEP_S}
        elements.append({"pc": [], "re": restrictions})
    for number in range(lines - 1):
        letter = "ETP"[number // 16]
        component = {"d": letter, "p": 999999000 + number, "v": 99000 + number}
        elements[number % 16]["pc"].append(component)
    elements[0]["pc"].append({"d": "F", "p": 999999999, "v": 99999})
    values = {
        "id": "x" * 36, "ver": 999999, "cur": "EUR", "tax": "incl", "inc": 1, "text": "x" * 160,
        "tz": "CET-1CEST,M3.5.0,M10.5.0/3", "el": [each for each in elements if each["pc"]],
    }  # fmt: skip
    return load(json.dumps(values).encode())


def session(untimed):
    """As many readings and segments as there is room for."""
    wh, at_s = FULL_WH, 0

    def reading():
        return Reading(1000 * wh, 0, 1000 * at_s, 1000 * (BEGIN_S + at_s), "S")

    made = Session("0" * 16, 99, reading())
    for number in range(MOST):
        made.observe(reading(), "CP"[number % 2])
        at_s += LONG_S // 2
        wh += SOME_WH
        if number == MOST - 1:
            if untimed:
                made.meter_lost(1000 * at_s, 1000 * (BEGIN_S + at_s), "S", "T")
        elif number >= MOST // 2:  # the others have taken all the room by then
            made.tariff_change(reading())
    made.end(reading(), "L")
    return made


def record(made, components):
    price = tariff(components)
    cost = record_cost.of(price, made.entries, made.segments)
    purposes = {"b": "contract", "s": 1, "x": 1, "v": 65535}
    extras = [("UM", HEAD.model_hash), ("UP", purposes), ("XS", made.segments)]
    extras += [("TT", tariff_text.heading(price)), ("XC", cost)]
    extras.append(("UA", "4294967295-" + "0" * 16))
    payload = ocmf.payload(HEAD, 0x7FFFFFFF, WHO, made.entries, extras)
    return ocmf.frame(payload, "A" * 144), cost


class TestLongestRecord(unittest.TestCase):
    def assert_fits(self, made, most_lines):
        text, cost = record(made, most_lines)
        self.assertTrue(len(text) <= ocmf_rules.MOST_BYTES, len(text))
        stored = bill.payload(
            bill.NOT_BILLABLE, "0" * 16, HEAD.gs, 99, 0x7FFFFFFF, "0" * 16, text, "x" * 120
        )
        self.assertTrue(len(stored) <= MAX_PAYLOAD, len(stored))
        return text, cost

    def test_with_every_line_that_a_tariff_may_have(self):
        made = session(untimed=False)
        text, cost = self.assert_fits(made, MOST_LINES)
        self.assertEqual(len(made.entries), 14)
        self.assertEqual(len(made.segments), MOST)
        self.assertEqual((len(cost["lines"]), len(cost["vat"])), (MOST_LINES, MOST_LINES))
        self.assertTrue(len(text) > 5500)  # it is about the limit

    def test_with_an_error_among_its_readings(self):
        made = session(untimed=True)
        _, cost = self.assert_fits(made, MOST_LINES)
        self.assertEqual(len(made.entries), 15)
        self.assertEqual(cost["flags"], ["time_not_billable"])

    def test_more_lines_would_not_fit(self):
        text, _ = record(session(untimed=False), 40)
        self.assertTrue(len(text) > ocmf_rules.MOST_BYTES)


if __name__ == "__main__":
    unittest.main()
