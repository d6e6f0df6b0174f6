"""When the ledger is written, and what it tells; a medium that refuses keeps no device down."""

import asyncio
import struct
import unittest

from charge_world import Checkpoints, Power
from fakes import FakeClock, settle

from wattseal.app import boots, health, safe_mode


class Connector:
    idle, resting = True, False

    def __init__(self):
        self.heart = self
        self.parked = False


class Signer:
    patient = False


class BootsCase(unittest.TestCase):
    def setUp(self):
        self.medium = Checkpoints(Power())
        self.clock = FakeClock()
        self.connector, self.other, self.signer = Connector(), Connector(), Signer()
        self.quiets = 0
        self.in_quiet = lambda: None

    async def quiet(self):
        self.quiets += 1
        await asyncio.sleep(0)
        self.in_quiet()

    def boot(self, cause="watchdog", times=1):
        for _ in range(times):
            self.said = []
            self.begun = boots.begin(self.medium, cause, self.said.append)
            self.told, self.line, _ = self.begun
            self.assertEqual(self.said, [self.line])
        return self.told

    @property
    def safe(self):
        return "safe_mode" in self.told

    def kept(self):
        """[boots, resets, bad, dark, state, utc_s]"""
        return list(struct.unpack("<IIBBBI", self.medium.blobs["boots"]))

    def live(self, *seconds):
        """In the mode it is in; the exception that ended it, None while it goes on."""
        self.said = []
        rows = [self.connector, self.other]

        async def main():
            touched = self.begun, self.medium, self.clock, self.quiet
            if self.safe:
                part = safe_mode.run(*touched, rows, self.said.append, self.signer)
            else:
                part = health.prove(*touched)
            task = asyncio.create_task(part)
            for span_s in seconds:
                await self.clock.advance(1000 * span_s)
                await settle()
            if not task.done():
                task.cancel()
                return None
            try:
                return await task
            except safe_mode.PlannedReset as end:
                return end

        return asyncio.run(main())


class TestBoots(BootsCase):
    def test_a_boot_is_written_at_once_and_once(self):
        self.boot()
        self.assertEqual((self.medium.saves, self.kept()), (1, [1, 0, 0, 0, 0, 0]))

    def test_health_is_written_once_after_two_minutes_and_between_requests(self):
        self.boot()
        self.live(119)
        self.assertEqual(self.medium.saves, 1)
        self.live(121, 86400)
        self.assertEqual((self.medium.saves, self.quiets), (2, 1))
        self.assertEqual(self.kept(), [1, 0, 0, 0, 1, 1795000239])

    def test_only_a_synchronised_time_gets_into_the_flash(self):
        self.clock.time_state = "I"
        self.boot()
        self.live(121)
        self.assertEqual(self.kept()[-1], 0)
        self.clock.time_state = "S"
        self.boot()
        self.live(121)
        self.assertEqual(self.kept()[-1], 1795000000 + 121 + 120)

    def test_the_time_of_the_last_healthy_life_is_told(self):
        self.boot()
        self.live(121)
        self.assertEqual(self.boot()["healthy_utc_s"], 1795000120)

    def test_tells_of_the_life_before(self):
        self.assertEqual(
            self.boot("power"), {"boots": 1, "resets_unexpected": 0, "last_reset": "power"}
        )
        told = self.boot("watchdog")
        expected = {"boots": 2, "resets_unexpected": 1, "last_reset": "watchdog"}
        self.assertEqual(told, expected)

    def test_a_person_who_resets_again_and_again_is_told(self):
        self.boot("power")
        self.assertEqual(self.line, "start 1 (power)")
        self.boot("watchdog or reset", times=2)
        self.assertTrue("3 (watchdog or reset); 2 in a row ended within" in self.line)
        self.boot("watchdog or reset")
        self.assertTrue("safe mode" in self.line and "15 minutes" in self.line)

    def test_a_medium_that_refuses_keeps_nothing_down(self):
        self.medium.error = OSError(5)
        told = self.boot("power")
        self.assertEqual((told["boots_unkept"], told["boots"]), (1, 1))
        self.live(121)
        self.medium.error = None
        self.assertEqual(self.boot()["boots"], 1)

    def refusing(self, times):
        """The ledger is refused so often, and can be written all the while."""
        sound, left = self.medium.load, [times]

        def load(name):
            left[0] -= 1
            if left[0] >= 0:
                raise OSError(5)
            return sound(name)

        self.medium.load = load

    def test_a_ledger_that_is_refused_once_is_asked_for_again(self):
        self.boot(times=4)
        self.refusing(2)
        self.assertEqual((self.boot()["boots"], self.safe), (5, True))

    def test_a_ledger_that_cannot_be_read_is_not_written_over_and_counts_as_bad(self):
        self.boot(times=4)
        before = self.kept()
        self.refusing(3)
        told = self.boot()
        self.assertEqual((told["boots_unkept"], self.safe), (1, True))
        self.assertTrue(self.live(*[10] * 92))
        self.assertEqual(self.kept(), before)
        self.assertEqual(self.boot()["resets_unexpected"], 4)

    def test_without_its_ledger_a_device_that_gets_its_power_back_is_in_its_normal_mode(self):
        self.boot(times=4)
        before = self.kept()
        self.refusing(3)
        self.boot("power")
        self.assertFalse(self.safe)
        self.live(121)
        self.assertEqual(self.kept(), before)

    def test_a_ledger_that_cannot_be_written_at_health_is_told(self):
        self.boot()
        self.medium.error = OSError(28)
        self.live(121)
        self.assertEqual(self.told["boots_unkept"], 1)


class TestSafeMode(BootsCase):
    def test_three_bad_lives_lead_to_it_and_a_quarter_of_an_hour_out_of_it(self):
        self.boot(times=3)
        self.assertFalse(self.safe)
        self.boot()
        self.assertTrue(self.told["safe_mode"])
        self.assertTrue(self.live(*[10] * 89) is None)
        self.assertTrue(self.live(*[10] * 92))
        told = self.boot()
        self.assertEqual((self.safe, told["last_reset"]), (False, "planned"))
        self.assertEqual(told["resets_unexpected"], 3)

    def test_it_says_so_every_minute(self):
        self.boot(times=4)
        self.live(*[10] * 42)
        self.assertEqual(self.said, 6 * [self.line])

    def test_it_does_not_end_in_a_session(self):
        self.boot(times=4)
        self.other.idle = False
        for seconds in ([1], [60] * 14):
            self.assertTrue(self.live(*seconds) is None)
            self.assertTrue(self.signer.patient)
        self.assertTrue(self.live(*[60] * 60) is None)
        self.assertFalse(self.signer.patient)  # a reset may help what ends the session
        self.other.parked = True  # its record is stored, the car stays
        self.assertTrue(self.live(*[60] * 60))

    def test_a_car_that_comes_while_it_waits_for_quiet_is_not_reset(self):
        def comes():
            if self.quiets == 2:  # the first is health's
                self.connector.idle = False

        self.boot(times=4)
        self.in_quiet = comes
        self.assertTrue(self.live(*[60] * 60) is None)
        self.boot()
        self.assertTrue(self.safe)  # and nothing is planned

    def test_a_medium_that_refuses_ends_it_all_the_same(self):
        self.boot(times=4)
        self.medium.error = OSError(5)
        self.assertTrue(self.live(*[60] * 16))
