"""What ends the firmware is shown, then comes the reset; only progress feeds the watchdog."""

import asyncio
import gc
import time
import unittest

from fakes import settle

from wattseal.app.supervisor import Supervisor, TaskEnded, made_or_again, run_until_fault

FAULTS = (ValueError, OSError, MemoryError, AssertionError, KeyError, RuntimeError, TaskEnded)


class Heart:
    beats = 0
    resting = False


class Watchdog:
    fed = 0

    def feed(self):
        self.fed += 1


async def raising(fault):
    await asyncio.sleep(0)
    raise fault


async def for_ever():
    while True:
        await asyncio.sleep(0.01)


async def ending():
    await asyncio.sleep(0)


class TestRunUntilFault(unittest.TestCase):
    def run_with(self, firmware, show=None):
        told = []
        self.run_telling(told, firmware, show or told.append)
        return told

    def run_telling(self, told, firmware, show):
        run_until_fault(firmware, lambda: told.append("safe"), show, lambda: told.append("reset"))

    def test_any_exception_is_shown_then_the_board_is_reset(self):
        for fault in FAULTS:
            told = self.run_with(raising(fault("x")))
            self.assertEqual((type(told[1]), told[0], told[2:]), (fault, "safe", ["reset"]))

    def test_a_firmware_that_just_ends_is_reset_too(self):
        self.assertEqual(self.run_with(ending()), ["safe", "reset"])

    def test_a_contactor_that_cannot_be_opened_is_shown_and_reset_too(self):
        told = []

        def stuck():
            raise OSError(5)

        run_until_fault(raising(ValueError()), stuck, told.append, lambda: told.append("reset"))
        self.assertEqual((type(told[0]), told[1:]), (OSError, ["reset"]))

    def test_a_second_ctrl_c_leaves_no_contactor_closed(self):
        told = []

        def make_safe():
            told.append("safe")
            if len(told) == 1:
                raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            run_until_fault(raising(KeyboardInterrupt()), make_safe, told.append, told.append)
        self.assertEqual(told, ["safe", "safe"])

    def test_ctrl_c_passes_without_a_reset(self):
        told = []
        with self.assertRaises(KeyboardInterrupt):
            self.run_telling(told, raising(KeyboardInterrupt()), told.append)
        self.assertEqual(told, ["safe"])

    def test_a_console_that_fails_does_not_keep_the_charger_down(self):
        told = []

        def show(fault):
            raise OSError(5)

        with self.assertRaises(OSError):  # on a board the reset has come before
            self.run_telling(told, raising(ValueError()), show)
        self.assertEqual(told, ["safe", "reset"])


class TestMadeOrAgain(unittest.TestCase):
    def make(self, fault=None):
        def make():
            if fault:
                raise fault
            return "made"

        self.again = []
        return made_or_again(make, (LookupError,), lambda: self.again.append("again"))

    def test_what_is_made_is_handed_on(self):
        self.assertEqual((self.make(), self.again), ("made", []))

    def test_any_fault_leads_to_another_start(self):
        for fault in (ValueError, OSError, MemoryError, ImportError, TypeError, RuntimeError):
            self.assertEqual((self.make(fault()), self.again), (None, ["again"]))

    def test_what_a_person_must_put_right_passes_and_so_does_ctrl_c(self):
        for fault in (KeyError, KeyboardInterrupt, SystemExit):
            with self.assertRaises(fault):
                self.make(fault())
            self.assertEqual(self.again, [])


class TestSupervisor(unittest.TestCase):
    def run_with(self, *tasks):
        asyncio.run(asyncio.wait_for(Supervisor(list(tasks), [], Watchdog(), []).run(), 5))

    def test_the_first_task_that_fails_ends_all(self):
        for fault in FAULTS:
            with self.assertRaises(fault):
                self.run_with(for_ever(), raising(fault("x")), for_ever())

    def test_a_task_that_returns_ends_all(self):
        with self.assertRaises(TaskEnded):
            self.run_with(for_ever(), ending())

    def test_a_running_task_is_watched_like_a_coroutine(self):
        async def main():
            running = asyncio.create_task(raising(ValueError("x")))
            await Supervisor([for_ever(), running], [], Watchdog(), []).run()

        with self.assertRaises(ValueError):
            asyncio.run(main())


class TestHearts(unittest.TestCase):
    """Beat by beat: 5 is everybody's patience."""

    def setUp(self):
        self.hearts = [Heart(), Heart(), Heart()]
        self.watchdog, self.stalled = Watchdog(), []
        vital, other, lazy = self.hearts
        watched = [("vital", vital, 5, True), ("other", other, 5, False), ("lazy", lazy, 9, True)]
        self.supervisor = Supervisor([], watched, self.watchdog, self.stalled)
        self.seen, self.silent = [-1] * 3, [0] * 3

    def beat(self, count, *beating):
        """How often the watchdog was fed in so many beats."""
        fed = 0
        for _ in range(count):
            for i in beating:
                self.hearts[i].beats += 1
            fed += self.supervisor._all_vital_progress(self.seen, self.silent)
        return fed

    def test_while_all_beat_it_is_fed(self):
        self.assertEqual(self.beat(20, 0, 1, 2), 20)
        self.assertEqual(self.stalled, [])

    def test_a_vital_heart_that_stops_starves_it_and_feeds_it_when_it_beats_again(self):
        self.beat(1, 0, 1, 2)
        self.assertEqual(self.beat(20, 1, 2), 4)
        self.assertEqual(self.stalled, ["vital"])
        self.assertEqual(self.beat(1, 0, 1, 2), 1)
        self.assertEqual(self.stalled, [])

    def test_another_that_stops_is_named_and_starves_nobody(self):
        self.beat(1, 0, 1, 2)
        self.assertEqual(self.beat(20, 0, 2), 20)
        self.assertEqual(self.stalled, ["other"])

    def test_each_has_its_own_patience(self):
        self.beat(1, 0, 1, 2)
        self.assertEqual(self.beat(20, 0, 1), 8)
        self.assertEqual(self.stalled, ["lazy"])

    def test_what_rests_need_not_beat_and_begins_anew_afterwards(self):
        self.hearts[0].resting = True
        self.assertEqual(self.beat(20, 1, 2), 20)
        self.hearts[0].resting = False
        self.assertEqual(self.beat(20, 1, 2), 4)

    def test_one_that_never_beats_at_all_is_found(self):
        self.assertEqual(self.beat(20, 1, 2), 5)

    @unittest.skipUnless(hasattr(gc, "mem_alloc"), "CPython has no gc.mem_alloc")
    def test_a_beat_takes_no_heap(self):
        self.beat(1)
        gc.collect()
        gc.disable()
        before = gc.mem_alloc()
        self.beat(100)
        took = gc.mem_alloc() - before
        gc.enable()
        self.assertTrue(took < 500, took)

    def test_it_is_fed_once_a_beat_and_not_by_a_loop_that_stands(self):
        async def main():
            supervisor = Supervisor([for_ever()], [], self.watchdog, [], 2)
            task = asyncio.create_task(supervisor.run())
            await asyncio.sleep(0.05)
            fed = self.watchdog.fed
            self.assertTrue(5 < fed <= 26, fed)
            time.sleep(0.05)  # somebody who does not give way
            self.assertEqual(self.watchdog.fed, fed)
            task.cancel()
            await settle(3)

        asyncio.run(main())
