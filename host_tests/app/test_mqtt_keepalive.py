"""When a broker is pinged and when it counts as dead, in eighths of the keepalive."""

import unittest

from wattseal.drivers.mqtt_keepalive import STEPS, Keepalive


class TestKeepalive(unittest.TestCase):
    def setUp(self):
        self.keepalive = Keepalive()

    def steps_until_dead(self, waiting, heard=False):
        for step in range(1, 100):
            if heard:
                self.keepalive.heard()
            reason = self.keepalive.step(waiting)
            if reason:
                return step, reason
        return 0, ""

    def test_pings_twice_in_each_keepalive(self):
        pings = []
        for _ in range(2 * STEPS):
            self.keepalive.step(False)
            pings.append(self.keepalive.ping_due())
        self.assertEqual([i + 1 for i, due in enumerate(pings) if due], [4, 8, 12, 16])

    def test_gives_a_silent_broker_one_and_a_half_keepalives(self):
        self.assertEqual(self.steps_until_dead(False), (12, "the broker is silent"))

    def test_gives_an_acknowledgement_one_keepalive(self):
        late = (8, "the broker acknowledges nothing")
        self.assertEqual(self.steps_until_dead(True, heard=True), late)

    def test_lives_for_ever_with_a_broker_that_answers(self):
        self.assertEqual(self.steps_until_dead(False, heard=True), (0, ""))

    def test_starts_afresh_with_each_acknowledgement(self):
        for _ in range(50):
            self.keepalive.heard()
            self.keepalive.acknowledged()
            for _ in range(7):
                self.assertEqual(self.keepalive.step(True), "")

    def test_lets_eight_messages_go_unheard_and_pings_after_four(self):
        for _ in range(2):
            told = [(self.keepalive.full, self.keepalive.written()) for _ in range(8)]
            self.assertEqual(told, [(False, False)] * 3 + [(False, True)] + [(False, False)] * 4)
            self.assertTrue(self.keepalive.full)
            self.keepalive.heard()
        self.keepalive.written()
        self.keepalive.reset()
        self.assertFalse(self.keepalive.written() or self.keepalive.full)

    def test_forgets_the_last_connection(self):
        for _ in range(11):
            self.keepalive.step(False)
        self.keepalive.reset()
        self.assertEqual(self.steps_until_dead(False)[0], 12)
