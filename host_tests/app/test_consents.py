"""A consent is of one session, off until it is said, and gone with it."""

import unittest

from wattseal.app.consents import Consents


class Session:
    def __init__(self, session_id, connector=1):
        self.session_id, self.connector = session_id, connector


class Place:
    def __init__(self, number):
        self.id, self.session = number, None


class TestConsents(unittest.TestCase):
    def setUp(self):
        self.places = [Place(1), Place(2)]
        self.consents = Consents(self.places, 3)
        self.session = self.places[0].session = Session("5e55")

    def told(self, session=None):
        told = self.consents.purposes(session or self.session)
        return told["s"], told["x"]

    def test_off_until_said(self):
        purposes = {"b": "contract", "s": 0, "x": 0, "v": 3}
        self.assertEqual(self.consents.purposes(self.session), purposes)
        self.assertEqual([self.consents.to_statistics(n) for n in (1, 2, 7)], [False] * 3)

    def test_each_purpose_for_itself_and_taken_back_at_once(self):
        for statistics, sharing in ((True, False), (False, True), (True, True), (False, False)):
            self.assertTrue(self.consents.say(1, "5e55", statistics, sharing))
            self.assertEqual(self.told(), (int(statistics), int(sharing)))
            self.assertEqual(self.consents.to_statistics(1), statistics)
            self.assertFalse(self.consents.to_statistics(2))

    def test_the_next_driver_has_agreed_to_nothing(self):
        self.consents.say(1, "5e55", True, True)
        ended, self.places[0].session = self.session, None
        self.assertFalse(self.consents.to_statistics(1))
        self.assertEqual(self.told(ended), (1, 1))  # its record is still to be written
        following = self.places[0].session = Session("5e56")
        self.assertEqual(self.told(following), (0, 0))
        self.assertFalse(self.consents.to_statistics(1))

    def test_only_of_a_session_that_is_open_there(self):
        for connector, session_id in ((1, "5e56"), (2, "5e55"), (3, "5e55"), (1, "")):
            self.assertFalse(self.consents.say(connector, session_id, True, True))
        self.assertEqual(self.told(), (0, 0))
