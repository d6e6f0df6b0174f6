"""On a full LittleFS the shipped statistics make room for a billing record; on raw flash never."""

import os
import unittest

from board_case import ON_MICROPYTHON, ChipCase, configured

if ON_MICROPYTHON:
    from flash_media import Files, Ring

    from wattseal.app.statistics import LOAD
    from wattseal.core import load_bucket
    from wattseal.drivers.telemetry import Telemetry

FOLDER = "/nor/statistics"
SEGMENT_BYTES, LIMIT_BYTES = 4096, 16384  # as statistics.wiring has them


async def nothing():
    pass


def full_of_stays(quarter):
    """What an outage has left of many stays, four segments of it."""
    run = load_bucket.pack(1, (quarter, 1, 100, 11, 15, 0))
    journal = Telemetry(FOLDER, None, nothing, SEGMENT_BYTES, LIMIT_BYTES)
    journal.open()
    for _ in range(32):
        for _ in range(20):
            assert journal.add(LOAD, run)
        assert journal.flush()
    journal.close()


def stored_bytes():
    return sum([os.stat(FOLDER + "/" + name)[6] for name in os.listdir(FOLDER)])


def fill():
    """Until the file system takes no more, to the byte."""
    with open("/nor/filler", "wb") as file:
        for size in (1024, 16):
            try:
                while True:
                    file.write(bytes(size))
                    file.flush()
            except OSError as fault:
                assert fault.errno == 28, fault


class GiveWayTest(ChipCase):
    def test_a_full_file_system_costs_statistics_and_no_session(self):
        counters = {}

        async def script(world):
            world.broker.cut_off()
            await world.seconds(30)
            held = stored_bytes()
            self.assertTrue(held > 12000, held)
            fill()
            for _ in range(2):
                world.plug_in()
                self.assertTrue(await world.until(lambda: 1 in world.contactor.closed, 30))
                await world.seconds(120)
                world.unplug()
                await world.seconds(30)
            self.assertEqual(world.firmware.journal.next, 5)
            self.assertTrue(stored_bytes() < held)
            counters.update(world.firmware.journal.counters)

        self.lives(Files(), script)
        self.assertEqual(self.world.contactor.violations, [])
        self.assertEqual(counters["removal_errors"], 0)

    def test_raw_flash_has_nothing_of_theirs_to_take(self):
        async def script(world):
            world.broker.cut_off()
            await world.seconds(30)
            held = stored_bytes()
            self.assertTrue(held > 12000, held)
            self.assertFalse(world.firmware.journal.give_way())
            self.assertEqual(stored_bytes(), held)

        self.lives(Ring(config_blocks=24), script)

    def lives(self, medium, script):
        def play(power):
            with open("/nor/config.json", "w") as file:
                file.write(configured(policy=1, statistics="on"))
            full_of_stays(self.world.utc_ms // 900000)
            power.on(script)

        self.on_chip(medium, play)


if __name__ == "__main__":
    unittest.main()
