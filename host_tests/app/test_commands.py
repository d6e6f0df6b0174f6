"""Signed commands: only what is signed, ours, new and in time is done, once, and answered."""

import unittest

import signed_commands as signed
from command_desk import NOW_S, CommandDesk
from signed_commands import command

from wattseal.core.clock_state import BUILT_UTC_S

SOON = NOW_S + 60
DAY_S = 86400


class CommandCase(unittest.TestCase):
    def setUp(self):
        self.desk = CommandDesk()

    def refused(self, payload, part):
        """It is signed and refused: counted, answered with the reason, and not done."""
        did = list(self.desk.did)
        self.assertEqual(self.desk.take(payload), "commands_refused")
        answer = self.desk.answers[-1]
        self.assertEqual(answer["result"], "refused")
        self.assertTrue(part in answer["reason"], answer)
        self.assertEqual(self.desk.did, did)

    def ignored(self, payload, reason):
        """It is counted, and neither done nor answered."""
        before = list(self.desk.did), list(self.desk.answers)
        self.assertEqual(self.desk.take(payload), reason)
        self.assertEqual((self.desk.did, self.desk.answers), before)


class TestVerbs(CommandCase):
    def done(self, payload, what):
        self.assertEqual(self.desk.take(payload), "")
        self.assertEqual(self.desk.did[-1:], [what])
        self.assertEqual(self.desk.answers[-1]["result"], "done")

    def test_a_start_is_an_identification_without_a_person(self):
        what = ("start", (1, "CENTRAL", "TRUSTED", "c5"))
        self.done(command(5, SOON, "start", connector=1), what)
        self.refused(command(6, SOON, "start", connector=2), "in use")
        self.refused(command(7, SOON, "start", connector=3), "no connector 3")

    def test_a_stop_is_remote(self):
        self.done(command(5, SOON, "stop", connector=2), ("stop", (2, "R")))
        self.refused(command(6, SOON, "stop", connector=1), "no session")

    def test_an_answer_names_what_it_answers(self):
        self.desk.take(command(5, SOON, "stop", connector=2))
        expected = {
            "v": 1, "id": "c5", "verb": "stop", "result": "done",
            "reason": "stop asked for at connector 2",
        }  # fmt: skip
        self.assertEqual(self.desk.answers, [expected])

    def test_the_time_is_set_while_nothing_is_open(self):
        self.refused(command(5, SOON, "time", utc_s=NOW_S + 5), "in use")
        self.desk.connectors[1].idle = True
        self.refused(command(6, SOON, "time", utc_s=NOW_S - 2000), "cannot be")
        self.done(command(7, SOON, "time", utc_s=NOW_S + 5), ("time", NOW_S + 5))
        self.assertEqual(self.desk.clock.state(), "I")
        self.desk.clock._state.was_set(0, True)
        self.refused(command(8, SOON, "time", utc_s=NOW_S), "synchronised already")

    def test_only_a_time_back_goes_below_the_floor_whatever_the_clock_says(self):
        clock = self.desk.clock
        clock.raise_floor(NOW_S + 364 * DAY_S)
        for known, counter in ((True, 5), (False, 8)):
            clock.utc_at_0 = (NOW_S + 365 * DAY_S) * 1000 * known
            clock._state.was_set(0, known)
            self.desk.connectors[1].idle = False
            self.refused(command(counter, 0, "time_back", utc_s=NOW_S), "in use")
            self.desk.connectors[1].idle = True
            if not known:
                self.refused(command(counter + 1, 0, "time", utc_s=NOW_S), "time_back")
            self.done(command(counter + 2, 0, "time_back", utc_s=NOW_S), ("time", NOW_S))
            self.assertEqual((clock.state(), clock.utc_ms()), ("I", NOW_S * 1000))
            clock.raise_floor(NOW_S + 364 * DAY_S)

    def test_a_time_back_below_the_build_or_a_lifetime_off_or_that_expires_is_none(self):
        self.desk.connectors[1].idle = True
        for counter, utc_s in ((5, BUILT_UTC_S - 1), (6, NOW_S + 21 * 366 * DAY_S)):
            self.refused(command(counter, 0, "time_back", utc_s=utc_s), "cannot be")
        self.ignored(command(7, SOON, "time_back", utc_s=NOW_S), "commands_malformed")
        self.done(command(7, 0, "time_back", utc_s=BUILT_UTC_S), ("time", BUILT_UTC_S))
        self.ignored(command(7, 0, "time_back", utc_s=NOW_S), "commands_replayed")

    def test_a_time_that_never_expires_is_for_who_knows_none(self):
        """Or one that somebody held back would set a clock that was right."""
        old = command(5, 0, "time", utc_s=NOW_S - 5)
        self.desk.connectors[1].idle = True
        self.assertEqual(self.desk.take(old), "commands_expired")
        self.desk.clock.utc_at_0 = 0
        self.done(old, ("time", NOW_S - 5))

    def test_what_expires_while_it_is_verified_is_not_done(self):
        """The clock may become known meanwhile."""
        now_ms, self.desk.clock.utc_at_0 = self.desk.clock.utc_at_0, 0

        async def quiet():
            self.desk.clock.utc_at_0 = now_ms

        self.desk._quiet = quiet
        self.refused(command(5, NOW_S - 1000, "stop", connector=2), "has expired")

    def test_records_are_sent_again(self):
        resend = {"from": 1, "to": 3}
        self.done(command(5, SOON, "resend", **resend), ("resend", (1, 3)))
        resend["to"] = 6
        self.refused(command(6, SOON, "resend", **resend), "no such records")

    def test_the_audit_log_is_sent_and_says_who_asked_for_what(self):
        self.done(command(5, SOON, "audit", after=7), ("audit", (7,)))
        self.refused(command(6, SOON, "correct", pg=6, reason="x"), "no such record")
        self.assertEqual(self.desk.noted, [("audit", "c5", "done"), ("correct", "c6", "refused")])

    def test_a_configuration_waits_for_the_next_start(self):
        self.refused(command(5, SOON, "config", body=b"{}"), "in use")
        self.desk.connectors[1].idle = True
        self.done(command(6, SOON, "config", body=b'{\n"a":1}'), ("config", b'{\n"a":1}'))
        self.assertTrue("next start" in self.desk.answers[-1]["reason"])
        self.desk.config_fault = "version is missing"
        self.refused(command(7, SOON, "config", body=b"{}"), "version is missing")
        self.desk.config_fault = "x" * 2000
        self.desk.take(command(8, SOON, "config", body=b"{}"))
        self.assertEqual(len(self.desk.answers[-1]["reason"]), 300)

    def test_a_bill_is_taken_back(self):
        wrong = {"pg": 3, "reason": "wrong tariff"}
        self.done(command(5, SOON, "correct", **wrong), ("correct", (3, "wrong tariff")))
        self.assertEqual(self.desk.answers[-1]["reason"], "taken back")
        self.refused(command(6, SOON, "correct", pg=6, reason="x"), "no such record")
        self.refused(command(7, SOON, "correct", pg=3, reason="x" * 61), "1 to 60")
        self.refused(command(8, SOON, "correct", pg=3), "reason is missing")

    def test_a_driver_consents(self):
        said = {"connector": 2, "session": "5e55", "statistics": 1, "sharing": 0, "policy": 3}
        self.done(command(5, SOON, "consent", **said), ("consent", (2, "5e55", True, False, 3)))
        self.assertEqual(
            self.desk.answers[-1]["reason"], "connector 2: statistics yes, sharing no"
        )
        for number, (key, wrong, why) in enumerate((
            ("session", "5e56", "no such session"), ("statistics", 2, "from 0 to 1"),
            ("sharing", -1, "from 0 to 1"), ("policy", 0, "from 1 to 65535"),
            ("session", "", "1 to 16"),
        ), 6):  # fmt: skip
            changed = dict(said)
            changed[key] = wrong
            self.refused(command(number, SOON, "consent", **changed), why)

    def test_a_key_is_destroyed(self):
        self.done(command(5, SOON, "erase", session="5e55"), ("erase", "5e55"))
        self.assertEqual(self.desk.answers[-1]["reason"], "its key is destroyed")
        self.refused(command(6, SOON, "erase", session="5e56"), "no key of such a session")
        self.refused(command(7, SOON, "erase"), "session is missing")
        self.refused(command(8, SOON, "erase", session="5" * 17), "1 to 16")

    def test_what_no_verb_takes(self):
        self.refused(command(5, SOON, "abacus"), "unknown verb")
        self.refused(command(6, SOON, "stop"), "connector is missing")
        self.refused(command(7, SOON, "stop", connector=100), "from 1 to 99")
        self.refused(command(8, SOON, "stop", connector=2, tx="R"), "no such key")
        self.refused(command(9, SOON, "stop", connector=2, body=b""), "no body")
        self.refused(command(10, SOON, "config"), "needs a body")

    def test_a_board_without_controls(self):
        self.desk.controls = None
        self.refused(command(5, SOON, "stop", connector=2), "this board")


class TestJudge(CommandCase):
    def test_whatever_was_seen_is_not_seen_again(self):
        captured = [command(n, SOON, "stop", connector=2) for n in (5, 7)]
        for payload in captured:
            self.assertEqual(self.desk.take(payload), "")
        captured.append(command(6, SOON, "stop", connector=2))  # out of order
        for _ in range(2):
            for payload in captured:
                self.ignored(payload, "commands_replayed")
            self.desk.boot()
        self.assertEqual((len(self.desk.did), self.desk.verified), (2, 2))

    def test_a_refused_one_is_used_up_as_well(self):
        payload = command(5, SOON, "stop", connector=1)
        self.refused(payload, "no session")
        self.desk.connectors[0].idle = False
        self.desk.boot()
        self.ignored(payload, "commands_replayed")

    def test_the_counter_has_no_end_before_2_to_the_53(self):
        last = 1 << 53
        for counter in (1, last - 1, last):
            self.assertEqual(self.desk.take(command(counter, SOON, "stop", connector=2)), "")
            self.desk.boot()
        self.ignored(command(last, SOON, "stop", connector=2), "commands_replayed")
        self.ignored(command(last + 1, SOON, "stop", connector=2), "commands_malformed")
        self.assertEqual(len(self.desk.did), 3)

    def test_another_device_s(self):
        for device in ("w0123456789abcdf", "W0123456789ABCDE"):
            text = signed.message(5, SOON, "stop", device, connector=2)
            self.ignored(signed.sign(text), "commands_foreign")
        self.assertEqual(self.desk.verified, 0)

    def test_an_expired_one(self):
        self.ignored(command(5, NOW_S, "stop", connector=2), "commands_expired")
        self.ignored(command(5, 0, "stop", connector=2), "commands_malformed")
        self.assertEqual(self.desk.verified, 0)
        self.assertEqual(self.desk.take(command(5, NOW_S + 1, "stop", connector=2)), "")

    def test_one_that_lives_for_too_long(self):
        payload = command(5, NOW_S + DAY_S + 1, "stop", connector=2)
        self.refused(payload, "more than 86400 s")
        self.desk.clock.utc_at_0 += 2000
        self.ignored(payload, "commands_replayed")
        self.assertEqual(self.desk.take(command(6, NOW_S + DAY_S, "stop", connector=2)), "")

    def test_without_a_time_only_the_time_is_taken(self):
        self.desk.clock.utc_at_0 = 0
        self.desk.connectors[1].idle = True
        for verb, values in (("start", {"connector": 1}), ("time", {"utc_s": NOW_S})):
            payload = command(5 + len(self.desk.answers), SOON, verb, **values)
            self.refused(payload, "does not know the time")
            self.ignored(payload, "commands_replayed")
        self.assertEqual(self.desk.take(command(9, 0, "time", utc_s=NOW_S)), "")
        self.assertEqual(self.desk.take(command(10, SOON, "start", connector=1)), "")

    def test_a_key_of_somebody_else(self):
        text = signed.message(5, SOON, "stop", connector=2)
        self.ignored(signed.sign(text, signed.KEY + 1), "commands_forged")
        self.assertEqual(self.desk.take(signed.sign(text)), "")

    def test_one_flipped_bit_anywhere(self):
        payload = command(5, SOON, "stop", connector=2)
        for at in range(len(payload)):
            for bit in (1,) if at % 8 else (1, 4, 32):
                flipped = bytearray(payload)
                flipped[at] ^= bit
                if at > 128 or at % 8 == 0:
                    self.assertTrue(self.desk.take(bytes(flipped)), (at, bit))
        self.assertEqual((self.desk.did, self.desk.answers), ([], []))
        self.assertEqual(self.desk.take(payload), "")
