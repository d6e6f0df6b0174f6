"""What ends the firmware is shown, then comes the reset; only progress feeds the watchdog."""

import asyncio
import unittest

from fakes import settle

from wattseal.app.supervisor import Supervisor, TaskEnded, run_until_fault

FAULTS = (ValueError, OSError, MemoryError, AssertionError, KeyError, RuntimeError, TaskEnded)


class Heart:
    beats = 0


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


class TestSupervisor(unittest.TestCase):
    def run_with(self, *tasks):
        asyncio.run(asyncio.wait_for(Supervisor(list(tasks), [], Watchdog()).run(), 5))

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
            await Supervisor([for_ever(), running], [], Watchdog()).run()

        with self.assertRaises(ValueError):
            asyncio.run(main())

    def test_one_heart_that_stops_starves_the_watchdog(self):
        async def main():
            hearts, watchdog = [Heart(), Heart()], Watchdog()
            task = asyncio.create_task(Supervisor([for_ever()], hearts, watchdog, 1, 10).run())
            for _ in range(30):
                for heart in hearts:
                    heart.beats += 1
                await asyncio.sleep(0.002)
            fed = watchdog.fed
            self.assertTrue(fed > 10, fed)
            for _ in range(60):
                hearts[0].beats += 1
                await asyncio.sleep(0.002)
            starved = watchdog.fed
            self.assertTrue(starved <= fed + 15, starved - fed)
            hearts[1].beats += 1
            await asyncio.sleep(0.01)
            self.assertTrue(watchdog.fed > starved)
            task.cancel()
            await settle(3)

        asyncio.run(main())
