"""Signed commands in the shipped assembly: done once, answered, counted; nothing of them stays."""

import json
import sys
import unittest

ON_MICROPYTHON = sys.implementation.name == "micropython"
if ON_MICROPYTHON:
    import virtual_time

    virtual_time.install()

    import os

    import command_cuts
    import scratch_folder
    import signed_commands as signed
    import virtual_power
    from charge_point import ocmf_of
    from command_cuts import told
    from virtual_board import VirtualWorld

    from wattseal import late
    from wattseal.core import models

    DROP, FORGET = late.drop, models.forget  # a Power that keeps the modules replaces them

PARTS = (
    "wattseal.commanding.judging", "wattseal.app.commands", "wattseal.app.command_verbs",
    "wattseal.core.command", "wattseal.core.p256_wnaf",
    "wattseal.core.config", "wattseal.drivers.config_file", "wattseal.drivers.config_replace",
    "wattseal.drivers.modbus_lines",
    "wattseal.drivers.tls_credentials",
)  # fmt: skip


class CommandCase(unittest.TestCase):
    def setUp(self):
        if not ON_MICROPYTHON:
            raise unittest.SkipTest("CPython has no task queue of MicroPython's")
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        virtual_power.configure(self.folder, command_cuts.CONFIG)
        self.world = VirtualWorld(self.folder)
        self.counter = 0

    def tearDown(self):
        if ON_MICROPYTHON:
            if "journal" in os.listdir(self.folder):
                scratch_folder.remove(self.folder + "/journal")
            scratch_folder.remove(self.folder)

    def command(self, verb, body=None, **values):
        self.counter += 1
        exp = self.world.utc_ms // 1000 + 60
        return signed.command(self.counter, exp, verb, body, **values)

    async def answer(self, world, *what, **values):
        """To one command: (result, reason)."""
        await told(world, [self.command(*what, **values)])
        answer = world.receiver.answers[-1]
        self.assertEqual(answer["id"], "c%d" % self.counter)
        return answer["result"], answer["reason"]

    def counts(self):
        status = json.loads(self.world.firmware.greeting.status())
        return {name: n for name, n in status["counts"].items() if name.startswith("commands_")}


class CommandTest(CommandCase):
    def test_a_driver_consents_and_takes_it_back(self):
        config = json.loads(command_cuts.CONFIG)

        async def script(world):
            said = {"connector": 1, "session": "5e55", "sharing": 0, "policy": 4}
            world.plug_in()
            self.assertTrue(await world.until(lambda: 1 in world.contactor.closed, 20))
            recorder = world.firmware.recorder
            result = await self.answer(world, "consent", statistics=1, **said)
            self.assertEqual((result[0], "no such session" in result[1]), ("refused", True))
            said["session"] = world.firmware.connectors[0].session.session_id
            for policy, why in ((3, "policy here has version 4"), (5, "version 4")):
                wrong = dict(said, policy=policy)
                result = await self.answer(world, "consent", statistics=1, **wrong)
                self.assertEqual((result[0], why in result[1]), ("refused", True))
            for given in (1, 0, 1):
                result, _ = await self.answer(world, "consent", statistics=given, **said)
                self.assertEqual(result, "done")
                self.assertEqual(recorder.consents.to_statistics(1), given == 1)
            world.unplug()
            await world.seconds(10)
            payload = ocmf_of(json.loads(world.receiver.stored[2]))
            self.assertEqual(payload["UP"], {"b": "contract", "s": 1, "x": 0, "v": 4})

        virtual_power.configure(self.folder, json.dumps(dict(config, policy=4)))
        virtual_power.Power(self.world, stays=False).on(script)

    def test_without_a_policy_there_is_nothing_to_agree_to(self):
        async def script(world):
            said = {"session": "5e55", "statistics": 1, "sharing": 0, "policy": 4}
            result = await self.answer(world, "consent", connector=1, **said)
            self.assertEqual((result[0], "names no policy" in result[1]), ("refused", True))

        virtual_power.Power(self.world, stays=False).on(script)

    def test_a_session_is_started_and_stopped_from_far(self):
        async def script(world):
            world.plug_in(card=None)
            self.assertEqual((await self.answer(world, "start", connector=1))[0], "done")
            self.assertTrue(await world.until(lambda: 1 in world.contactor.closed, 20))
            self.assertEqual((await self.answer(world, "start", connector=1))[0], "refused")
            result, reason = await self.answer(world, "config", b"{}")
            self.assertEqual((result, "in use" in reason), ("refused", True))
            self.assertEqual((await self.answer(world, "stop", connector=1))[0], "done")
            await world.seconds(10)
            self.assertEqual(world.contactor.closed, set())
            again = {"from": 1, "to": 1}
            repeats = world.receiver.repeats
            self.assertEqual((await self.answer(world, "resend", **again))[0], "done")
            self.assertEqual(world.receiver.repeats, repeats + 1)

        virtual_power.Power(self.world).on(script)
        self.assertEqual(self.world.receiver.counted, {"begin": 1, "session": 1})
        text = self.world.receiver.stored[2].decode()
        self.assertTrue('"TX\\":\\"R\\"' in text and '"IT\\":\\"LOCAL\\"' in text, text)
        self.assertFalse('"c1"' in json.loads(text)["ocmf"].split("|")[1])
        self.assertEqual(self.counts(), {"commands_refused": 2})

    def test_a_configuration_is_kept_for_the_next_start(self):
        good = command_cuts.CONFIG.replace('"status_s":0', '"status_s":7').encode()

        async def script(world):
            for body, part in (
                (b"\xff", "not "),
                (good.replace(b"sdm630", b"abacus"), "abacus"),
                (good.replace(b'"buses":[{}]', b'"buses":[{},{}]'), "at the device"),
                (good.replace(b'"host":', b'"ca":"no.der","host":').replace(
                    b'"plain-text-accepted"', b'"required"'), "no.der is missing"),
            ):  # fmt: skip
                result, reason = await self.answer(world, "config", body)
                self.assertEqual((result, part in reason), ("refused", True), reason)
            self.assertEqual((await self.answer(world, "config", good))[0], "done")
            self.assertEqual(world.firmware.config.status_s, 0)

        async def later(world):
            self.assertEqual(world.firmware.config.status_s, 7)

        power = virtual_power.Power(self.world)
        power.on(script)
        self.assertFalse("config.json.new" in os.listdir(self.folder))
        power.on(later)

    def test_nothing_that_is_not_due_is_done(self):
        start = {"connector": 1}

        async def script(world):
            sent = [self.command("start", **start), b"", b"{}", b"x" * 980]
            sent.append(self.command("start", **start)[:-2] + b"2}")
            await told(world, sent + sent[:1])
            world.broker.publish(b"cmd", self.command("start", **start), retained=True)
            await world.seconds(5)
            for _ in range(10):
                world.broker.publish(b"cmd", b"0" * 128 + b".?")
            await world.seconds(30)

        virtual_power.Power(self.world).on(script)
        self.assertEqual(len(self.world.receiver.answers), 1)
        expected = {
            "commands_malformed": 5, "commands_forged": 1, "commands_replayed": 1,
            "commands_retained": 1, "commands_busy": 8,
        }  # fmt: skip
        self.assertEqual(self.counts(), expected)

    def test_nothing_of_it_stays_but_the_listener(self):
        async def script(world):
            DROP(*PARTS)  # what other tests have left
            before = set(sys.modules)
            tls = command_cuts.CONFIG.replace("plain-text-accepted", "required")
            tls = tls.replace('"host":"gateway"', '"host":"gateway","ca":"no.der"').encode()
            _, reason = await self.answer(world, "config", tls)
            self.assertIn("no.der", reason)
            await self.answer(world, "resend", **{"from": 9, "to": 9})
            self.assertTrue("wattseal.commanding.listener" in sys.modules)
            self.assertEqual(sorted(set(sys.modules) - before), [])

        late.drop, models.forget = DROP, FORGET
        virtual_power.Power(self.world, stays=False).on(script)

    def test_without_a_key_there_is_not_even_a_listener(self):
        sys.modules.pop("wattseal.commanding.listener", None)
        virtual_power.configure(self.folder, virtual_power.CONFIG)

        async def script(world):
            await world.seconds(10)
            self.assertTrue(world.broker.hears(b"resend") and not world.broker.hears(b"cmd"))
            world.broker.publish(b"cmd", b"{}")
            await world.seconds(10)
            self.assertEqual(world.inputs.identification(1), None)
            self.assertEqual(world.firmware.publisher.words.ignored, 1)
            self.assertFalse("wattseal.commanding.listener" in sys.modules)

        virtual_power.Power(self.world).on(script)
        self.assertEqual((self.counts(), self.world.receiver.answers), ({}, []))

    def test_too_little_memory_does_nothing_and_is_counted(self):
        async def script(world):
            from wattseal.commanding import judging

            def fails(*_):
                raise MemoryError()

            sound, judging.judge = judging.judge, fails
            try:
                await told(world, [self.command("start", connector=1)])
            finally:
                judging.judge = sound
            self.assertEqual(self.counts(), {"commands_no_memory": 1})
            self.assertEqual((await self.answer(world, "start", connector=1))[0], "done")

        virtual_power.Power(self.world).on(script)


class CommandCutTest(CommandCase):
    def cut(self, ring):
        step = 3 if sys.maxsize > 1 << 32 else 11
        operations, tried, wrong = command_cuts.cases(ring, step)
        print("%d cuts" % tried, end=" ")
        self.assertTrue(tried * step >= 4 * operations > 40)
        self.assertEqual(wrong, [])

    def test_none_is_done_twice_wherever_the_power_fails(self):
        self.cut(False)

    def test_nor_on_the_ring(self):
        self.cut(True)
