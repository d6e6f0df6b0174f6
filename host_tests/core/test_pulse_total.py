"""What is kept of a pulse total comes back, and nothing else does."""

import unittest

from wattseal.core import pulse_total
from wattseal.core.pulse_total import Total, TotalFault
from wattseal.core.pulses import PulseRegister


class TestPulseTotal(unittest.TestCase):
    def test_comes_back_as_it_was(self):
        for energy_mwh, remainder, imp_per_kwh in (
            (0, 0, 1), (1, 2, 3), (2**31 - 1, 999, 1000), (2**31, 0, 7), (2**53 + 1, 6, 7),
            (10**15, 999999, 1000000),
        ):  # fmt: skip
            blob = pulse_total.encode(
                Total(PulseRegister(imp_per_kwh, energy_mwh, remainder), True)
            )
            self.assertEqual(len(blob), 18)
            total = pulse_total.decode(blob, imp_per_kwh)
            register = total.register
            self.assertEqual((register.energy_mwh, register.remainder), (energy_mwh, remainder))
            self.assertEqual((register.imp_per_kwh, total.lost), (imp_per_kwh, True))

    def test_another_constant_keeps_the_energy(self):
        blob = pulse_total.encode(Total(PulseRegister(7, 5000, 3)))
        register = pulse_total.decode(blob, 1000).register
        self.assertEqual((register.energy_mwh, register.remainder), (5000, 0))
        register.add(1)
        self.assertEqual(register.energy_mwh, 6000)

    def test_is_the_same_on_every_interpreter(self):
        blob = pulse_total.encode(Total(PulseRegister(1000, 0x0102030405, 7), True))
        self.assertEqual(blob, bytes((1, 1, 0xE8, 3, 0, 0, 5, 4, 3, 2, 1, 0, 0, 0, 7, 0, 0, 0)))

    def test_refuses_what_is_none(self):
        good = pulse_total.encode(Total(PulseRegister(10, 5, 9)))
        for blob in (
            b"",
            good[:-1],
            good + b"x",
            b"\x02" + good[1:],
            good[:14] + b"\x0a" + good[15:],
        ):
            try:
                pulse_total.decode(blob, 10)
                self.assertTrue(False, blob)
            except TotalFault:
                pass

    def test_knows_whether_one_was_lost_before(self):
        for lost in (False, True):
            blob = pulse_total.encode(Total(PulseRegister(1), lost))
            self.assertTrue(pulse_total.decode(blob, 1).lost is lost)
