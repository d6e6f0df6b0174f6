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
        told = self.consents.purposes(session or self.session, False)
        return told["s"], told["x"]

    def test_off_until_said(self):
        purposes = {"b": "contract", "s": 0, "x": 0, "v": 3}
        self.assertEqual(self.consents.purposes(self.session, False), purposes)
        self.assertEqual([self.consents.to_statistics(n) for n in (1, 2, 7)], [False] * 3)

    def test_each_purpose_for_itself_and_taken_back_at_once(self):
        for statistics, sharing in ((True, False), (False, True), (True, True), (False, False)):
            self.setUp()
            self.assertTrue(self.consents.say(1, "5e55", not statistics, not sharing))
            self.assertTrue(self.consents.say(1, "5e55", statistics, sharing))
            self.assertEqual(self.consents.to_statistics(1), statistics)
            self.assertEqual(self.told(), (int(statistics), int(sharing)))
            self.assertEqual(self.consents.to_statistics(1), statistics)
            self.assertFalse(self.consents.to_statistics(2))

    def test_the_next_driver_has_agreed_to_nothing(self):
        self.consents.say(1, "5e55", True, True)
        self.assertEqual(self.told(), (1, 1))
        self.assertFalse(self.consents.say(1, "5e55", False, False))  # its record says so
        ended, self.places[0].session = self.session, None
        self.assertFalse(self.consents.to_statistics(1))
        self.assertEqual(self.told(ended), (1, 1))  # its record is still to be written
        following = self.places[0].session = Session("5e56")
        self.assertEqual(self.told(following), (0, 0))
        self.assertFalse(self.consents.to_statistics(1))

    def test_once_its_stay_is_counted_another_word_is_refused(self):
        """The plug is drawn, and the end reading is still waited for."""
        for last in (True, False):
            self.setUp()
            self.consents.say(1, "5e55", True, False)
            self.assertTrue(self.consents.say(1, "5e55", last, False))
            self.assertEqual(self.consents.to_statistics(1, True), last)
            self.assertFalse(self.consents.say(1, "5e55", not last, True))
            self.assertEqual(self.told(), (int(last), 0))

    def test_a_stay_whose_end_is_seen_after_its_record_says_the_same(self):
        for given in (True, False):
            self.setUp()
            self.consents.say(1, "5e55", given, False)
            self.assertEqual(self.told(), (int(given), 0))
            self.places[0].session = None
            self.assertEqual(self.consents.to_statistics(1, True), given)
        self.assertFalse(self.consents.to_statistics(2, True))

    def test_only_of_a_session_that_is_open_there(self):
        for connector, session_id in ((1, "5e56"), (2, "5e55"), (3, "5e55"), (1, "")):
            self.assertFalse(self.consents.say(connector, session_id, True, True))
        self.assertEqual(self.told(), (0, 0))


class AtTheChargerTest(unittest.TestCase):
    """The driver agrees where they plug in; what is asked there is soon about the next one."""

    def setUp(self):
        self.agrees = {1: True}
        self.place = Place(1)
        self.consents = Consents([self.place], 3, lambda connector: self.agrees[connector])
        self.begin("5e55")

    def begin(self, session_id):
        session = Session(session_id)
        first = self.consents.purposes(session, True)["s"]  # of its begin record
        self.place.session = self.session = session
        return first

    def test_it_counts_from_the_begin_record_on(self):
        self.assertTrue(self.consents.to_statistics(1))
        self.assertEqual(self.consents.purposes(self.session, False)["s"], 1)

    def test_taken_back_there_it_stays_taken_back(self):
        self.agrees[1] = False
        self.assertFalse(self.consents.to_statistics(1))
        self.agrees[1] = True  # the next driver is asked, and this one's record is not written yet
        self.assertFalse(self.consents.to_statistics(1))
        self.assertEqual(self.consents.purposes(self.session, False)["s"], 0)
        self.assertEqual(self.begin("5e56"), 1)

    def test_the_next_driver_s_no_is_not_this_one_s(self):
        self.place.session = None  # ended, and its record is being written
        self.agrees[1] = False
        self.assertFalse(self.consents.to_statistics(1))
        self.assertEqual(self.consents.purposes(self.session, False)["s"], 1)
        self.assertEqual(self.begin("5e56"), 0)

    def test_when_its_stay_has_ended_the_charger_is_not_asked_any_more(self):
        self.agrees[1] = False  # whoever is there next
        self.assertTrue(self.consents.to_statistics(1, True))
        self.assertEqual(self.consents.purposes(self.session, False)["s"], 1)

    def test_what_was_begun_before_a_reset_has_agreed_to_nothing(self):
        self.consents = Consents([self.place], 3, lambda connector: True)
        self.assertFalse(self.consents.to_statistics(1))
        self.assertEqual(self.consents.purposes(self.session, False)["s"], 0)

    def test_a_command_comes_before_it(self):
        self.assertTrue(self.consents.say(1, "5e55", False, True))
        self.assertFalse(self.consents.to_statistics(1))
        self.agrees[1] = False
        self.assertTrue(self.consents.say(1, "5e55", True, False))
        self.assertTrue(self.consents.to_statistics(1))
