"""`detect` at the console: whose a meter is, by the file as it is now."""

from commissioning_case import CONFIG, UNNAMED, CommissioningCase
from vector_meter import VectorMeter

OWN_AT_5 = (("sdm120", 1), ("sdm630", 5))  # where meters are delivered to be is a heat pump's


class TestWhoseItIs(CommissioningCase):
    def begin(self, text):
        self.write(text)
        self.firmware.config = self.load()

    def test_one_that_gives_pulses_keeps_its_place(self):
        pulses = '{"id": 7, "meter": "s0", "imp_per_kwh": 1000, "serial": "4711"}, {"id": 1,'
        self.begin(CONFIG.replace('{"id": 1,', pulses).replace('"sdm630"', '"b23"'))
        self.play("")
        rows = self.load().connectors
        self.assertEqual([row.meter for row in rows], ["s0", "sdm630", "b23"])

    def test_a_meter_of_somebody_else_where_meters_are_delivered_to_be(self):
        foreign, own = [VectorMeter(model, at, (9600, "N")) for model, at in OWN_AT_5]
        self.begin(UNNAMED)
        for meters, unit, said in (
            ((foreign,), 1, "nothing was written"),
            ((foreign, own), 5, "the configuration is written; restart to use it"),
            ((foreign, own), 5, "the configuration says so already"),  # not restarted between
        ):
            self.firmware.meters = meters
            self.play("")
            self.assertEqual(self.said[-2], "detect: " + said)
            self.said.clear()
            row = self.load().connectors[0]
            self.assertEqual((row.meter, row.unit), ("sdm630", unit))

    def test_a_unit_that_is_written_down_is_the_meter_and_nobody_else_is_asked(self):
        self.firmware.meters = [VectorMeter(model, at, (9600, "N")) for model, at in OWN_AT_5]
        self.play("")
        self.assertTrue("detect: connector 1: unit 1, sdm120" in self.said, self.said)
        self.assertFalse("all others" in "\n".join(self.said), self.said)
