"""What tests of updates in the shipped assembly share; judges nothing. MicroPython only."""

import hashlib
import json
import os
import sys
from binascii import hexlify, unhexlify

from board_case import ON_MICROPYTHON, FolderCase, configured

if ON_MICROPYTHON:
    import scratch_folder
    import signed_commands as signed
    import slot_loader
    import vectors
    import virtual_power
    from signed_packages import package

    import wattseal
    from wattseal.drivers import config_file, config_replace
    from wattseal.drivers.update_slots import Slots

    VECTORS = vectors.load("module_archive.json")
    ARCHIVE, ANOTHER = unhexlify(VECTORS["fitting"]), unhexlify(VECTORS["another"])
    VERSION = wattseal.VERSION


class FakeBoard:
    NAME = "ESP32_GENERIC"


class UpdateCase(FolderCase):
    def setUp(self):
        super().setUp()
        self.counter = 0
        keys = {"command_key": signed.PUBLIC_HEX, "update_key": signed.PUBLIC_HEX}
        self.config = configured(**keys)
        virtual_power.configure(self.folder, self.config)
        self.drop("wattseal.commanding.update_desk")  # it has the version of before
        sys.modules["board"] = FakeBoard
        sys.modules["module_vfs"] = FakeBoard
        self.slots = self.folder + "/update"

    def tearDown(self):
        if ON_MICROPYTHON:
            sys.modules.pop("module_vfs", None)
            if "update" in os.listdir(self.folder):
                scratch_folder.remove(self.slots)
        super().tearDown()

    async def command(self, world, verb, **values):
        """(result, reason)."""
        self.counter += 1
        exp = world.utc_ms // 1000 + 60
        count = len(self.told("id"))
        world.broker.publish(b"cmd", signed.command(self.counter, exp, verb, **values))
        self.assertTrue(await world.until(lambda: len(self.told("id")) > count, 30))
        answer = self.told("id")[-1]
        return answer["result"], answer["reason"]

    async def ordered(self, world, raw, kind="firmware", size=None):
        await self.ready(world)
        digest = hexlify(hashlib.sha256(raw).digest()).decode()
        return await self.command(
            world, "update", kind=kind, size=size or len(raw), hash=digest
        )  # fmt: skip

    async def ready(self, world):
        self.assertTrue(await world.until(lambda: world.broker.hears(b"part"), 30))

    def told(self, key):
        """Answers that have this key."""
        return [answer for answer in self.world.receiver.answers if key in answer]

    async def serve(self, world, raw, seconds, most=1 << 20):
        """Parts as they are asked for, for so long, or until it has said what became of it."""
        digest, seen = hashlib.sha256(raw).digest()[:4], 0
        for _ in range(4 * seconds):
            asked = self.told("want")
            if len(asked) > seen and asked[-1]["want"] < most:
                at = asked[-1]["want"]
                part = digest + at.to_bytes(4, "big") + raw[at : at + 90]
                world.broker.publish(b"part", part)
            seen = len(asked)
            if [a for a in world.receiver.answers if a.get("result") in ("switched", "refused")
                    and "id" not in a]:  # fmt: skip
                return
            await world.seconds(1)

    def ended(self):
        """What was told last of a package: (result, reason or version)."""
        told = [answer for answer in self.told("result") if "id" not in answer]
        last = [answer for answer in told if "kind" not in answer][-1]
        return last["result"], last.get("reason", last.get("version"))

    def record(self):
        return slot_loader.load(self.slots)


class ConfigCase(UpdateCase):
    """`new` came from far in the place of `old`, once it is put there."""

    def setUp(self):
        super().setUp()
        if ON_MICROPYTHON:
            self.old = json.loads(self.config)
            self.new = dict(self.old, status_s=9)
            self.resets = []

    def put(self):
        now = config_file.load(self.folder + "/config.json")
        config_replace.replace(self.folder, json.dumps(self.new).encode(), now, True)

    def in_force(self):
        with open(self.folder + "/config.json") as file:
            return json.load(file)

    def files(self):
        """But what drivers.accepted keeps."""
        names = [name for name in os.listdir(self.folder) if name[:7] == "config."]
        return sorted([name for name in names if name != "config.json.accepted"])

    def watched(self, world):
        world.firmware.board.reset = lambda: self.resets.append(1)

    def put_at_the_device(self):
        """A third one, as a person would; returned."""
        third = dict(self.old, status_s=8)
        with open(self.folder + "/config.json", "w") as file:
            json.dump(third, file)
        return third

    async def stays(self, world, third):
        await world.seconds(4000)
        self.assertEqual((self.in_force(), self.resets), (third, []))
        self.assertEqual(self.files(), ["config.json"])


class TrialCase(UpdateCase):
    """Version 1.2.3 runs, out of slot a."""

    def setUp(self):
        super().setUp()
        wattseal.VERSION = "1.2.3"

    def tearDown(self):
        if ON_MICROPYTHON:
            wattseal.VERSION = VERSION
        super().tearDown()

    def on_trial(self):
        raw = package(ARCHIVE, version=(1, 2, 3))
        slots = Slots(self.slots)
        slots.begin(0, len(raw), hashlib.sha256(raw).digest())
        slots.write(0, raw)
        slots.switch()
        slot_loader.start(self.slots, lambda path, base: None)
        return Slots(self.slots)

    def state(self):
        record = self.record()
        return record.active, record.trial, record.boots
