"""Who is authenticated sets the clock back below its floor: for good, counted and noted."""

import asyncio
import unittest

from console_case import Audit
from server_time import TRUE_UTC_MS, Checkpoints, Link, SettableClock, TimeServer

from wattseal.app import command_verbs
from wattseal.app.clock_floor import ClockFloor
from wattseal.app.command_verbs import VERBS
from wattseal.app.timekeeper import Timekeeper
from wattseal.commanding import clock_back
from wattseal.commanding.reach import Reach
from wattseal.console import setting
from wattseal.core.clock_state import BUILT_UTC_S
from wattseal.core.settings import Section

TRUE_S = TRUE_UTC_MS // 1000
HOUR_MS, YEAR_S = 3600000, 31557600


class Place:
    idle, resting = True, False


class Device:
    """A year ahead, in flash, clock and timekeeper. `restart`: by an RTC that a person set."""

    def __init__(self, audit=True, asks=True, kept_s=TRUE_S + YEAR_S, tls="required"):
        self.checkpoints = Checkpoints()
        ClockFloor(self.checkpoints).save(kept_s)
        self.firmware = Section()
        self.firmware.config = Section()
        self.firmware.config.broker = Section()
        self.firmware.config.broker.tls = tls
        self.firmware.config.command_key = "is there"  # or the console would drop modules
        self.firmware.audit = Audit() if audit else None
        self.firmware.connectors = [Place()]
        self.asks = asks
        self.restart()

    def restart(self):
        firmware = self.firmware
        firmware.board, firmware.journal = Section(), Section()
        firmware.journal.counters = {}
        firmware.checkpoints = self.checkpoints
        firmware.board.uplink = None
        self.clock = firmware.board.clock = SettableClock(TRUE_UTC_MS)
        self.server = TimeServer(self.clock)
        self.keeper = firmware.timekeeper = None
        if self.asks:
            self.keeper = firmware.timekeeper = Timekeeper(
                self.server, self.clock, Link(), ClockFloor(self.checkpoints), self.quiet,
                lambda limit: 0, lambda text: None,
            )  # fmt: skip

    def commanded(self):
        """What a signed command acts on."""
        firmware = self.firmware
        firmware.config.command_key = "0123456789"
        firmware.board.controls, firmware.publisher = None, Section()
        firmware.publisher.words = Section()
        firmware.publisher.words.resend = None
        return Reach(firmware)

    async def quiet(self):
        pass

    def kept_s(self):
        return ClockFloor(self.checkpoints).load()


async def hours(device, count):
    task = asyncio.create_task(device.keeper.run())
    for _ in range(6 * count):
        device.server.asked.clear()  # for a small heap
        await device.clock.advance(HOUR_MS // 6)
    task.cancel()


class ClockBackTest(unittest.TestCase):
    def test_after_a_wrong_day_right_answers_win_within_weeks(self):
        device = Device(kept_s=TRUE_S - 86400)
        device.server.offset_ms = 1000 * YEAR_S
        asyncio.run(hours(device, 30))
        ahead_s = device.clock.utc_ms() // 1000 - TRUE_S - device.clock.ms // 1000
        self.assertEqual((device.clock.state(), ahead_s), ("S", YEAR_S))
        device.server.offset_ms = 0
        asyncio.run(hours(device, 16 * 24))
        now_ms = TRUE_UTC_MS + device.clock.ms
        self.assertEqual((device.clock.state(), device.clock.utc_ms()), ("S", now_ms))

    def test_a_floor_that_is_far_behind_comes_after_by_a_week_a_day(self):
        device = Device(kept_s=0)
        asyncio.run(hours(device, 74))
        self.assertEqual(device.kept_s(), BUILT_UTC_S + 4 * 7 * 86400)
        asyncio.run(hours(device, 20 * 24))
        self.assertTrue(device.clock.utc_ms() // 1000 - device.kept_s() < 90000)

    def test_the_truth_is_taken_once_the_floor_is_lowered_and_after_a_restart(self):
        device = Device()

        asyncio.run(hours(device, 30))
        self.assertEqual((device.clock.state(), device.clock.sets), ("U", 0))
        device.commanded().lower_floor(TRUE_S)
        self.assertEqual(device.kept_s(), TRUE_S)
        asyncio.run(hours(device, 30))
        now_ms = device.clock.utc_ms()
        self.assertEqual((device.clock.state(), now_ms), ("S", TRUE_UTC_MS + device.clock.ms))
        self.assertTrue(TRUE_S < device.kept_s() < now_ms // 1000)
        device.restart()
        self.assertEqual(device.clock.state(), "U")  # the RTC is from before what is kept now
        self.assertEqual(device.firmware.audit.noted, [("time", "floor", "command:01234567")])

    def test_it_is_counted_and_only_where_something_is_lowered(self):
        device = Device(audit=False)
        for utc_s in (TRUE_S + YEAR_S, TRUE_S + 2 * YEAR_S):
            clock_back.lower_floor(device.firmware, utc_s, "console")
        self.assertEqual(
            (device.firmware.journal.counters, device.kept_s()), ({}, TRUE_S + YEAR_S)
        )
        clock_back.lower_floor(device.firmware, TRUE_S, "console")
        self.assertEqual(device.firmware.journal.counters, {"time_lowered": 1})

    def test_never_below_the_build_date(self):
        device = Device()
        clock_back.lower_floor(device.firmware, BUILT_UTC_S - 9, "console")
        self.assertFalse(device.clock.is_possible(1000 * BUILT_UTC_S - 1))
        self.assertTrue(device.clock.is_possible(1000 * BUILT_UTC_S))

    def test_a_flash_that_refuses_leaves_all_as_it_was(self):
        device = Device()
        save, device.checkpoints.save = device.checkpoints.save, None

        def refuse(name, blob):
            raise OSError(28)

        device.checkpoints.save = refuse
        told = setting.time(device.firmware, [str(TRUE_S)])
        self.assertEqual(told, "refused: the flash fails")
        device.checkpoints.save = save
        self.assertEqual((device.kept_s(), device.keeper.kept_s), (TRUE_S + YEAR_S,) * 2)
        self.assertEqual((device.clock.state(), device.firmware.journal.counters), ("U", {}))

    def test_a_person_at_the_console_does_it_with_one_word(self):
        for asks in (True, False):
            device = Device(asks=asks)
            told = setting.time(device.firmware, [str(TRUE_S + 7)])
            self.assertTrue(told.startswith("the clock is set"), told)
            self.assertEqual(
                (device.clock.state(), device.clock.utc_ms()), ("I", (TRUE_S + 7) * 1000)
            )
            if asks:
                self.assertEqual((device.kept_s(), device.keeper.kept_s), (TRUE_S + 7,) * 2)
            self.assertEqual(device.firmware.audit.noted[-1], ("time", "", "console"))
            told = setting.time(device.firmware, [str(BUILT_UTC_S - 1)])
            self.assertTrue("before this firmware was made" in told, told)

    def test_a_person_corrects_what_a_server_told_though_the_floor_is_before_the_truth(self):
        for asks in (True, False):
            device = Device(asks=asks, kept_s=TRUE_S - 86400)
            device.clock.set_utc_ms(1000 * (TRUE_S + YEAR_S), True)
            told = setting.time(device.firmware, [str(TRUE_S)])
            self.assertEqual(told, "the clock is set back, and informative")
            self.assertEqual((device.clock.state(), device.clock.utc_ms()), ("I", 1000 * TRUE_S))
            self.assertEqual(device.kept_s(), TRUE_S - (86400 if asks else 60))

    def test_a_signed_one_is_noted_though_the_floor_is_before_the_truth(self):
        device = Device(kept_s=TRUE_S - 86400)
        device.clock.set_utc_ms(1000 * (TRUE_S + 600), True)
        command, noted = Section(), []
        command.verb, command.id = "time_back", "c7"
        device.firmware.audit.note = lambda *row: noted.append(row)
        reach = device.commanded()
        command_verbs.VERBS["time_back"][2](reach, command, TRUE_S)
        reach.note(command, "done")
        reach.note(command, "refused")
        who, told = "command:01234567", "time_back c7"
        self.assertEqual(noted[0], ("time", "", str(TRUE_S + 600), str(TRUE_S), who))
        rows = [("command", told, "", "done", who), ("command", told, "", "refused", who)]
        self.assertEqual(noted[1:], rows)

    def test_a_clock_that_a_server_has_set_is_left_as_it_is_by_what_is_near_or_later(self):
        for after_s in (-5, 0, YEAR_S):
            device = Device(kept_s=TRUE_S - 86400)
            device.clock.set_utc_ms(TRUE_UTC_MS, True)
            told = setting.time(device.firmware, [str(TRUE_S + after_s)])
            self.assertEqual(told, "refused: the clock is synchronised already")
            self.assertEqual((device.clock.state(), device.clock.utc_ms()), ("S", TRUE_UTC_MS))

    def test_who_has_tls_and_asks_nobody_keeps_what_a_person_says_over_a_power_cut(self):
        for tls, asks in (("required", False), ("required", True), ("plain-text-accepted", False)):
            later_s, kept_s = TRUE_S + YEAR_S, TRUE_S - 86400
            for by_command in (False, True):
                device = Device(asks=asks, tls=tls, kept_s=kept_s)
                if by_command:
                    VERBS["time"][2](device.commanded(), None, later_s)
                else:
                    setting.time(device.firmware, [str(later_s)])
                self.assertEqual(device.clock.utc_ms(), 1000 * later_s)
                keeps = tls == "required" and not asks
                self.assertEqual(device.kept_s(), later_s - 60 if keeps else kept_s)
                self.assertEqual(device.clock.is_possible(1000 * (later_s - 61)), not keeps)
        self.assertEqual(device.firmware.journal.counters, {})

    def test_a_person_s_time_that_was_wrong_is_taken_back_and_an_earlier_one_lowers_nothing(self):
        device = Device(asks=False, kept_s=TRUE_S - 86400)
        setting.time(device.firmware, [str(TRUE_S + YEAR_S)])
        told = setting.time(device.firmware, [str(TRUE_S)])
        self.assertEqual(told, "the clock is set back, and informative")
        self.assertEqual(device.kept_s(), TRUE_S)
        clock_back.raise_floor(device.firmware, TRUE_S + 59)
        self.assertEqual(device.kept_s(), TRUE_S)

    def test_a_flash_that_refuses_the_floor_leaves_the_clock_set_and_is_counted(self):
        device = Device(asks=False, kept_s=TRUE_S - 86400)

        def refuse(name, blob):
            raise OSError(28)

        device.checkpoints.save = refuse
        told = setting.time(device.firmware, [str(TRUE_S + 7)])
        self.assertEqual(told, "the clock is set, and informative")
        self.assertEqual(device.firmware.journal.counters, {"time_unkept": 1})
        self.assertTrue(device.clock.is_possible(1000 * TRUE_S))

    def test_where_there_is_no_memory_to_keep_it_the_clock_has_not_moved(self):
        for verb in ("time", "time_back"):
            device = Device(asks=False, kept_s=TRUE_S - 86400)
            reach = device.commanded()

            def full(utc_s):
                raise MemoryError

            reach.raise_floor = full
            with self.assertRaises(MemoryError):
                VERBS[verb][2](reach, None, TRUE_S + 7)
            self.assertEqual(device.clock.utc_ms(), TRUE_UTC_MS)

    def test_a_gateway_s_board_keeps_nothing_for_tls(self):
        device = Device(asks=False, kept_s=TRUE_S - 86400)
        device.firmware.board.uplink = object()
        setting.time(device.firmware, [str(TRUE_S + 7)])
        self.assertEqual(device.kept_s(), TRUE_S - 86400)

    def test_a_time_set_back_to_after_what_was_kept_is_kept(self):
        device = Device(asks=False, kept_s=TRUE_S - 86400)
        VERBS["time_back"][2](device.commanded(), None, TRUE_S + 3600)
        self.assertEqual(device.kept_s(), TRUE_S + 3540)

    def test_nobody_who_charges_sees_it_jump(self):
        device = Device()
        device.firmware.connectors[0].idle, device.firmware.connectors[0].id = False, 1
        told = setting.time(device.firmware, [str(TRUE_S)])
        self.assertTrue("in use" in told and device.kept_s() == TRUE_S + YEAR_S, told)


if __name__ == "__main__":
    unittest.main()
