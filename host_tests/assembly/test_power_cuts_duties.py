"""Power cuts of the shipped assembly while it does what else a device does (cut_duties)."""

import sys

from cut_test import CutCase, exceeds

_STEP, _STEP_RING = 197, 97

if sys.implementation.name == "micropython":
    import virtual_time

    virtual_time.install()

    from scratch_folder import leave_littlefs

    import wattseal.core.ocmf_rules  # noqa: F401 - early, as in virtual_power
    from wattseal.app.acks import ReceiverWords
    from wattseal.app.left_open import LeftOpen
    from wattseal.app.recorder import Recorder
    from wattseal.app.statistics import Statistics
    from wattseal.core import correction


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

    def finds(self, kind, scenario, owner, name, broken, step):
        found = self.found_while_broken(scenario, owner, name, broken, step=step, enough={kind: 0})
        self.assertTrue(exceeds(found, {kind: 0}), found)

    def test_a_quarter_that_is_told_again_after_a_reset(self):
        self.needs_micropython()
        self.finds(
            "told_twice", "statistics", Statistics, "_told", lambda _: lambda *_: 0, step=101
        )

    def test_old_records_that_do_not_come_again(self):
        self.needs_micropython()
        from virtual_power import Ended  # late: see ocmf_rules above

        sound = ReceiverWords.resend
        ReceiverWords.resend = lambda *_: True
        try:
            with self.assertRaises(Ended):
                self.cut("resend")
        finally:
            ReceiverWords.resend = sound
            leave_littlefs()

    def corrects(self, change):
        """`change(payload)` comes behind each correction that is made."""
        self.needs_micropython()

        def broken(sound):
            return lambda *given: change(sound(*given))

        self.finds("corrected", "corrected", correction, "payload", broken, step=397)

    def test_a_bill_taken_back_twice(self):
        self.needs_micropython()

        def twice(sound):
            async def correct(*given):
                await sound(*given)
                return await sound(*given)

            return correct

        self.finds("corrected", "corrected", Recorder, "correct", twice, step=397)

    def test_more_taken_back_than_was_billed(self):
        self.corrects(lambda made: made.replace('"pay":-', '"pay":-1'))

    def test_another_bill_taken_back_than_was_asked(self):
        def first(made):
            at = made.find('"UR":') + 5
            return made[:at] + "1" + made[made.find(",", at) :]

        self.corrects(first)
