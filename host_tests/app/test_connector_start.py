"""Nothing energises before its begin record is durable; a refusal is told and tried again."""

import unittest

from charge_point import ChargePoint, ocmf_of, play
from charge_world import CARD, OTHER_CARD
from fakes import settle


class TestStart(unittest.TestCase):
    def assert_refused(self, point, why):
        self.assertEqual((point.kinds(), point.contactor.closed), ([], []))
        self.assertTrue(why in point.log[-1], point.log)
        self.assertEqual(point.connectors[0].session, None)
        self.assertTrue(why in point.connectors[0].refusal)

    def test_the_begin_record_is_durable_before_the_contactor_closes(self):
        async def scenario(point):
            point.journal.on_append = lambda kind: point.contactor.events.append("durable")
            point.inputs.plug_in(1)
            await point.seconds(2)
            self.assertEqual(point.contactor.events, [("open", 1), "durable", ("close", 1)])
            self.assertEqual(point.kinds(), ["begin"])
            self.assertEqual(point.contactor.violations, [])

        play(scenario)

    def test_the_begin_reading_is_taken_after_the_start_was_asked_for(self):
        async def scenario(point):
            await point.seconds(5)
            point.inputs.plug_in(1)
            point.meters[0].energy_mwh = 7000000
            await point.seconds(2)
            self.assertEqual(point.readings(0)[0]["RV"], 7000)
            self.assertEqual(point.readings(0)[0]["TM"][-1], "S")

        play(scenario)

    def test_a_full_journal_refuses_until_there_is_room(self):
        async def scenario(point):
            point.journal.room = 0
            point.inputs.plug_in(1)
            await point.seconds(10)
            self.assert_refused(point, "the journal is full")
            await point.seconds(120)
            tries = point.connectors[0].refused
            self.assertTrue(3 <= tries <= 6, tries)
            point.journal.room = 9
            await point.seconds(40)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], [1]))
            self.assertEqual(point.connectors[0].refusal, "")

        play(scenario)

    def test_what_has_failed_of_the_medium_is_tried_again_before_a_car_is_refused(self):
        for room, kinds in ((9, ["begin"]), (1, [])):  # enough to the session's end, or not

            async def scenario(point, room=room, kinds=kinds):
                def heal():
                    point.journal.room = room
                    return True

                point.journal.room, point.journal.heal = 0, heal
                point.inputs.plug_in(1)
                await point.seconds(10)
                self.assertEqual((point.kinds(), point.journal.room), (kinds, room - len(kinds)))

            play(scenario)

    def test_a_medium_that_cannot_be_written_refuses_and_the_firmware_lives(self):
        for number in (5, 19, 28):

            async def scenario(point, number=number):
                point.journal.error = OSError(number)
                point.inputs.plug_in(1)
                await point.seconds(10)
                self.assert_refused(point, "the journal cannot be written")
                point.journal.error = None
                await point.seconds(40)
                self.assertEqual(point.kinds(), ["begin"])
                self.assertEqual(ocmf_of(point.records()[0])["PG"], "T1")

            play(scenario)

    def test_a_silent_meter_refuses_with_its_fault(self):
        async def scenario(point):
            point.meters[0].fault = "T"
            point.inputs.plug_in(1)
            await point.seconds(12)
            self.assert_refused(point, "the meter did not answer (T)")
            point.meters[0].fault = ""
            await point.seconds(40)
            self.assertEqual(point.contactor.closed, [1])

        play(scenario)

    def test_a_meter_that_cannot_say_who_it_is_refuses(self):
        async def scenario(point):
            point.meters[0].identity_fault = "F"
            point.inputs.plug_in(1)
            await point.seconds(12)
            self.assert_refused(point, "the meter did not answer (F)")

        play(scenario)

    def test_a_meter_without_a_serial_number_refuses(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await point.seconds(12)
            self.assert_refused(point, "no serial number; set connectors[].serial")
            point.meters[0].serial = "S9"
            await point.seconds(40)
            self.assertEqual(ocmf_of(point.records()[0])["MS"], "S9")

        play(scenario, ChargePoint(serials=("",)))

    def test_the_configured_serial_number_stands_in_from_the_begin_to_the_end(self):
        async def scenario(point):
            await point.begun()
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin", "session"])
            self.assertEqual([ocmf_of(r)["MS"] for r in point.records()], ["C7", "C7"])

        play(scenario, ChargePoint(serials=("",), configured_serial="C7"))

    def test_an_identification_level_that_no_record_may_hold_is_not_begun(self):
        for level, why in (("MISMATCH", "identification_level"), ('V"', "IL holds a character")):

            async def scenario(point, level=level, why=why):
                point.inputs.plug_in(1, ("ISO14443", level, "04A2"))
                await point.seconds(3)
                self.assert_refused(point, why)

            play(scenario)

    def test_a_plug_drawn_while_the_meter_is_read_begins_nothing(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await settle()
            point.inputs.unplug(1)
            await point.seconds(5)
            self.assertEqual((point.kinds(), point.contactor.events), ([], [("open", 1)]))
            await point.begun()

        play(scenario)

    def test_a_plug_drawn_while_the_record_is_signed_never_energises(self):
        async def scenario(point):
            point.journal.on_append = lambda kind: point.inputs.unplug(1)
            point.inputs.plug_in(1)
            await point.seconds(5)
            self.assertFalse(("close", 1) in point.contactor.events)
            self.assertEqual(point.kinds(), ["begin", "session"])
            self.assertEqual(point.letters(), "BL")

        play(scenario)

    def test_a_card_is_not_used_for_the_car_that_comes_next(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await settle()
            point.inputs.unplug(1)
            point.inputs.plug_in(1, None)  # before the connector's task ran again
            await point.seconds(20)
            self.assertEqual(point.kinds(), [])
            point.inputs.show(1, id=OTHER_CARD)
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin"])

        play(scenario)

    def test_the_same_card_at_the_next_plug_in_takes_a_new_reading(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await settle()
            point.inputs.unplug(1)
            point.inputs.plug_in(1)
            await point.seconds(5)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], [1]))

        play(scenario)

    def test_a_card_after_the_plug_starts_and_one_withdrawn_in_time_does_not(self):
        async def scenario(point):
            point.inputs.plug_in(1, None)
            await point.seconds(30)
            self.assertEqual(point.kinds(), [])
            point.inputs.show(1, id=CARD)
            await settle()
            point.inputs.show(1, id=None)
            await point.seconds(5)
            self.assertEqual((point.kinds(), point.contactor.closed), ([], []))
            point.inputs.show(1, id=CARD)
            await point.seconds(3)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], [1]))

        play(scenario)

    def test_a_stop_that_comes_before_the_begin_record_begins_nothing(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await settle()
            point.inputs.show(1, stop="R")
            await point.seconds(60)
            self.assertEqual((point.kinds(), point.contactor.events), ([], [("open", 1)]))

        play(scenario)

    def test_a_stop_that_comes_while_the_record_is_signed_never_energises(self):
        async def scenario(point):
            point.journal.on_append = lambda kind: point.inputs.show(1, stop="A")
            point.inputs.plug_in(1)
            await point.seconds(5)
            self.assertFalse(("close", 1) in point.contactor.events)
            self.assertEqual(point.letters(), "BA")

        play(scenario)

    def test_a_refusal_is_over_when_the_car_leaves(self):
        async def scenario(point):
            point.meters[0].fault = "T"
            point.inputs.plug_in(1)
            await point.seconds(12)
            point.inputs.unplug(1)
            await settle()
            self.assertEqual(point.connectors[0].refusal, "")
            point.meters[0].fault = ""
            await point.begun()  # at once: the next driver does not wait for the last one's pause

        play(scenario)
