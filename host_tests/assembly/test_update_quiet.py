"""No step of an update writes to the flash while a meter is asked: each follows on `quiet`."""

import slot_loader
from board_case import ON_MICROPYTHON  # first: it is compiled deep down
from update_case import TrialCase

if ON_MICROPYTHON:
    import asyncio
    import json

    from signed_packages import OTHER_KEY, package
    from update_case import ARCHIVE

    from wattseal.drivers import durable, update_slots

SAVE = slot_loader.save


class QuietTest(TrialCase):
    def setUp(self):
        super().setUp()
        self.act, self.write = update_slots._act, update_slots.write_durably
        self.quiet, self.written = False, []

    def tearDown(self):
        slot_loader.save = SAVE
        if ON_MICROPYTHON:
            update_slots._act, update_slots.write_durably = self.act, self.write
            durable.write_durably = self.write
        super().tearDown()

    def watch(self, world):
        """From now on: what is written, and whether nothing was awaited since `quiet`."""
        quiet = world.firmware.recorder.quiet

        async def over():  # runs as soon as anybody awaits anything
            self.quiet = False

        async def watched():
            await quiet()
            self.quiet = True
            asyncio.create_task(over())

        def noted(name, act):
            def wrapper(*arguments):
                self.written.append((name, self.quiet))
                return act(*arguments)

            return wrapper

        world.firmware.recorder.quiet = watched
        slot_loader.save = noted("save", SAVE)
        update_slots._act = noted("folder or remove", self.act)
        update_slots.write_durably = noted("part", self.write)
        durable.write_durably = noted("file", self.write)  # for who is loaded from now on

    def judge(self, least):
        names = [name for name, _ in self.written]
        for name, count in least.items():
            self.assertTrue(names.count(name) >= count, names)
        self.assertEqual([row for row in self.written if not row[1]], [])

    def test_a_package_that_comes_is_refused_or_switched_to(self):
        good = package(ARCHIVE, version=(1, 2, 3))
        forged = package(ARCHIVE, version=(1, 2, 3), key=OTHER_KEY)

        async def script(world):
            await self.ready(world)
            self.watch(world)
            for raw in (forged, good):
                await self.ordered(world, raw)
                self.world.receiver.answers.clear()
                await self.serve(world, raw, 200)
            await world.seconds(5)
            self.assertEqual(self.ended()[0], "switched")

        self.power().on(script)
        self.judge({"save": 4, "folder or remove": 3, "part": 8})

    def test_a_configuration(self):
        new = json.dumps(dict(json.loads(self.config), status_s=9)).encode()
        raw = package(new, kind=1, board="", version=(4, 0, 0))

        async def script(world):
            await self.ready(world)
            self.watch(world)
            await self.ordered(world, raw, "config")
            await self.serve(world, raw, 200)
            await world.seconds(5)
            self.assertEqual(self.ended()[0], "switched")

        self.power().on(script)
        self.judge({"save": 2, "folder or remove": 2, "part": 3, "file": 1})

    def test_a_trial_that_is_confirmed_or_ended(self):
        for meters, least in ((self.world.meters, 2), ([], 2)):
            self.on_trial()
            record = slot_loader.load(self.slots)
            record.outcome = slot_loader.FELL_BACK
            slot_loader.save(self.slots, record)
            self.world.meters = meters
            self.written.clear()

            async def script(world):
                self.watch(world)
                await world.seconds(700)

            self.power().on(script)
            slot_loader.save = SAVE
            self.judge({"save": least})
            self.tearDown()
            self.setUp()
