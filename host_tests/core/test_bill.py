"""The bill envelope: exact bytes, and JSON that gives the OCMF string back unchanged."""

import json
import unittest

from wattseal.core import bill

OCMF = 'OCMF|{"FV":"1.0"}|{"SD":"30"}'


class TestBill(unittest.TestCase):
    def test_the_bytes_are_exact(self):
        made = bill.payload(bill.BEGIN, "ab", "w1", 2, 7, "5e", OCMF)
        expected = (
            b'{"v":1,"id":"ab","device":"w1","connector":2,"kind":"begin","pg":7,"session":"5e",'
            b'"ocmf":"OCMF|{\\"FV\\":\\"1.0\\"}|{\\"SD\\":\\"30\\"}"}'
        )
        self.assertEqual(made, expected)

    def test_the_signed_string_survives_the_envelope(self):
        made = bill.payload(bill.NOT_BILLABLE, "ab", "w1", 12, 7, "5e", OCMF + "\\", "energy")
        read = json.loads(made)
        self.assertEqual(read["ocmf"], OCMF + "\\")
        self.assertEqual(read["reason"], "energy")
        self.assertEqual(bill.connector_of(made), 12)

    def test_foreign_bytes_have_no_connector(self):
        for text in (b"", b"{}", b'{"connector":x,'):
            self.assertEqual(bill.connector_of(text), 0)
