"""Signed packages in the shipped assembly: fetched over MQTT, judged, put on trial, confirmed."""

import hashlib
import json
import os
import sys
from binascii import hexlify

from board_case import ON_MICROPYTHON, configured  # first: it is compiled deep down
from update_case import TrialCase, UpdateCase

if ON_MICROPYTHON:
    import asyncio

    import signed_commands as signed
    import slot_loader
    import virtual_power
    from signed_packages import OTHER_KEY, package
    from update_case import ANOTHER, ARCHIVE
    from virtual_broker import VirtualReceiver

    import wattseal
    from wattseal import late, trouble
    from wattseal.commanding import updates
    from wattseal.core import faults
    from wattseal.drivers import update_room
    from wattseal.drivers.update_slots import Slots


class Noted:
    """contracts.Audit, as a list."""

    counts = {}

    def __init__(self):
        self.rows = []

    def note(self, what, obj="", old="", new="", who="device"):
        self.rows.append((what, obj, new, who))

    def changed(self, what, obj, new):
        pass


class UpdateTest(UpdateCase):
    def test_an_auditor_sees_what_came_of_it(self):
        good = package(ARCHIVE, version=(1, 2, 3))
        forged = package(ARCHIVE, version=(1, 2, 3), key=OTHER_KEY)
        noted = Noted()

        async def script(world):
            world.firmware.audit = noted
            for raw in (forged, good):
                await self.ordered(world, raw)
                self.world.receiver.answers.clear()
                await self.serve(world, raw, 200)

        self.power().on(script)
        names = [hexlify(hashlib.sha256(raw).digest()[:8]).decode() for raw in (forged, good)]
        rows = [row[1:3] for row in noted.rows if row[0] == "update"]
        expected = [(names[0], "began"), (names[0], "refused"), (names[1], "began")]
        self.assertEqual(rows, expected + [("1.2.3", "switched")])  # noqa: RUF005
        who = "update:" + signed.PUBLIC_HEX[:8]
        self.assertEqual({row[3] for row in noted.rows if row[0] == "update"}, {who})

    def updated(self, raw, kind="firmware", size=None):
        """What became of a package that is sent from its beginning to its end."""

        async def script(world):
            result, reason = await self.ordered(world, raw, kind, size)
            if result != "done":
                return found.append((result, reason))
            await self.serve(world, raw, 200)
            await world.seconds(5)
            return found.append(self.ended())

        found = []
        self.world.receiver.answers.clear()
        self.power().on(script)
        return found[0]

    def test_a_good_one_is_on_trial_at_the_next_start(self):
        raw = package(ARCHIVE, version=(1, 2, 3))
        self.assertEqual(self.updated(raw), ("switched", "1.2.3"))
        name = hexlify(hashlib.sha256(raw).digest()[:8]).decode()
        told = {"v": 1, "result": "switched", "version": "1.2.3", "update": name}
        self.assertEqual(self.told("version")[-1], told)
        record = self.record()
        self.assertEqual((record.trial, record.boots, record.pending), (1, 3, 0))
        mounted = []
        self.assertEqual(
            slot_loader.start(self.slots, lambda path, base: mounted.append((path, base))),
            slot_loader.TRIAL,
        )
        self.assertEqual(mounted, [(self.slots + "/a", 154)])

    def test_none_that_is_not_ours_good_and_new_is_switched_to(self):
        good = package(ARCHIVE, version=(1, 2, 3))
        own = {"version": (1, 2, 3)}
        for raw, why in (
            (package(ARCHIVE, key=OTHER_KEY, **own), "not signed by the update key"),
            (package(ARCHIVE, board="RPI_PICO", **own), "another board"),
            (package(ARCHIVE, device="w0000000000000000"[:16], **own), "another device"),
            (package(ARCHIVE, version=(0, 0, 9)), "below the floor"),
            (package(b"no archive at all, but signed" * 9, **own), "archive of modules is wrong"),
            (package(b"{}", kind=1, board="", **own), "of another kind"),
            (package(ANOTHER, **own), "wattseal/core/a.mpy in it is for another MicroPython"),
            (good[:-1], "truncated"), (good + b"\0", "longer"),
            (good[:400] + bytes([good[400] ^ 1]) + good[401:], "hash is wrong"),
            (good[:100] + bytes([good[100] ^ 1]) + good[101:], "not signed"),
        ):  # fmt: skip
            result, reason = self.updated(raw)
            self.assertEqual((result, why in reason), ("refused", True), reason)
            record = self.record()
            self.assertEqual((record.trial, record.active, record.pending), (0, 0, 0))
        self.assertEqual(self.updated(good), ("switched", "1.2.3"))

    def test_a_wrong_head_is_refused_before_the_rest_has_come(self):
        own = {"version": (1, 2, 3)}
        good = package(ARCHIVE, **own)
        for raw, why in (
            (package(ARCHIVE, key=OTHER_KEY, **own), "not signed by the update key"),
            (package(ARCHIVE, board="RPI_PICO", **own), "another board"),
            (package(ARCHIVE, device="w0000000000000000"[:16], **own), "another device"),
            (package(ARCHIVE, version=(0, 0, 9)), "below the floor"),
            (package(b"{}", kind=1, board="", **own) + bytes(300), "of another kind"),
            (good + bytes(1), "longer"), (good[:-1], "truncated"),
            (b"X" + good[1:], "no package"),
        ):  # fmt: skip
            result, reason = self.updated(raw)
            self.assertEqual((result, why in reason), ("refused", True), reason)
            asked = [answer["want"] for answer in self.told("want")]
            self.assertEqual(asked, [0, 90])  # 154 bytes are in two parts

    def test_a_head_that_was_good_is_judged_once_more_at_the_end(self):
        raw = package(ARCHIVE, version=(1, 2, 3))

        async def script(world):
            await self.ordered(world, raw)
            await self.serve(world, raw, 60, 300)
            with open(self.slots + "/a", "r+b") as file:
                file.seek(100)
                file.write(bytes([raw[100] ^ 1]))
            await self.serve(world, raw, 200)
            self.assertEqual(self.ended(), ("refused", "its hash is wrong"))

        self.power().on(script)

    def test_a_command_is_refused_that_could_come_to_no_good(self):
        raw = package(ARCHIVE, version=(1, 2, 3))
        for kind, size, why in (
            ("image", None, "one of: firmware"), ("firmware", 154, "this size"),
            ("config", 9000, "this size"), ("firmware", 1 << 21, "this size"),
        ):  # fmt: skip
            result, reason = self.updated(raw, kind, size)
            self.assertEqual((result, why in reason), ("refused", True), reason)
        sys.modules.pop("module_vfs")
        result, reason = self.updated(raw)
        self.assertEqual((result, "holds its code itself" in reason), ("refused", True))

    def test_one_that_would_take_the_journals_room_does_not_begin(self):
        raw = package(ARCHIVE, version=(1, 2, 3))
        config = package(self.config.encode(), kind=1, board="", version=(1, 0, 0))
        flash = type("Os", (), {"stat": os.stat, "listdir": os.listdir})
        update_room.os = flash
        try:
            flash.statvfs = lambda _: (4096, 4096, 500, 270) + (270,) * 6  # noqa: RUF005
            result, reason = self.updated(raw)
            self.assertEqual(
                (result, "room for it beside the journal" in reason), ("refused", True)
            )
            self.assertFalse("update" in os.listdir(self.folder))
            self.assertEqual(self.updated(config, "config"), ("switched", "1.0.0"))
            flash.statvfs = lambda _: (4096, 4096, 500, 300) + (300,) * 6  # noqa: RUF005
            self.assertEqual(self.updated(raw), ("switched", "1.2.3"))
        finally:
            update_room.os = os

    def test_where_is_no_heap_for_it_nothing_is_loaded_or_made(self):
        parts = updates._PARTS + ("wattseal.commanding.updates",)  # noqa: RUF005
        self.drop(*parts)  # of tests before
        has_room = late.has_room
        late.has_room = lambda least_bytes, text, log: least_bytes != 49152
        try:
            result, reason = self.updated(package(ARCHIVE, version=(1, 2, 3)))
        finally:
            late.has_room = has_room
        self.assertEqual((result, "no room for updates" in reason), ("refused", True))
        self.assertEqual([name for name in parts if name in sys.modules], [])
        self.assertFalse("update" in os.listdir(self.folder))

    def test_a_start_with_nothing_to_do_keeps_nothing_of_it(self):
        Slots(self.slots).begin(1, 200, bytes(32))
        Slots(self.slots).drop()
        self.drop(*updates._PARTS)

        async def script(world):
            await world.seconds(30)
            self.assertEqual([name for name in updates._PARTS if name in sys.modules], [])

        self.power().on(script)

    def test_a_version_that_was_switched_to_is_started_though_it_cannot_be_told(self):
        raw, resets = package(ARCHIVE, version=(1, 2, 3)), []

        async def tell(topic, payload, qos):
            if b"switched" in payload:
                raise MemoryError
            return await self.told_by(topic, payload, qos)

        async def script(world):
            world.firmware.board.reset = lambda: resets.append(1)
            await self.ordered(world, raw)
            self.told_by, world.firmware.publisher.tell = world.firmware.publisher.tell, tell
            await self.serve(world, raw, 60)
            self.assertEqual((self.record().trial, resets), (1, [1]))

        self.power().on(script)

    def test_one_that_is_named_while_another_is_judged_is_not_refused_for_it(self):
        raw, other = (package(ARCHIVE, version=(1, n, 0)) for n in (2, 3))

        async def judged(head_alone):
            self.updates._judge = self.judge
            self.updates.order("firmware", len(other), hashlib.sha256(other).digest())
            raise OSError(2)  # its file has gone

        async def script(world):
            await self.ordered(world, raw)
            self.updates = world.firmware.updates
            self.judge, self.updates._judge = self.updates._judge, judged
            await self.serve(world, raw, 6)
            await self.serve(world, other, 60)
            self.assertEqual(self.ended(), ("switched", "1.3.0"))

        self.power().on(script)

    def test_parts_of_another_package_or_place_are_not_taken(self):
        raw, other = (package(ARCHIVE, version=(1, n, 0)) for n in (2, 3))

        async def script(world):
            await self.ordered(world, raw)
            await self.serve(world, raw, 30, 300)
            have = Slots(self.slots).have()
            digest = hashlib.sha256(raw).digest()[:4]
            for part in (
                hashlib.sha256(other).digest()[:4] + have.to_bytes(4, "big") + other[have:][:90],
                digest + (have + 1).to_bytes(4, "big") + raw[:90], digest, b"", digest + bytes(4),
            ):  # fmt: skip
                world.broker.publish(b"part", part)
                await world.seconds(12)
                self.assertEqual(Slots(self.slots).have(), have)
            asked = len(self.told("want"))
            for _ in range(10):
                world.broker.publish(b"part", b"junk that a device must not answer")
                await world.seconds(1)
            self.assertTrue(len(self.told("want")) - asked <= 2)  # each ten seconds
            await self.serve(world, raw, 200)
            self.assertEqual(self.ended(), ("switched", "1.2.0"))

        self.power().on(script)

    def test_it_goes_on_after_a_reset_and_another_connection(self):
        raw = package(ARCHIVE, version=(1, 2, 3))

        async def first(world):
            await self.ordered(world, raw)
            await self.serve(world, raw, 30, 300)
            world.broker.cut_off()
            await world.seconds(60)
            world.broker.restore()
            self.assertTrue(await world.until(lambda: world.broker.hears(b"part"), 120))
            self.assertTrue(Slots(self.slots).have() >= 300)

        async def second(world):
            await self.ready(world)
            self.world.receiver.answers.clear()
            await self.serve(world, raw, 200)
            self.assertTrue(self.told("want")[0]["want"] >= 300)
            self.assertEqual(self.ended(), ("switched", "1.2.3"))

        power = self.power()
        power.on(first)
        power.on(second)

    def test_while_a_session_runs_nothing_is_switched(self):
        raw = package(ARCHIVE, version=(1, 2, 3))

        async def script(world):
            await self.ordered(world, raw)
            world.plug_in()
            self.assertTrue(await world.until(lambda: 1 in world.contactor.closed, 20))
            await self.serve(world, raw, 60)
            self.assertEqual(self.record().trial, 0)
            self.assertEqual(world.contactor.closed, {1})
            world.unplug()
            await world.seconds(10)
            await self.serve(world, raw, 200)
            self.assertEqual(self.ended(), ("switched", "1.2.3"))

        self.power().on(script)
        self.assertEqual(self.world.receiver.counted, {"begin": 1, "session": 1})

    def test_a_configuration_goes_the_same_way_and_has_its_own_floor(self):
        new = self.config.replace('"status_s": 0', '"status_s": 9').encode()
        new = json.dumps(dict(json.loads(self.config), status_s=9)).encode()
        config = package(new, kind=1, board="", version=(4, 0, 0))
        self.assertEqual(self.updated(config, "config"), ("switched", "4.0.0"))
        with open(self.folder + "/config.json") as file:
            self.assertEqual(json.load(file)["status_s"], 9)
        older = package(new, kind=1, board="", version=(3, 9, 9))
        result, reason = self.updated(older, "config")
        self.assertEqual((result, "below the floor" in reason), ("refused", True))
        bad = package(b'{"version":1}', kind=1, board="", version=(5, 0, 0))
        result, reason = self.updated(bad, "config")
        self.assertEqual((result, "connectors" in reason), ("refused", True), reason)
        result, reason = self.updated(
            package(b"{}", kind=2, board="", version=(1, 0, 0)), "tariff"
        )
        self.assertEqual((result, "names no tariff" in reason), ("refused", True))

    def test_without_an_update_key_nothing_is_loaded(self):
        virtual_power.configure(self.folder, configured(command_key=signed.PUBLIC_HEX))
        self.drop("wattseal.app.updating", "wattseal.commanding.updates")

        async def script(world):
            self.assertTrue(await world.until(lambda: world.broker.hears(b"cmd"), 30))
            said = await self.command(world, "update", kind="config", size=200, hash="0" * 64)
            self.assertEqual((said[0], "no update_key" in said[1]), ("refused", True))
            self.assertFalse(world.broker.hears(b"part"))
            self.assertFalse("wattseal.app.updating" in sys.modules)

        self.power().on(script)


class TrialTest(TrialCase):
    def test_a_version_that_is_well_is_confirmed(self):
        self.assertTrue(self.on_trial().on_trial)

        async def script(world):
            self.assertEqual(self.state(), (0, 1, 2))
            self.assertTrue(await world.until(lambda: self.state() == (1, 0, 0), 120))
            self.assertEqual(Slots(self.slots).floor(0), (1, 2, 3))

        self.power().on(script)

    def test_what_is_not_what_its_head_says_is_ended(self):
        for version, board in (("1.2.2", "ESP32_GENERIC"), ("1.2.3", "RPI_PICO")):
            self.on_trial()
            wattseal.VERSION = version
            sys.modules["board"] = type("Board", (), {"NAME": board})

            async def script(world):
                self.assertTrue(await world.until(lambda: self.state() == (0, 1, 0), 120))

            self.power().on(script)
            started = slot_loader.start(self.slots, lambda path, base: None)
            self.assertEqual(started, slot_loader.DEPLOYED)
            self.tearDown()
            self.setUp()

    def test_a_module_that_rots_while_the_firmware_runs_is_told(self):
        self.on_trial()

        async def script(world):
            counts = []

            def count():
                counts.append(trouble.counts(world.firmware).get("modules_rotten", 0))

            await world.seconds(3700)
            count()
            with open(self.slots + "/a", "r+b") as file:
                file.seek(154 + len(ARCHIVE) - 1)
                file.write(bytes([ARCHIVE[-1] ^ 4]))
            await world.seconds(3600)
            count()
            self.assertEqual(counts, [0, 1])

        sys.path.append("/a")
        try:
            self.power().on(script)
        finally:
            sys.path.remove("/a")
        self.assertEqual(faults.number("modules_rotten"), 27)

    def test_a_watch_that_fails_for_a_while_goes_on(self):
        for fault in (OSError(5), MemoryError(), ImportError("no module")):
            self.on_trial()
            self.confirm = Slots.confirm
            try:
                self.watch_through(fault)
            finally:
                Slots.confirm = self.confirm
            self.tearDown()
            self.setUp()

    def watch_through(self, fault):
        """Each of what it does fails so three times; it confirms all the same."""
        left, again = [fault] * 3, [fault] * 3

        async def script(world):
            signer = world.firmware.signer
            prove = signer.prove

            async def proved():
                if left:
                    raise left.pop()
                await prove()

            signer.prove = proved
            self.assertTrue(await world.until(lambda: self.state() == (1, 0, 0), 200))
            self.assertEqual((left, again), ([], []))

        def confirm(slots):
            if again:
                raise again.pop()
            self.confirm(slots)

        Slots.confirm = confirm
        self.power().on(script)

    def test_a_trial_whose_watch_could_not_be_begun_is_watched_later(self):
        self.on_trial()
        faults_left, begin = [MemoryError(), OSError(5)], updates.begin

        async def failing(firmware, log, ordered):
            if faults_left:
                raise faults_left.pop()
            return await begin(firmware, log, ordered)

        async def script(world):
            self.assertTrue(await world.until(lambda: self.state() == (1, 0, 0), 300))

        updates.begin = failing
        sys.modules["wattseal.commanding.updates"] = wattseal.commanding.updates = updates
        drop = late.drop
        late.drop = lambda *names: None
        try:
            self.power().on(script)
        finally:
            late.drop, updates.begin = drop, begin
        self.assertEqual(faults_left, [])

    def test_a_broker_that_is_down_takes_no_good_version_back(self):
        self.on_trial()

        async def script(world):
            world.broker.cut_off()
            await world.seconds(1700)
            self.assertEqual(self.state(), (0, 1, 2))
            self.assertTrue(await world.until(lambda: self.state() == (1, 0, 0), 200))

        self.world.broker.reachable = False
        self.power().on(script)

    def test_a_version_that_reads_no_meter_is_ended_after_ten_minutes(self):
        self.on_trial()
        self.world.meters = []

        async def script(world):
            await world.seconds(540)
            self.assertEqual(self.state(), (0, 1, 2))
            self.assertTrue(await world.until(lambda: self.state() == (0, 1, 0), 120))
            await world.seconds(10)

        self.power().on(script)
        self.assertEqual(
            slot_loader.start(self.slots, lambda path, base: None), slot_loader.DEPLOYED
        )
        self.assertEqual(self.record().outcome, slot_loader.ROLLED_BACK)


class OrderTest(UpdateCase):
    """A car comes at each half second of an update, stays, and leaves; then another one comes."""

    STEPS = 44

    def played(self, step, raw):
        """What was broken when the car comes `step` half seconds after the command."""
        resets, wrong = [], []

        async def car(world):
            await asyncio.sleep_ms(500 * step)
            world.plug_in()
            if not await world.until(lambda: 1 in world.contactor.closed, 20):
                wrong.append("a car was not charged")
            await world.seconds(7)
            if 1 not in world.contactor.closed:
                wrong.append("a session was cut short")
            world.unplug()
            await world.seconds(10)

        async def script(world):
            firmware = world.firmware
            firmware.board.reset = lambda: resets.append(all(c.idle for c in firmware.connectors))
            await self.ordered(world, raw)
            coming = asyncio.create_task(car(world))
            await self.serve(world, raw, 200)
            await coming
            await world.seconds(20)
            if self.ended()[0] != "switched" or resets != [True]:
                wrong.append("ended as %s, resets %s" % (self.ended(), resets))

        self.world.receiver = VirtualReceiver()
        self.world.broker.receiver = self.world.receiver
        self.power().on(script)
        if self.world.contactor.violations or self.world.receiver.counted != {
            "begin": 1, "session": 1
        }:  # fmt: skip
            wrong.append("records: %s" % self.world.receiver.counted)
        return wrong

    def test_no_session_is_broken_whenever_a_car_comes(self):
        first = 0 if sys.maxsize > 1 << 32 else 3
        step = 1 if sys.maxsize > 1 << 32 else 9
        tried = 0
        for at in range(first, self.STEPS, step):
            self.tearDown()
            self.setUp()
            self.assertEqual(self.played(at, package(ARCHIVE, version=(1, 2, 3))), [], at)
            tried += 1
        print("%d orders" % tried, end=" ")
