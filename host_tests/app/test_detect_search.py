"""The search finds every line and unit in its order, quickly where it can; noise is told."""

import unittest

from scripted_line import ScriptedLine, frame, run, use
from vector_meter import VectorMeter

from wattseal.app.detect_search import Search
from wattseal.core import detect_lines
from wattseal.drivers.detect_units import Probe


class Bench:
    """Meters on a line in virtual time, a search, and how long it took."""

    def __init__(self, *meters, lines=(), units=(), wanted=1, noise=None, named=True):
        self.line = ScriptedLine(self.answer)
        use(self.line)
        self.meters = meters
        self.noise = noise
        self.said = []
        self.probe = Probe(self.line)
        self.search = Search(self.probe, self.said.append, lines, units, wanted, named)

    def answer(self, request):
        self.line.sent.clear()  # thousands do not fit into a board's heap
        self.line.sent_ms.clear()
        found = []
        for meter in self.meters:
            found += meter.answer(request, self.line.settings)
        return found if found or self.noise is None else [(5, self.noise)]

    def run(self):
        try:
            return run(self.search.run())
        finally:
            self.took_ms = self.line.ms


async def sweep(bench):
    """Every unit of one line where somebody has answered."""
    bench.probe.use((9600, "N", 1))
    return await bench.search._sweep([1], [1])


class TestSearch(unittest.TestCase):
    def check(self, bench, units, line, most_ms):
        self.assertEqual(bench.run(), units)
        self.assertEqual(bench.probe.line[:2], line)
        self.assertEqual(bench.line.settings, bench.probe.line)
        self.assertTrue(bench.took_ms <= most_ms, bench.took_ms)

    def test_as_delivered_it_takes_seconds(self):
        for model, unit, line in (
            ("sdm630", 1, (9600, "N")), ("we516", 1, (9600, "E")), ("iem3155", 1, (19200, "E")),
            ("sdm120", 1, (2400, "N")), ("wm3m4", 33, (115200, "N")), ("ds100", 1, (1200, "E")),
        ):  # fmt: skip
            self.check(Bench(VectorMeter(model, unit, line)), [unit], line, 9000)

    def test_as_configured_it_is_the_first_that_is_asked(self):
        meter = VectorMeter("b23", 201, (4800, "O"))
        bench = Bench(meter, lines=((4800, "O", 1),), units=(201,))
        self.check(bench, [201], (4800, "O"), 150)

    def test_the_usual_unit_on_any_line(self):
        for baud in (1200, 4800, 38400, 57600):
            for parity in "NEO":
                meter = VectorMeter("b23", 2, (baud, parity))
                self.check(Bench(meter), [2], (baud, parity), 45000)

    def test_any_unit_where_meters_are_delivered_to_be(self):
        for unit in (3, 100, 247):
            meter = VectorMeter("we516", unit, (9600, "E"))
            self.check(Bench(meter), [unit], (9600, "E"), 180000)

    def test_the_last_unit_of_the_last_line(self):
        bench = Bench(VectorMeter("b23", 247, (1200, "O")))
        self.check(bench, [247], (1200, "O"), detect_lines.worst_ms())

    def test_a_slow_meter_at_a_usual_unit(self):
        meter = VectorMeter("we516", 1, (9600, "E"), after_ms=650)
        self.check(Bench(meter), [1], (9600, "E"), 5000)

    def test_a_slow_meter_at_any_unit(self):
        for unit in (3, 57, 243, 246, 247):
            for after_ms in (130, 300, 450, 650):
                meter = VectorMeter("b23", unit, (9600, "N"), after_ms=after_ms)
                bench = Bench(meter)
                self.assertEqual((unit, after_ms, bench.run()), (unit, after_ms, [unit]))
                self.assertEqual(bench.probe.line, (9600, "N", 1))

    def test_several_meters_on_one_line(self):
        meters = [VectorMeter("b23", unit, (9600, "N")) for unit in (1, 5, 6, 246)]
        bench = Bench(*meters, wanted=0)
        self.check(bench, [1, 5, 6, 246], (9600, "N"), 60000)
        said = "units 1 answer; now all others on this line, about 32 s"
        self.assertEqual((bench.said, bench.took_ms // 10000), ([said], 3))
        bench = Bench(*meters, wanted=3)
        self.check(bench, [1, 5, 6], (9600, "N"), 8000)

    def test_slow_ones_among_several(self):
        for slow_ms in (130, 160, 170, 175, 200, 300, 600):
            meters = [VectorMeter("b23", unit, (9600, "N")) for unit in (1, 5, 6, 7, 33, 34)]
            for slow in (0, 2, 4):
                meters[slow].after_ms = slow_ms
            bench = Bench(*meters, wanted=0)
            self.assertEqual((slow_ms, bench.run()), (slow_ms, [1, 5, 6, 7, 33, 34]))

    def test_a_meter_of_somebody_else_is_not_taken_for_the_configured_one(self):
        meters = [VectorMeter("b23", unit, (9600, "N")) for unit in (1, 33, 40, 201)]
        for units, found in (((40,), [40]), ((5,), [1, 33, 40, 201]), ((1, 33), [1, 33])):
            bench = Bench(*meters, units=units)
            self.check(bench, found, (9600, "N"), 60000)

    def test_units_that_nobody_wrote_down_are_asked_first_and_are_not_enough(self):
        meters = [VectorMeter("b23", unit, (9600, "N")) for unit in (1, 5, 40)]
        for wanted, found in ((0, [1, 5, 40]), (2, [1, 5]), (1, [1])):
            bench = Bench(*meters, units=(1,), wanted=wanted, named=False)
            self.check(bench, found, (9600, "N"), 60000)

    def test_a_refusal_is_an_answer(self):
        meter = VectorMeter("b23", 1)
        meter.replies = {}
        self.check(Bench(meter), [1], (9600, "N"), 1000)

    def test_a_gateways_refusal_is_none(self):
        meter = VectorMeter("b23", 9)
        for code, units in ((2, [1]), (10, []), (11, [])):
            bench = Bench(meter, noise=None)
            bench.answer = None

            def refusing(request, code=code):
                return [(40, frame(request[0], request[1] | 0x80, code))]

            bench.line.answer = refusing
            bench.line.has_settings = False
            self.assertEqual(bench.run(), units)

    def test_a_line_without_settings_is_searched_once(self):
        bench = Bench(VectorMeter("b23", 200))
        bench.line.has_settings = False
        self.check(bench, [200], (9600, "N"), 60000)

    def test_nobody_within_the_time_that_is_promised(self):
        bench = Bench()
        self.assertEqual(bench.run(), [])
        self.assertTrue(bench.took_ms <= detect_lines.worst_ms(), bench.took_ms)
        self.assertTrue(bench.took_ms > detect_lines.worst_ms() * 9 // 10, bench.took_ms)
        self.assertEqual(bench.search.noises, [])

    def test_two_meters_with_one_unit_are_told(self):
        bench = Bench(VectorMeter("b23", 1, (9600, "N")), VectorMeter("b23", 1, (9600, "N")))
        bench.search._lines = bench.search._lines[:2]
        bench.search._likely = 2
        self.assertEqual(bench.run(), [])
        self.assertTrue("unit 1 at 9600 8N1" in bench.search.noises[0], bench.search.noises)

    def test_noise_is_no_meter(self):
        for noise in (b"\x00", bytes(9)):
            bench = Bench(noise=noise)
            bench.search._lines = bench.search._lines[:1]
            bench.search._likely = 1
            self.assertEqual(bench.run(), [])
            self.assertTrue(0 < len(bench.search.noises) <= 4)

    def test_with_noise_it_ends_as_well_and_says_so(self):
        bench = Bench(noise=b"\x00")
        self.assertEqual(bench.run(), [])
        self.assertTrue(bench.took_ms <= detect_lines.worst_ms() * 5 // 4, bench.took_ms)
        self.assertTrue("too noisy" in bench.search.noises[-1], bench.search.noises)

    def test_noise_has_no_unit_asked_with_patience_twice(self):
        bench = Bench(noise=b"\x00", wanted=0)
        patient = bench.probe.ask
        asked = {}

        async def ask(unit, function, patience):
            if patience:
                asked[unit] = asked.get(unit, 0) + 1
            return await patient(unit, function, patience)

        bench.probe.ask = ask
        run(sweep(bench))
        most = max([asked[unit] for unit in asked if unit != detect_lines.LAST_UNIT])
        self.assertEqual(most, 4)  # two functions, each once more

    def test_a_line_that_cannot_be_set_is_left_out(self):
        bench = Bench(VectorMeter("b23", 1, (38400, "N")))
        plain = bench.line.set_line

        def picky(baud, parity, stop_bits):
            if baud < 9600:
                raise OSError(22)
            return plain(baud, parity, stop_bits)

        bench.line.set_line = picky
        self.check(bench, [1], (38400, "N"), 45000)
        self.assertTrue("cannot be set to 2400 8N1" in bench.search.noises[0])

    def test_a_line_that_is_gone_ends_it(self):
        bench = Bench()
        bench.line.write_error = OSError(5)
        with self.assertRaises(OSError):
            bench.run()
