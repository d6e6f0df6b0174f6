"""A meter on a hostile line: what each fault becomes in a reading's status, and that it passes."""

import asyncio
import struct
import unittest

from fakes import FakeClock
from scripted_line import ScriptedLine, bus_on, frame, give_up, outcome, reply, run

from wattseal.core.gate import Gate
from wattseal.core.models import MODELS
from wattseal.core.reading import Reading
from wattseal.drivers.modbus_meter import ModbusMeter

ENERGY = (0, 0, 0, 0, 0, 0x12, 0xD6, 0x87)  # 12345.67 kWh of an ABB
LATE = (0, 0, 0, 0, 0, 0, 0, 1)
POWER = (0, 0, 0x27, 0x10)  # 100 W


def abb(request):
    """A B23 that answers everything at once."""
    unit, address = request[0], request[2] << 8 | request[3]
    data = {0x5000: ENERGY, 0x5B14: POWER, 0x8900: (0, 0, 0, 9), 0x8908: (66,) + (0,) * 15}
    return [(40, reply(unit, 3, *data[address]))]


def meter_on(line, model="b23", unit=1, bus=None):
    return ModbusMeter(bus or bus_on(line), unit, MODELS[model], FakeClock())


def figures(reading):
    return (reading.energy_mwh, reading.power_w)


GOOD = (12345670000, 100)
FAULTS = (
    # the answer to a request for two registers of unit 1 in place of the good one; the status
    ("silence", [], "T"),
    ("half a frame, then silence", [(9, reply(1, 3, *POWER)[:5])], "F"),
    ("another unit", [(9, reply(2, 3, *POWER))], "F"),
    ("another function", [(9, reply(1, 4, *POWER))], "F"),
    ("another byte count", [(9, reply(1, 3, 1, 2))], "F"),
    ("a bad CRC", [(9, reply(1, 3, *POWER)[:-1] + b"\x00")], "F"),
    ("two frames", [(9, reply(1, 3, *POWER) * 2)], "F"),
    ("noise before", [(9, b"\xff" + reply(1, 3, *POWER))], "F"),
    ("noise", [(9, b"\x83" * 40)], "F"),
    ("exception 1", [(9, frame(1, 0x83, 1))], "F"),
    ("exception 2", [(9, frame(1, 0x83, 2))], "F"),
    ("exception 3", [(9, frame(1, 0x83, 3))], "F"),
    ("exception 4", [(9, frame(1, 0x83, 4))], "F"),
    ("exception 6", [(9, frame(1, 0x83, 6))], "F"),
    ("exception 10", [(9, frame(1, 0x83, 10))], "F"),
    ("not available", [(9, reply(1, 3, 0x7F, 255, 255, 255))], "O"),
    ("a hundred megawatts", [(9, reply(1, 3, 0x7F, 255, 255, 254))], "O"),
)


class TestFaults(unittest.TestCase):
    def test_each_has_its_status_and_the_next_reading_is_good(self):
        for what, answer, status in FAULTS:
            line = ScriptedLine(lambda request, answer=answer: answer)
            meter = meter_on(line)
            self.assertEqual(run(outcome(meter.read())), status, what)
            line.answer = abb
            self.assertEqual(figures(run(meter.read())), GOOD, what)

    def test_a_line_that_fails_is_a_read_error(self):
        line = ScriptedLine(abb)
        meter = meter_on(line)
        line.write_error = OSError(5)
        self.assertEqual(run(outcome(meter.read())), "F")
        self.assertEqual(run(outcome(meter.identify())), "F")

    def test_the_fault_of_either_request_is_the_readings(self):
        for address in (0x5B14, 0x5000):
            line = ScriptedLine(
                lambda request, silent=address: (
                    [] if request[2] << 8 | request[3] == silent else abb(request)
                )
            )
            self.assertEqual(run(outcome(meter_on(line).read())), "T")


class TestLateReplies(unittest.TestCase):
    def late_energy(self, delay_ms):
        """The outcome of the next reading after one whose energy comes so late."""
        line = ScriptedLine(
            lambda request: (
                [(delay_ms, reply(1, 3, *LATE))] if request[2] == 0x50 else abb(request)
            )
        )
        meter = meter_on(line)
        self.assertEqual(run(outcome(meter.read())), "T")
        line.answer = abb
        return run(outcome(meter.read()))

    def test_an_energy_that_comes_late_is_never_a_reading(self):
        """The power took 40 ms: the energy is waited for 500, and may come 500 later."""
        for delay_ms in (501, 600, 750, 999):
            self.assertEqual(figures(self.late_energy(delay_ms)), GOOD)

    def test_nor_is_one_that_takes_twice_as_long_as_the_model_may(self):
        for delay_ms in (1001, 1020, 1039):
            self.assertEqual(self.late_energy(delay_ms), "F")

    def test_nor_is_one_that_comes_so_late_that_no_rest_helps(self):
        """Hours late, into the wait for the power: another length, so another meter's fault."""
        line = ScriptedLine(lambda request: [])
        meter = meter_on(line)
        self.assertEqual(run(outcome(meter.read())), "T")
        line.ms += 7200000
        line.answer = lambda request: [(5, reply(1, 3, *LATE))]
        self.assertEqual(run(outcome(meter.read())), "F")


class TestSharedLine(unittest.TestCase):
    def test_the_others_are_read_while_one_is_absent(self):
        line = ScriptedLine(lambda request: [] if request[0] == 2 else abb(request))
        bus = bus_on(line)
        meters = [meter_on(line, unit=unit, bus=bus) for unit in (1, 2, 3)]

        async def main():
            got = []
            for _ in range(4):
                for meter in meters:
                    got.append(await outcome(meter.read()))
            return got

        got = run(main())
        for i, reading in enumerate(got):
            if i % 3 == 1:
                self.assertEqual(reading, "T")
            else:
                self.assertEqual(figures(reading), GOOD)
        self.assertEqual((bus.counters["ok"], bus.counters["timeout"]), (16, 4))

    def test_they_are_read_one_at_a_time(self):
        line = ScriptedLine(abb)
        bus = bus_on(line)
        meters = [meter_on(line, unit=unit, bus=bus) for unit in (1, 2, 3)]

        async def main():
            return await asyncio.gather(*[meter.read() for meter in meters])

        self.assertEqual([figures(reading) for reading in run(main())], [GOOD] * 3)

    def test_one_whose_reader_was_cancelled_keeps_no_other_waiting(self):
        for turns in range(1, 9):
            line = ScriptedLine(abb)
            bus = bus_on(line)
            meter = meter_on(line, bus=bus)

            async def main(meter=meter, turns=turns):
                task = asyncio.create_task(meter.read())
                for _ in range(turns):
                    await asyncio.sleep(0)
                await give_up(task)
                return await meter.read()

            self.assertEqual(figures(run(main())), GOOD)
            self.assertFalse(bus.asking)


class TestPlausibility(unittest.TestCase):
    def test_a_negative_power_is_rounded_like_a_positive_one(self):
        for raw, power_w in (((0, 0, 0, 49), 0), ((0, 0, 0, 50), 1), ((255, 255, 255, 207), 0),
                             ((255, 255, 255, 206), -1)):  # fmt: skip
            line = ScriptedLine(
                lambda request, raw=raw: (
                    [(9, reply(1, 3, *raw))] if request[2] == 0x5B else abb(request)
                )
            )
            self.assertEqual(run(meter_on(line).read()).power_w, power_w)


class TestIdentity(unittest.TestCase):
    """A B23 that shows "no value" for its serial number, or refuses it, for a while."""

    def identities(self, none, asked, named=True):
        line = ScriptedLine(abb)
        meter = meter_on(line)
        if named:
            self.assertEqual(run(meter.identify()).serial, "9")
        line.answer = lambda request: [(9, none)] if request[2:4] == b"\x89\x00" else abb(request)
        got = [run(outcome(meter.identify())) for _ in range(asked)]
        line.answer = abb
        self.assertEqual(run(meter.identify()).serial, "9")
        return [one if isinstance(one, str) else one.serial for one in got]

    def test_one_that_has_told_its_number_and_then_none_is_starting(self):
        for none in (reply(1, 3, 255, 255, 255, 255), frame(1, 0x83, 2)):
            self.assertEqual(self.identities(none, 10), ["F"] * 10)

    def test_one_that_goes_on_to_tell_none_has_none(self):
        got = self.identities(reply(1, 3, 255, 255, 255, 255), 12)
        self.assertEqual(got, ["F"] * 10 + ["", ""])

    def test_one_that_never_told_any_has_none_at_once(self):
        for none in (reply(1, 3, 255, 255, 255, 255), frame(1, 0x83, 2)):
            self.assertEqual(self.identities(none, 2, named=False), ["", ""])


class TestPowerOfTen(unittest.TestCase):
    def test_a_count_that_the_meter_tells_is_a_step_of_its_register(self):
        for exponent, step_mwh in ((-1, 10000), (0, 10000), (1, 10000), (2, 100000), (3, 10**6)):
            told = struct.pack(">h", exponent) + bytes(6) + struct.pack(">i", 50000)
            power = struct.pack(">I", 11000)
            line = ScriptedLine(
                lambda request, told=told, power=power: [
                    (9, reply(1, 4, *(told if request[2:4] == b"\x01\x9e" else power)))
                ]
            )
            meter = meter_on(line, "wm3m4")
            self.assertEqual(meter.step_mwh(0), 10000)
            reading = run(meter.read())
            self.assertEqual(reading.energy_mwh, 50000 * 10 ** (exponent + 3))
            self.assertEqual(meter.step_mwh(reading.energy_mwh), step_mwh, exponent)
            counts = Reading(reading.energy_mwh + step_mwh, 11000, reading.at_ms + 1, 0, "S")
            self.assertTrue(Gate(22000, meter.step_mwh).passes(reading, counts))
