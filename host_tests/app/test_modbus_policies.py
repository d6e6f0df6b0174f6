"""How long a meter is waited for, how long it rests, and in how many reads it is read."""

import unittest

from fakes import FakeClock
from scripted_line import (
    GOOD,
    LATENCY_MS,
    OTHER,
    TIMEOUT_MS,
    VALUE,
    ScriptedLine,
    answering,
    ask,
    bus_on,
    counted,
    frame,
    outcome,
    reply,
    run,
)

from wattseal.core.models import MODELS
from wattseal.drivers.modbus_meter import ModbusMeter
from wattseal.drivers.modbus_patience import Patience
from wattseal.drivers.modbus_plan import Plan
from wattseal.drivers.modbus_request import read


def meter_on(line, model, bus=None, unit=1):
    return ModbusMeter(bus or bus_on(line), unit, MODELS[model], FakeClock())


class TestPatience(unittest.TestCase):
    def test_is_four_times_the_latency_within_the_models_bound(self):
        for seen_ms, timeout_ms in ((0, 500), (40, 500), (125, 500), (126, 504), (200, 800),
                                    (250, 1000), (400, 1000), (900, 1000)):  # fmt: skip
            patience = Patience(500)
            self.assertEqual(patience.timeout_ms(), 1000)
            patience.answered(seen_ms)
            self.assertEqual(patience.timeout_ms(), timeout_ms)

    def test_is_never_shorter_than_the_model_may_take(self):
        patience = Patience(600)
        self.assertEqual(patience.timeout_ms(), 1100)
        patience.answered(40)
        self.assertEqual(patience.timeout_ms(), 600)

    def test_a_slow_reply_counts_at_once_and_is_forgotten_slowly(self):
        patience = Patience(500)
        patience.answered(240)
        waits = []
        for _ in range(12):
            patience.answered(40)
            waits.append(patience.timeout_ms())
        self.assertEqual((waits[0], waits[-1]), (840, 500))
        self.assertEqual(waits, sorted(waits, key=lambda ms: -ms))

    def test_a_silent_meter_is_waited_for_as_long_as_its_line_rests_anyway(self):
        for seen_ms, timeout_ms in ((0, 500), (40, 500), (300, 600), (900, 1000)):
            patience = Patience(500)
            if seen_ms:
                patience.answered(seen_ms)
            patience.silent()
            self.assertEqual(patience.timeout_ms(), timeout_ms)
            patience.answered(40)
            self.assertTrue(patience.timeout_ms() >= 500)

    def test_every_model_fits_the_buss_own_bound(self):
        for key in MODELS:
            self.assertTrue(MODELS[key].latency_ms + 400 <= TIMEOUT_MS, key)

    def test_a_bus_waits_as_it_is_told_and_no_longer_than_it_may(self):
        line = ScriptedLine()
        bus = bus_on(line)
        for unit, timeout_ms, waited_ms in ((1, 300, 300), (2, 0, 1000), (3, 5000, 1000)):
            run(outcome(read(bus, unit, 4, 0, 2, LATENCY_MS, timeout_ms)))
            self.assertEqual(line.ms - line.sent_ms[-1], waited_ms)

    def test_a_meter_is_measured_and_waited_for_by_that(self):
        line = ScriptedLine(lambda request: [(210, reply(1, 3, *([0] * 2 * request[5])))])
        bus = bus_on(line)
        meter = meter_on(line, "b23", bus)
        run(meter.read())
        self.assertEqual(bus.latency_ms, 210)
        for timeout_ms in (840, 500, 500):  # four times; then as long as it may take
            line.answer = lambda request: []
            self.assertEqual(run(outcome(meter.read())), "T")
            self.assertEqual(line.ms - line.sent_ms[-1], timeout_ms)

    def test_a_latency_is_to_the_replys_first_byte(self):
        line = ScriptedLine(lambda request: [(40, GOOD[:3]), (80, GOOD[3:])])
        bus = bus_on(line)
        self.assertEqual((run(ask(bus)), bus.latency_ms), (VALUE, 40))

    def test_an_echo_is_no_latency(self):
        line = ScriptedLine(lambda request: [(1, request), (40, GOOD)])
        bus = bus_on(line)
        self.assertEqual(run(ask(bus)), VALUE)
        self.assertEqual(bus.latency_ms, 40)


class TestRest(unittest.TestCase):
    def silent(self, *units, pause_ms=0):
        """When each unit was asked, all but the first answering at once."""
        line = ScriptedLine(
            lambda request: [] if request[0] == units[0] else [(9, reply(request[0], 4, *VALUE))]
        )
        bus = bus_on(line)
        got = []
        for unit in units:
            got.append(run(outcome(read(bus, unit, 4, 72, 2, LATENCY_MS, 500))))
            line.ms += pause_ms
        return got, line.sent_ms

    def test_another_unit_is_asked_once_the_longest_latency_has_passed(self):
        got, sent_ms = self.silent(1, 2)
        self.assertEqual(got, ["timeout", VALUE])
        self.assertEqual(sent_ms[1] - sent_ms[0], 500)

    def test_the_same_unit_rests_once_more_also_with_another_asked_between(self):
        for units in ((1, 1), (1, 2, 1), (1, 2, 3, 2, 1)):
            got, sent_ms = self.silent(*units)
            self.assertEqual(got[-1], "timeout")
            self.assertEqual(sent_ms[-1] - sent_ms[0], 1000)

    def test_and_no_longer(self):
        for units in ((1, 2, 1), (1, 1)):
            _, sent_ms = self.silent(*units, pause_ms=700)
            self.assertTrue(sent_ms[-1] - sent_ms[-2] <= 1200 + 50)

    def test_its_late_reply_is_neither_its_next_nor_anothers(self):
        late = reply(7, 4, *OTHER)
        for delay_ms in range(501, 1000, 7):
            queue = [[(delay_ms, late)], [(9, reply(8, 4, *VALUE))], [(9, GOOD)]]
            line = ScriptedLine(lambda request, queue=queue: queue.pop(0))
            bus = bus_on(line)
            got = []
            for unit in (7, 8, 7):
                got.append(run(outcome(read(bus, unit, 4, 72, 2, LATENCY_MS, 500))))
            self.assertEqual((got[0], got[2]), ("timeout", VALUE), delay_ms)
            self.assertTrue(got[1] == VALUE or not isinstance(got[1], bytes), delay_ms)

    def test_the_line_is_silent_before_another_is_asked(self):
        bad = reply(1, 4, *VALUE)[:-1]
        queue = [[(990, bad)], [(9, reply(2, 4, *VALUE))]]
        line = ScriptedLine(lambda request: queue.pop(0))
        bus = bus_on(line)
        first = run(outcome(read(bus, 1, 4, 72, 2, LATENCY_MS)))
        line.ms = line.sent_ms[0] + 1000  # the fault was known sooner
        second = run(outcome(read(bus, 2, 4, 72, 2, LATENCY_MS)))
        self.assertEqual((first, second), ("short", VALUE))
        self.assertEqual(line.sent_ms[1] - line.sent_ms[0], 990 + 50)

    def test_a_models_silence_is_its_own(self):
        line = ScriptedLine(lambda request: [(9, reply(request[0], 4, *([0] * 2 * request[5])))])
        bus = bus_on(line, gap_ms=5)
        hasty, slow = meter_on(line, "sdm630", bus, 1), meter_on(line, "sdm72v2", bus, 2)
        for _ in range(2):
            run(hasty.read())
            run(slow.read())
        heard_ms = [ms + 9 for ms in line.sent_ms]
        gaps = [later - before for before, later in zip(heard_ms, line.sent_ms[1:])]
        self.assertEqual(gaps, [100, 100, 5, 100, 100])


def sdm630(most_registers, refusal):
    """A meter that answers `refusal` to a read of more registers."""

    def answer(request):
        count = request[5]
        return [(40, refusal if count > most_registers else reply(1, 4, *([0] * 2 * count)))]

    return answer


class TestPlan(unittest.TestCase):
    def read(self, line, meter, times):
        got = []
        for _ in range(times):
            line.ms += 2000
            reading = run(outcome(meter.read()))
            got.append(reading if isinstance(reading, str) else reading.energy_mwh)
        return got

    def sizes(self, line):
        """Registers of each request."""
        return [sent[5] for sent in line.sent]

    def test_a_refused_read_is_split_at_once_and_for_good(self):
        for code in (2, 3):
            line = ScriptedLine(sdm630(10, frame(1, 0x84, code)))
            bus = bus_on(line)
            meter = meter_on(line, "sdm630", bus)
            self.assertEqual(self.read(line, meter, 3), [0, 0, 0])
            self.assertEqual(self.sizes(line), [22, 2, 4, 2, 4, 2, 4])
            self.assertEqual(counted(bus), {"ok": 6, "exception": 1, "split": 1})

    def test_other_exceptions_are_no_refusal(self):
        for code in (1, 4, 5, 6, 10, 11):
            line = ScriptedLine(sdm630(10, frame(1, 0x84, code)))
            st = "T" if code == 11 else "F"
            self.assertEqual(self.read(line, meter_on(line, "sdm630"), 2), [st, st])
            self.assertEqual(self.sizes(line), [22, 22])

    def test_a_read_that_is_cut_twice_in_row_is_split(self):
        cut = reply(1, 4, *([0] * 44))
        for refusal in (cut[:21], reply(1, 4, *([0] * 20))):
            line = ScriptedLine(sdm630(10, refusal))
            meter = meter_on(line, "sdm630")
            self.assertEqual(self.read(line, meter, 4), ["F", "F", 0, 0])
            self.assertEqual(self.sizes(line), [22, 22, 2, 4, 2, 4])

    def test_noise_now_and_then_splits_nothing(self):
        good = reply(1, 4, *([0] * 44))
        for bad in (good[:9], good + b"\x55"):
            queue = [[(9, answer)] for answer in (bad, good) * 3]
            line = answering(*queue)
            meter = meter_on(line, "sdm630")
            self.assertEqual(self.read(line, meter, 6), ["F", 0] * 3)
            self.assertEqual(self.sizes(line), [22] * 6)

    def test_silence_splits_nothing(self):
        line = ScriptedLine()
        self.assertEqual(self.read(line, meter_on(line, "sdm630"), 4), ["T"] * 4)
        self.assertEqual(self.sizes(line), [22] * 4)

    def test_what_is_refused_in_parts_is_a_fault(self):
        line = ScriptedLine(sdm630(1, frame(1, 0x84, 2)))
        self.assertEqual(self.read(line, meter_on(line, "sdm630"), 2), ["F", "F"])
        self.assertEqual(self.sizes(line), [22, 2, 2])

    def test_parts_hold_the_whole_energy_and_differ_in_length(self):
        split = []
        for key in MODELS:
            row = MODELS[key]
            plan = Plan(row)
            both = plan.both
            for code in (2, 3):
                plan.refused(code, False)
            parts = row.energy + ((row.exponent,) if row.exponent else ())
            _, start, count = plan.energy
            for field in parts:
                self.assertTrue(start <= field[1] < start + count, key)
            # function and length: by these alone a late reply is told from the right one
            self.assertTrue(
                bool(plan.both)
                or (plan.energy[0], plan.energy[2]) != (plan.power[0], plan.power[2]),
                key,
            )
            if both and not plan.both:
                split.append(key)
                self.assertTrue(plan.energy[2] != plan.power[2], key)
                self.assertTrue(both[1] <= start and start + count <= both[1] + both[2], key)
                self.assertTrue(max(plan.energy[2], plan.power[2]) < both[2], key)
            elif both:
                self.assertTrue(both[2] <= 4, key)  # nothing shorter holds it
        self.assertEqual(sorted(split), ["gnm3d", "sdm630"])
