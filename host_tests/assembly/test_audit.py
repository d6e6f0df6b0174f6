"""The audit log in the shipped assembly: what happens is in it, and its head is in each record."""

import binascii
import json

from board_case import ON_MICROPYTHON, FolderCase, configured

if ON_MICROPYTHON:
    import os

    import signed_commands as signed
    import virtual_power
    from charge_point import ocmf_of
    from command_cuts import told

    from wattseal.core import audit_chain
    from wattseal.core.ecdsa import finish, verify_p1363_steps
    from wattseal.core.hmac_sha256 import key_blocks
    from wattseal.drivers.audit_log import AuditLog

    METER_FW = 64515  # the meter's register that has it
    KEY = (audit_chain.LABEL + bytes(32))[:32]  # PlainSigner.derived

PARTS = ("wattseal.drivers.audit_log", "wattseal.app.auditor", "wattseal.privacy.audit_watch")


async def commanded(world, *rows):
    """Each of `rows` is a verb and its values, done in order; the newest answer."""
    exp = world.utc_ms // 1000 + 600
    payloads = [
        signed.command(n + 1, exp, verb, **values) for n, (verb, values) in enumerate(rows)
    ]
    await told(world, payloads)
    await world.seconds(3)
    return world.receiver.answers[-1]


def audited(**keys):
    return configured(**dict({"audit": "on"}, **keys))


async def session(world):
    await world.seconds(20)
    world.plug_in()
    await world.seconds(300)
    world.unplug()
    await world.seconds(30)


class Keeper:
    """As much of app.timekeeper's Timekeeper as the log touches."""

    told = untold = None
    counts = {}
    at_ms = off_ms = over_ms = kept_s = 0


class AuditCase(FolderCase):
    def play(self, script, **keys):
        virtual_power.configure(self.folder, audited(**keys))
        self.power(virtual_power.PlainSigner).on(script)

    def log(self):
        """(AuditLog, its lines) of what the flash holds, an unbroken chain."""
        log, lines = AuditLog(self.folder + "/audit", KEY), []
        for _ in log.opening(lines.append):
            pass
        self.assertEqual(log.counts["audit_damaged"], 0)
        return log, lines

    def told(self, *keys):
        return [tuple([audit_chain.value(line, key) for key in keys]) for line in self.log()[1]]


class TestAudit(AuditCase):
    def test_a_life_begins_with_what_runs_and_only_what_is_new_is_noted_again(self):
        self.play(session)
        first = [what for (what,) in self.told("ev")]
        begun = ["boot", "key", "config", "files", "meter", "meter", "self_audit"]
        self.assertEqual(first, begun, first)
        self.play(session)
        again = [what for (what,) in self.told("ev")][len(first) :]
        self.assertEqual(again, ["boot"])
        self.play(session, status_s=30)
        rows = self.told("ev", "old", "new")
        self.assertEqual([row[0] for row in rows[len(first) + 1 :]], ["boot", "config"])
        self.assertEqual(rows[-1][1], [row for row in rows if row[0] == "config"][0][2])

    def test_the_log_is_opened_between_the_turns_of_the_meters(self):
        self.play(session)
        steps, follow = [], AuditLog._follow

        def followed(log, *found):
            steps.append("entry")
            follow(log, *found)

        async def script(world):
            calm = world.firmware.calm

            async def noted():
                await calm()
                steps.append("calm")

            world.firmware.calm = noted
            await session(world)

        AuditLog._follow = followed
        try:
            self.play(script)
        finally:
            AuditLog._follow = follow
        self.assertTrue(steps.count("entry") >= 6, steps)
        pairs = zip(steps, steps[1:])
        self.assertFalse([pair for pair in pairs if pair == ("entry", "entry")], steps)

    def test_each_record_holds_the_head_that_was_durable_when_it_was_signed(self):
        self.play(session)
        log, _ = self.log()
        macs = {audit_chain.number(line): mac for line, mac in log.entries()}
        heads = [
            ocmf_of(json.loads(self.world.receiver.stored[number]))["UA"] for number in (1, 2)
        ]
        for head in heads:
            number = int(head.split("-")[0])
            self.assertEqual(head, audit_chain.head(number, macs[number]))
        self.assertEqual(int(heads[1].split("-")[0]), log.number)

    def test_a_server_s_step_from_before_the_log_was_open_stands_before_the_start(self):
        async def script(world):
            keeper = world.firmware.timekeeper = Keeper()
            keeper.untold = 1800000600, 1800000000
            await world.seconds(20)
            keeper.told(1800000030, 1800000020)
            await world.seconds(5)

        self.play(script)
        rows = self.told("ev", "old", "new", "who")
        self.assertEqual(rows[0], ("time", "1800000600", "1800000000", "ntp"))
        self.assertEqual((rows[1][0], rows[-1][2]), ("boot", "1800000020"))

    def test_a_new_meter_is_noted(self):
        self.play(session)
        self.world.meters[0].serial += 1
        self.play(session)
        rows = [row for row in self.told("ev", "obj", "old", "new") if row[0] == "meter"]
        self.assertEqual([row[1] for row in rows], ["1", "1 firmware", "1"])
        self.assertEqual(rows[0][3], rows[2][2])
        self.assertTrue(rows[2][2] != rows[2][3])

    def test_another_firmware_of_the_same_meter_is_noted(self):
        self.play(session)
        meter = self.world.meters[0]
        block = meter._block
        meter._block = lambda function, address, count: (
            b"\x09\x09" if (address, count) == (METER_FW, 1) else block(function, address, count)
        )
        self.play(session)
        rows = [row for row in self.told("ev", "obj", "old", "new") if row[0] == "meter"]
        self.assertEqual([row[1] for row in rows], ["1", "1 firmware", "1 firmware"])
        self.assertEqual(rows[2][2:], (rows[1][3], "2313"))

    def test_a_car_at_the_start_has_its_record_signed_behind_what_it_is_made_under(self):
        self.play(session)

        async def script(world):
            world.firmware.board.image = image
            world.plug_in()
            await world.seconds(60)

        def image():
            waited.append(not self.world.firmware.recorder.audit_opens.is_set())
            for _ in range(200):  # as an RP2040's, in pieces, each with a turn
                yield b"1"

        waited = []
        self.play(script, status_s=30)
        rows = {what: int(number) for what, number in self.told("ev", "n")}
        head = int(ocmf_of(json.loads(self.world.receiver.stored[3]))["UA"].split("-")[0])
        self.assertTrue(rows["boot"] < rows["config"] <= head < rows["image"], rows)
        self.assertEqual(waited, [False])  # no car waits for that

    def test_no_audit_where_none_is_wanted(self):
        self.play(session, audit="off")
        self.assertFalse("audit" in os.listdir(self.folder))
        self.assertFalse("UA" in ocmf_of(json.loads(self.world.receiver.stored[2])))

    def test_flash_that_refuses_it_costs_the_log_alone(self):
        with open(self.folder + "/audit", "w") as file:  # no folder can be made there
            file.write("x")
        self.play(session, status_s=30)
        os.remove(self.folder + "/audit")
        self.assertTrue(any("its log is not whole" in line for line in self.said), self.said)
        self.assertEqual(len(self.world.receiver.stored), 2)
        self.assertEqual(self.world.receiver.status["counts"]["audit_off"], 1)


class TestExport(AuditCase):
    def exported(self):
        """[(number, line)] of what was sent, each after the one before by its mac."""
        blocks, found = key_blocks(KEY), []
        for message in self.world.receiver.audited:
            if "frames" not in message:
                continue
            number, mac = int(message["before"][0]), binascii.unhexlify(message["before"][1])
            for text in message["frames"]:
                line, kept = audit_chain.unframe(text.encode() + b"\n")
                number, mac = number + 1, audit_chain.mac(blocks, mac, line)
                self.assertEqual((audit_chain.number(line), kept), (number, mac))
                found.append((number, line))
        return found

    def asked(self, after):
        async def script(world):
            await world.seconds(20)
            return await commanded(world, ("audit", {"after": after}))

        self.world.receiver.audited.clear()
        self.play(script, command_key=signed.PUBLIC_HEX)
        return self.exported()

    def test_whoever_commands_gets_all_of_it_or_what_is_new(self):
        self.play(session)
        log, lines = self.log()
        found = self.asked(0)
        self.assertEqual([line for _, line in found][: len(lines)], lines)
        events = [audit_chain.value(line, "ev") for _, line in found[len(lines) :]]
        self.assertEqual(events, ["boot", "config", "export"])
        self.assertEqual(self.world.receiver.answers[-1]["result"], "done")

    def test_what_is_asked_after_an_entry_that_is_none_yet_is_refused(self):
        self.assertEqual(self.asked(500), [])
        newest = self.log()[0].number - 1  # the entry on the command comes behind the answer
        answer = self.world.receiver.answers[-1]
        self.assertEqual(answer["result"], "refused")
        self.assertEqual(
            answer["reason"], "the newest entry is %d; ask after an earlier one" % newest
        )

    def test_who_commanded_what_is_noted_but_not_what_each_session_has(self):
        async def script(world):
            await world.seconds(20)
            world.plug_in(card=None)
            await commanded(
                world, ("start", {"connector": 1}), ("consent", {
                    "connector": 1, "session": "5e55", "statistics": 1, "sharing": 0, "policy": 4,
                }), ("stop", {"connector": 1}),
            )  # fmt: skip
            await world.seconds(20)

        self.play(script, command_key=signed.PUBLIC_HEX, policy=4)
        rows = [row for row in self.told("ev", "obj", "new", "who") if row[0] == "command"]
        who = "command:" + signed.PUBLIC_HEX[:8]
        self.assertEqual(rows, [("command", "consent c2", "refused", who)])

    def test_consent_given_and_taken_back_is_noted(self):
        async def script(world):
            await world.seconds(20)
            world.plug_in()
            await world.seconds(20)
            session = self.session = world.firmware.connectors[0].session.session_id
            said = {"connector": 1, "session": session, "sharing": 0, "policy": 4}
            await commanded(
                world, ("consent", dict(said, statistics=1)), ("consent", dict(said, statistics=0))
            )

        self.play(script, command_key=signed.PUBLIC_HEX, policy=4)
        rows = [
            row[1:] for row in self.told("ev", "obj", "old", "new", "who") if row[0] == "consent"
        ]
        self.assertEqual(
            rows,
            [(self.session, "s0x0", "s1x0", "command"), (self.session, "s1x0", "s0x0", "command")],
        )

    def test_a_flood_of_forged_commands_is_one_entry_an_hour(self):
        async def script(world):
            await world.seconds(20)
            exp = world.utc_ms // 1000 + 600
            forged = [
                signed.sign(signed.message(n, exp, "stop", connector=1), 7) for n in range(1, 9)
            ]
            await told(world, forged)
            await world.seconds(200)

        self.play(script, command_key=signed.PUBLIC_HEX)
        rows = [row for row in self.told("ev", "new") if row[0] == "forged"]
        self.assertTrue(0 < len(rows) <= 2, rows)


class TestSelfAudit(AuditCase):
    def reported(self, script=session, **keys):
        """{line's name: why it is red} of the newest report, whose signature is good."""
        keys.setdefault("broker", {"host": "gateway", "tls": "plain-text-accepted"})
        virtual_power.configure(self.folder, audited(**keys))
        power = virtual_power.Power(self.world, None, stays=False)
        power.on(script)
        message = [each for each in self.world.receiver.audited if "report" in each][-1]
        self.signed(message)
        self.report = json.loads(message["report"])
        return {name: why for name, verdict, why in self.report["lines"] if verdict == "bad"}

    def signed(self, message):
        import hashlib

        raw = binascii.unhexlify(message["sig"])
        at = 4 + raw[3]
        r, s = raw[4:at], raw[at + 2 :]
        fixed = b"".join([bytes(32 - len(part[-32:])) + part[-32:] for part in (r, s)])
        digest = hashlib.sha256(message["report"].encode()).digest()
        public = self.world.firmware.signer.public_key()
        self.assertTrue(finish(verify_p1363_steps(public, digest, fixed)))

    def test_it_is_signed_once_a_month_and_each_broken_setting_is_red(self):
        red = self.reported()
        self.assertEqual(sorted(red), ["key", "login", "ntp", "tls"])
        self.assertEqual(self.report["head"].split("-")[0], "6")
        self.world.receiver.audited.clear()
        self.assertRaises(IndexError, self.reported)  # it has told this month
        # A month later: it has mended the key's second copy, which was missing.
        self.world.step_ms += 32 * 86400000
        self.assertEqual(
            sorted(self.reported(id_mode="plain")), ["identity", "login", "ntp", "tls"]
        )
        said = json.dumps(self.report)
        for session in self.world.receiver.stored.values():
            self.assertFalse(json.loads(session)["session"] in said)
