"""Every meter model against its golden frames, which were made without the firmware's decoder."""

import unittest

import vectors
from fakes import FakeClock
from scripted_line import ScriptedLine, bus_on, frame, outcome, reply, run

from wattseal.core.models import MODELS
from wattseal.core.reading import Reading
from wattseal.drivers.modbus_meter import ModbusMeter


class Meter:
    """Answers exactly the requests of a vector, in their order, 40 ms after each."""

    def __init__(self, frames):
        self.frames = [(bytes.fromhex(sent), bytes.fromhex(back)) for sent, back in frames]

    def answer(self, request):
        if not self.frames or self.frames[0][0] != request:
            raise AssertionError("not in the vector: " + request.hex())
        return [(40, self.frames.pop(0)[1])]


def driver(vector, frames):
    """(meter, its simulated other end, the line's clock)"""
    far_end = Meter(frames)
    line = ScriptedLine(far_end.answer)
    clock = FakeClock()
    clock.now_ms = lambda: line.ms
    meter = ModbusMeter(bus_on(line), vector["unit"], MODELS[vector["model"]], clock)
    return meter, far_end, line


class TestVectors(unittest.TestCase):
    def vectors(self):
        for model in sorted(MODELS):
            vector = vectors.load("meters/%s.json" % model)
            self.assertEqual(vector["model"], model)
            yield vector

    def test_every_reading(self):
        for vector in self.vectors():
            good = 0
            for case in vector["cases"]:
                what = vector["model"] + ": " + case["what"]
                meter, far_end, line = driver(vector, case["frames"])
                got = run(outcome(meter.read()))
                if "st" in case:
                    self.assertEqual(got, case["st"], what)
                else:
                    self.assertTrue(isinstance(got, Reading), what)
                    expected = (case["energy_mwh"], case["power_w"])
                    self.assertEqual((got.energy_mwh, got.power_w), expected, what)
                    self.assertEqual((got.at_ms, got.time_state), (line.sent_ms[-1], "S"), what)
                    good += 1
                self.assertEqual(far_end.frames, [], what)
            self.assertTrue(good >= 3 and good < len(vector["cases"]), vector["model"])

    def test_every_identity(self):
        for vector in self.vectors():
            names = vector["identity"]
            meter, far_end, _ = driver(vector, names["frames"])
            got = run(meter.identify())
            expected = (names.get("serial", ""), names.get("firmware", ""))
            self.assertEqual((got.serial, got.firmware), expected)
            self.assertEqual(run(meter.model_code()), names.get("code", ""))
            self.assertEqual(far_end.frames, [])

    def test_a_code_is_one_that_the_row_accepts(self):
        for vector in self.vectors():
            codes = MODELS[vector["model"]].codes
            if codes:
                told = vector["identity"]["code"]
                self.assertTrue(told in [str(code) for code in codes], vector["model"])

    def test_energies_that_a_small_float_cannot_hold_and_the_last_before_the_end(self):
        for vector in self.vectors():
            read_mwh = [case["energy_mwh"] for case in vector["cases"] if "st" not in case]
            for least_mwh in (1000 << 24, 1000 << 31):
                self.assertTrue(max(read_mwh) >= least_mwh, vector["model"])
            what = " ".join([case["what"] for case in vector["cases"]])
            self.assertTrue("just below" in what, vector["model"])
            rollover_mwh = MODELS[vector["model"]].rollover_mwh
            if rollover_mwh:
                self.assertTrue(rollover_mwh - 1000 in read_mwh, vector["model"])


class TestReading(unittest.TestCase):
    def test_no_value_is_older_than_its_time_which_is_that_of_the_energys_request(self):
        for model, requests in (("sdm630", 1), ("em340", 2), ("wm3m4", 2)):
            vector = vectors.load("meters/%s.json" % model)
            meter, _, line = driver(vector, vector["cases"][0]["frames"])
            reading = run(meter.read())
            self.assertEqual(len(line.sent), requests)
            self.assertEqual(reading.at_ms, line.sent_ms[-1])

    def test_a_firmware_that_is_refused_is_none(self):
        for code, told in ((1, ""), (2, ""), (3, ""), (4, None)):
            vector = vectors.load("meters/pro380.json")
            frames = vector["identity"]["frames"]
            frames[1][1] = frame(1, 0x83, code).hex()
            got = run(outcome(driver(vector, frames)[0].identify()))
            self.assertEqual(got if told is None else got.firmware, "F" if told is None else told)

    def test_a_serial_number_that_is_refused_is_none(self):
        """Then the configured one counts, or no session begins."""
        for code, told in ((1, ""), (2, ""), (3, ""), (4, None)):
            vector = vectors.load("meters/pro380.json")
            frames = vector["identity"]["frames"]
            frames[0][1] = frame(1, 0x83, code).hex()
            got = run(outcome(driver(vector, frames)[0].identify()))
            self.assertEqual(got if told is None else got.serial, "F" if told is None else told)

    def test_a_serial_number_that_is_not_there_is_none(self):
        vector = vectors.load("meters/b23.json")
        frames = vector["identity"]["frames"]
        frames[0][1] = "010304ffffffff" + "fba7"
        meter = driver(vector, frames)[0]
        self.assertEqual(run(meter.identify()).serial, "")

    def test_a_firmware_that_is_no_number_is_none(self):
        vector = vectors.load("meters/pro380.json")
        frames = vector["identity"]["frames"]
        frames[1][1] = reply(1, 3, 0x7F, 0xC0, 0, 0).hex()
        meter = driver(vector, frames)[0]
        self.assertEqual(run(meter.identify()).firmware, "")
