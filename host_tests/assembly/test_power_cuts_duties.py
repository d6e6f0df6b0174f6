"""Power cuts of the shipped assembly while it does what else a device does (cut_duties)."""

import sys

from cut_test import CutCase, exceeds

_STEP, _STEP_RING = 197, 97

if sys.implementation.name == "micropython":
    import virtual_time

    virtual_time.install()

    import wattseal.core.ocmf_rules  # noqa: F401 - early, as in virtual_power
    from wattseal.app.left_open import LeftOpen


class DutyCutTest(CutCase):
    def holds(self, scenario, step=_STEP):
        self.nothing_wrong(scenario, step=step)

    def test_while_two_connectors_charge(self):
        self.holds("two")

    def test_while_two_connectors_charge_beside_a_ring(self):
        self.nothing_wrong("two", step=_STEP_RING, ring=True)

    def test_while_old_records_are_sent_again_and_others_go(self):
        self.holds("resend")

    def test_while_nobody_knows_the_time(self):
        self.holds("untimed")

    def test_while_a_bill_is_taken_back(self):
        self.holds("corrected", 2 * _STEP + 1)

    def test_while_statistics_are_made(self):
        self.holds("statistics")

    def test_while_the_firmware_replaces_its_configuration(self):
        self.holds("replaced")


class CaughtTest(CutCase):
    def test_a_second_connector_whose_checkpoint_nobody_reads(self):
        self.needs_micropython()

        def first_alone(sound):
            async def kept(one, connector, or_not):
                return (0, None) if connector == 2 else await sound(one, connector, or_not)

            return kept

        found = self.found_while_broken(
            "two", LeftOpen, "_kept", first_alone, step=41, enough={"forgotten": 0}
        )
        self.assertTrue(exceeds(found, {"forgotten": 0}), found)
