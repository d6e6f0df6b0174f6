"""In the assembled firmware a start waits while its timekeeper says that the time comes soon."""

from board_case import ON_MICROPYTHON, FolderCase  # first: virtual time comes before asyncio

import asyncio  # isort: skip

if ON_MICROPYTHON:
    import virtual_power

    from wattseal import timekeeping

_NTP = '"ntp":{"host":"192.0.2.1"},"connectors"'


class Timekeeper:
    """One that is told what it says; the virtual board has no network to ask a server."""

    awaited = True

    def __init__(self):
        self.counts = {}
        self.at_ms = self.off_ms = self.over_ms = 0

    def is_awaited(self):
        return self.awaited

    async def run(self):
        await asyncio.Event().wait()


class StartUntimedTest(FolderCase):
    def setUp(self):
        super().setUp()
        self.keeper, self.wire = Timekeeper(), timekeeping.wire
        timekeeping.wire = lambda *_: self.keeper

    def tearDown(self):
        timekeeping.wire = self.wire
        super().tearDown()

    def test_a_car_that_is_there_charges_once_the_time_is_known(self):
        text = virtual_power.CONFIG.replace('"connectors"', _NTP)
        virtual_power.configure(self.folder, text)

        async def script(world):
            world.plug_in()
            await world.seconds(30)
            self.assertEqual((world.recorded, len(world.contactor.closed)), ([], 0))
            self.keeper.awaited = False
            self.assertTrue(await world.until(lambda: 1 in world.contactor.closed, 10))

        self.power().on(script)
