"""Power cuts at every step, and damage to the kept counter: nothing is done twice or unsigned."""

import unittest

import signed_commands as signed
from charge_world import PowerCut
from command_desk import NOW_S, CommandDesk
from signed_commands import command

SOON = NOW_S + 60
DAY_S = 86400
# One of each verb, in the order of their counters.
VERBS = (
    ("start", SOON, None, {"connector": 1}),
    ("stop", SOON, None, {"connector": 2}),
    ("resend", SOON, None, {"from": 1, "to": 2}),
    ("config", SOON, b"{}", {}),
    ("time", SOON, None, {"utc_s": NOW_S}),
    ("time_back", 0, None, {"utc_s": NOW_S}),
    (
        "consent",
        SOON,
        None,
        {"connector": 2, "session": "5e55", "statistics": 1, "sharing": 1, "policy": 3},
    ),
)


def desk():
    made = CommandDesk()
    made.checkpoints.save("command", b"\0\0\0\0\0\0\0\x04")
    return made


class PowerCutTest(unittest.TestCase):
    def prepared(self, verb):
        made = desk()
        made.connectors[1].idle = verb in ("config", "time", "time_back")
        made.power.steps = 0
        return made

    def captured(self, good):
        """What somebody who listened may send: it, one before it, and what he made of it."""
        text = good[good.index(b".") + 1 :]
        higher = text.replace(b'"counter":5', b'"counter":6')
        yield good
        yield good[:129] + higher
        yield signed.sign(higher, signed.KEY + 2)
        yield good

    def test_at_every_step_of_every_verb(self):
        tried = 0
        for verb, exp, body, values in VERBS:
            good = command(5, exp, verb, body, **values)
            for at in range(1, 30):
                place = self.prepared(verb)
                place.power.at = [at]
                try:
                    self.assertEqual(place.take(good), "")
                except PowerCut:
                    pass
                else:
                    self.assertTrue(at > 8, at)
                    break
                answered = len(place.answers)
                for _ in range(2):
                    place.boot()
                    for payload in self.captured(good):
                        place.take(payload)
                tried += 1
                self.assertTrue(len(place.did) <= 1, (verb, at, place.did))
                self.assertTrue(len(place.did) >= answered, (verb, at))
                self.assertEqual(
                    place.take(command(9, SOON, "stop", connector=3)), "commands_refused"
                )
        self.assertTrue(tried >= 40, tried)

    def test_the_counter_is_kept_before_the_deed(self):
        place = desk()
        place.request_stop = lambda connector, tx: place.did.append(dict(place.checkpoints.blobs))
        self.assertEqual(place.take(command(5, SOON, "stop", connector=2)), "")
        self.assertEqual(place.did, [{"command": b"\0\0\0\0\0\0\0\x05"}])


class DamageTest(unittest.TestCase):
    def setUp(self):
        self.desk = desk()
        self.captured = [command(n, SOON, "stop", connector=2) for n in (5, 6)]
        for payload in self.captured:
            self.assertEqual(self.desk.take(payload), "")

    def reason(self, payload):
        self.assertEqual(self.desk.take(payload), "commands_refused")
        return self.desk.answers[-1]["reason"]

    def damage(self, blob=b"\0\0\0\0\0\0\0\x04"):
        """The newest is gone: what is read is older."""
        self.desk.boot()
        self.desk.checkpoints.torn.add("command")
        self.desk.checkpoints.blobs["command"] = blob

    def test_what_it_forgot_is_not_done_again(self):
        for blob in (b"\0\0\0\0\0\0\0\x04", None, b"", b"\x04"):
            self.damage(blob)
            for payload in self.captured:
                self.assertTrue("lost its counter" in self.reason(payload))
                self.assertEqual(self.desk.take(payload), "commands_replayed")
        self.assertEqual(len(self.desk.did), 2)

    def test_a_length_that_is_none_is_damage(self):
        self.damage(b"\x04\0\0\0")
        self.desk.checkpoints.torn.clear()
        self.assertTrue("lost its counter" in self.reason(self.captured[1]))

    def test_what_lives_as_long_as_any_can_is_new(self):
        self.damage()
        self.assertTrue("lost" in self.reason(command(7, NOW_S + DAY_S, "stop", connector=2)))
        self.desk.clock.utc_at_0 += 1000
        self.assertEqual(self.desk.take(command(8, NOW_S + DAY_S + 1, "stop", connector=2)), "")
        self.desk.checkpoints.torn.clear()  # as a save mends it
        self.assertEqual(self.desk.take(command(9, SOON, "stop", connector=2)), "")
        for payload in self.captured:
            self.assertEqual(self.desk.take(payload), "commands_replayed")

    def test_no_time_is_taken_while_the_counter_is_lost(self):
        self.desk.connectors[1].idle = True
        old = command(7, 0, "time", utc_s=NOW_S)
        now_ms, self.desk.clock.utc_at_0 = self.desk.clock.utc_at_0, 0
        self.assertEqual(self.desk.take(old), "")
        self.damage()
        self.desk.clock.utc_at_0 = now_ms
        self.assertEqual(self.desk.take(old), "commands_expired")
        self.damage()
        self.desk.clock.utc_at_0 = 0
        self.assertTrue("at its console" in self.reason(old))  # not: send the time first
        self.assertEqual(self.desk.clock.sets, 1)

    def test_a_flash_that_cannot_be_read_is_damage(self):
        self.desk.boot()
        self.desk.checkpoints.error = OSError(5)
        self.assertTrue("lost its counter" in self.reason(self.captured[0]))

    def test_a_flash_that_cannot_be_written_does_nothing(self):
        def refuse(name, blob):
            raise OSError(28)

        save, self.desk.checkpoints.save = self.desk.checkpoints.save, refuse
        payload = command(7, SOON, "stop", connector=2)
        self.assertTrue("flash fails" in self.reason(payload))
        self.desk.checkpoints.save = save
        self.assertEqual(self.desk.take(payload), "commands_replayed")
        self.assertEqual(len(self.desk.did), 2)
