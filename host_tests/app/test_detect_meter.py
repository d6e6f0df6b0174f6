"""Every model is found as itself and never as another; what cannot be accepted is said."""

import unittest

from fakes import FakeClock
from scripted_line import ScriptedLine, frame, reply, run, use
from vector_meter import VectorMeter

from wattseal.core.models import MODELS
from wattseal.drivers.detect_meter import Check
from wattseal.drivers.detect_units import Probe

# By their documents these cannot be told from each other: each finds all of its set, and says so.
TWINS = (
    ("em111", "em112"), ("em340", "gnm3d"), ("pro1", "pro380"), ("we516", "we517"),
    ("pzem004t", "pzem016"), ("em540", "em580"),
)  # fmt: skip
# No document has a code of theirs; nothing else looks like them.
UNSURE = (
    "em24", "sdm230", "mpm3pm", "ds100", "dtsu666", "dvh4013", "dsz15d", "finder7m38", "dmg610",
    "pac2200",
)  # fmt: skip

# A code that no document has may be that of a newer one of the rows beside theirs.
BESIDE = {
    "sdm230": ("sdm120", "sdm630", "sdm72", "sdm72v2"),
    "em540": ("em24e1", "em330", "em340", "gnm3d"),
}


class Bench:
    """Meters on a line in virtual time, and what asks them."""

    def __init__(self, *meters):
        self.meters = meters
        self.line = ScriptedLine(self.answer)
        use(self.line)
        self.probe = Probe(self.line)
        self.clock = FakeClock()
        self.clock.now_ms = lambda: self.line.ms
        self.released = 0

    def answer(self, request):
        found = []
        for meter in self.meters:
            found += meter.answer(request, self.line.settings)
        return found

    def look(self, unit=1, p_max_w=22000):
        def release():
            self.released += 1

        check = Check(self.probe.bus, self.clock, MODELS, release, p_max_w)
        return run(check.look(unit))


def expected(model):
    for twins in TWINS:
        if model in twins:
            return list(twins), False
    return [model], model not in UNSURE


class TestModels(unittest.TestCase):
    def check(self, zeros):
        for model in sorted(MODELS):
            found = Bench(VectorMeter(model, zeros=zeros)).look()
            models, sure = expected(model)
            found.models = [m for m in found.models if m not in BESIDE.get(model, ())]
            self.assertEqual((model, found.problems, found.sure), (model, [], sure))
            if zeros and model not in ("em540", "em580"):  # their codes are by two functions
                self.assertEqual((model, sorted(found.models)), (model, sorted(models)))
            else:  # a refusal rules a sister out
                self.assertTrue(model in found.models, model)
                self.assertEqual(
                    (model, [m for m in found.models if m not in models]), (model, [])
                )
            self.assertTrue(found.reading.energy_mwh > 0 or not sure, model)

    def test_each_is_found_as_itself(self):
        self.check(zeros=False)

    def test_each_is_found_as_itself_when_it_answers_zeros_to_all_else(self):
        self.check(zeros=True)

    def test_few_rows_are_loaded_and_each_is_released(self):
        for model, most in (("sdm630", 10), ("em340", 14), ("pzem016", 10)):
            bench = Bench(VectorMeter(model))
            bench.look()
            self.assertTrue(2 <= bench.released <= most, (model, bench.released))


class TestNames(unittest.TestCase):
    def test_what_its_code_leaves_open_its_name_may_settle(self):
        bench = Bench(VectorMeter("gnm3d"))
        told = b"\x00\x04GARO\x01\x06GNM3D2"
        meter = bench.meters[0]
        plain = meter._reply

        def named(request):
            if request[1] == 43:
                return frame(1, 43, 14, 1, 1, 0, 0, 2, *told)
            return plain(request)

        meter._reply = named
        found = bench.look()
        self.assertEqual((found.models, found.sure), (["gnm3d"], True))


class TestRefused(unittest.TestCase):
    def problem(self, bench, **options):
        found = bench.look(**options)
        self.assertEqual(found.model(found.models[0] if found.models else ""), "")
        return "; ".join(found.problems)

    def test_a_meter_that_answers_once_and_then_no_more(self):
        # codes, mains, code, identity, energy: every cut of it
        good = Bench(VectorMeter("sdm630"))
        good.look()
        asked = len(good.line.sent)
        for answers in range(1, asked, 1):
            bench = Bench(VectorMeter("sdm630"))
            bench.meters[0].answers = answers
            self.assertTrue(self.problem(bench), answers)
        bench = Bench(VectorMeter("sdm630"))
        bench.meters[0].answers = asked - 1
        self.assertEqual(self.problem(bench), "it answered once, and then no more")

    def test_two_meters_with_one_unit(self):
        bench = Bench(VectorMeter("sdm630"), VectorMeter("sdm630"))
        bench.meters[1].broken = lambda data: data[:-1] + bytes([data[-1] ^ 1])
        self.assertTrue(self.problem(bench))

    def test_two_meters_that_answer_in_turn(self):
        meters = VectorMeter("sdm630"), VectorMeter("sdm630")
        serial = bytes.fromhex("03fc000002")
        meters[1].replies[serial] = meters[1].replies[serial][:-1] + b"\x09"
        bench = Bench(meters[0])
        first = []

        def answer(request):
            first.append(request)
            which = [sent[1:6] for sent in first].count(serial) > 1
            return meters[which].answer(request)

        bench.line.answer = answer
        self.assertTrue("named itself in two ways" in self.problem(bench))

    def test_a_register_that_jumps_or_falls_between_two_readings(self):
        for change in (-1, 1):
            bench = Bench(VectorMeter("b23"))
            meter = bench.meters[0]
            plain = meter._reply
            energy = b"\x03\x50\x00"
            count = []

            def jumping(request, plain=plain, change=change, count=count, energy=energy):
                data = plain(request)
                if request[1:4] == energy:
                    count.append(1)
                    if len(count) > 1:
                        value = int.from_bytes(data[3:11], "big") + change * 1000
                        return reply(1, 3, *value.to_bytes(8, "big"))
                return data

            meter._reply = jumping
            self.assertEqual(self.problem(bench), "two readings of its energy do not agree")

    def test_a_register_that_goes_on_is_good(self):
        bench = Bench(VectorMeter("b23"))
        found = bench.look(p_max_w=10**9)
        self.assertEqual(found.problems, [])

    def test_mains_that_cannot_be(self):
        bench = Bench(VectorMeter("sdm630"))
        voltage = bytes.fromhex("0400000002")
        bench.meters[0].replies[voltage] = bytes.fromhex("040400000000")
        self.assertEqual(self.problem(bench), "its voltage reads 0.0 V, not 80 to 300 V")
        bench.meters[0].replies[voltage] = bytes.fromhex("04047fc00000")
        self.assertEqual(self.problem(bench), "its registers hold no number that can be")

    def test_an_energy_that_is_no_number(self):
        bench = Bench(VectorMeter("b23"))
        for asked in list(bench.meters[0].replies):
            if asked[:3] == b"\x03\x50\x00":
                bench.meters[0].replies[asked] = b"\x03\x08" + b"\xff" * 8
        self.assertEqual(self.problem(bench), "its registers hold no number that can be")

    def test_a_device_that_is_no_meter(self):
        for zeros in (False, True):
            bench = Bench(VectorMeter("sdm630", zeros=zeros))
            bench.meters[0].replies = {}
            self.assertTrue("as no model that is known" in self.problem(bench))

    def test_an_unknown_code_is_told_and_may_be_any_model_of_its_register(self):
        for zeros in (False, True):
            bench = Bench(VectorMeter("sdm630", zeros=zeros))
            bench.meters[0].replies[bytes.fromhex("03fc020001")] = bytes.fromhex("03021234")
            found = bench.look()
            self.assertEqual((found.sure, found.code), (False, "4660"))
            self.assertTrue("sdm630" in found.models, found.models)
            self.assertEqual(found.model("sdm630"), "sdm630")

    def test_nobody(self):
        self.assertTrue(self.problem(Bench()))


class TestLine(unittest.TestCase):
    def test_an_echo_and_strays_change_nothing(self):
        bench = Bench(VectorMeter("em330"))
        plain = bench.answer

        def noisy(request):
            return [(0, request)] + plain(request)

        bench.line.answer = noisy
        found = bench.look()
        self.assertEqual((found.models, found.problems), (["em330"], []))

    def test_a_slow_meter_is_found(self):
        found = Bench(VectorMeter("we516", after_ms=600)).look()
        self.assertEqual((sorted(found.models), found.problems), (["we516", "we517"], []))

    def test_garbage_now_and_then_is_not_taken_for_an_answer(self):
        for every in (2, 3, 5):
            bench = Bench(VectorMeter("sdm630"))
            count = []

            def broken(data, count=count, every=every):
                count.append(1)
                return data if len(count) % every else data[:-1] + bytes([data[-1] ^ 0x10])

            bench.meters[0].broken = broken
            found = bench.look()
            self.assertTrue(found.model() in ("", "sdm630"))
