"""A correction is the bill with its amounts negated, its own number, and a signed reason."""

import json
import unittest

from wattseal.core import bill, correction

DEVICE = "w0123456789abcde"
COST = (
    '{"cur":"EUR","flags":["clock_untrusted"],"gross":-119,"lim":"","lines":[[0,"E",1000,5900,59],'
    '[1,"P",0,10,0,2]],"net":100,"pay":119,"th":"ab","vat":[[19000,19],[7000,-3]]}'
)
BILL = (
    '{"FV":"1.0","GS":"%s","PG":"T7","ID":"p","RD":[{"TM":"x","TX":"B"}],"UM":"m","XS":[[0,1,"C"]],'
    '"TT":"four/3","XC":%s}' % (DEVICE, COST)
)


def stored(payload=BILL, kind=bill.SESSION):
    text = "OCMF|%s|{}" % payload
    return bill.payload(kind, "id", DEVICE, 1, 7, "5e55", text)


def payload(text, corrects=7, pagination=9, reason="why"):
    cost = json.loads(correction.cost(text))
    return correction.payload(text, cost, corrects, pagination, reason)


class TestCorrection(unittest.TestCase):
    def refused(self, part, act, *given):
        try:
            act(*given)
        except correction.NotCorrected as fault:
            self.assertTrue(part in str(fault), fault)
        else:
            self.fail("not refused: " + part)

    def test_the_bill_is_taken_from_its_envelope(self):
        found = correction.original(bill.SESSION, stored(), DEVICE)
        self.assertEqual(found, ("5e55", BILL))

    def test_amounts_are_negated_and_the_rest_is_the_same(self):
        made = json.loads(payload(BILL, 7, 9, "wrong tariff"))
        was = json.loads(BILL)
        cost = {
            "cur": "EUR", "flags": ["clock_untrusted"], "gross": 119, "lim": "",
            "lines": [[0, "E", -1000, 5900, -59], [1, "P", 0, 10, 0, 2]], "net": -100,
            "pay": -119, "th": "ab", "vat": [[19000, -19], [7000, 3]],
        }  # fmt: skip
        self.assertEqual(made.pop("XC"), cost)
        self.assertEqual((made.pop("UR"), made.pop("UC")), (7, "wrong tariff"))
        self.assertEqual(made.pop("PG"), "T9")
        del was["XC"], was["PG"]
        self.assertEqual(made, was)

    def test_the_form_is_that_of_every_record(self):
        made = payload(BILL)
        self.assertFalse(" " in made)
        self.assertTrue(made.startswith('{"FV":"1.0","GS":"%s","PG":"T9",' % DEVICE), made)
        self.assertTrue(made.endswith('[7000,3]]},"UR":7,"UC":"why"}'), made)
        later = BILL[:-1] + ',"UZ":"x"}'  # a key that a later version may add
        self.assertEqual(json.loads(payload(later))["UZ"], "x")

    def test_it_has_an_audit_head_of_its_own_or_none(self):
        audited = BILL[:-1] + ',"UA":"12-0123456789abcdef","UZ":"x"}'
        for head, told in (("13-fedcba9876543210", "13-fedcba9876543210"), ("", None)):
            cost = json.loads(correction.cost(audited))
            made = json.loads(correction.payload(audited, cost, 7, 9, "why", head))
            self.assertEqual((made.get("UA"), made["UZ"], made["UC"]), (told, "x", "why"))
            self.assertEqual(made["XC"]["pay"], -119)

    def test_a_stored_correction_has_the_mark_of_its_bill_and_no_other(self):
        made = stored(payload(BILL), bill.CORRECTION)
        self.assertTrue(correction.mark(7) in made)
        self.assertFalse(correction.mark(77) in made or correction.mark(9) in made)
        self.assertFalse(correction.mark(7) in stored())
        other = stored(payload(BILL, 77, 78), bill.CORRECTION)
        self.assertFalse(correction.mark(7) in other)

    def test_what_cannot_be_corrected(self):
        take = correction.original
        for kind in (bill.BEGIN, bill.NOT_BILLABLE, bill.CORRECTION):
            self.refused("not a bill", take, kind, stored(), DEVICE)
        gone = BILL.replace(COST, '{"flags":["tariff_gone"]}')
        self.refused("no price", take, bill.SESSION, stored(gone), DEVICE)
        free = BILL.replace(',"XC":' + COST, "")
        self.refused("no price", take, bill.SESSION, stored(free), DEVICE)
        self.refused("another key", take, bill.SESSION, stored(), "w9")

    def test_a_reason_tells_of_no_person(self):
        for reason in ("a@b.example", "card 04A1 77", "0171 234", "a|b"):
            self.refused("reason", correction.check_reason, reason)
        for reason in ("wrong tariff", "meter fault, see case 1234"):
            correction.check_reason(reason)


if __name__ == "__main__":
    unittest.main()
