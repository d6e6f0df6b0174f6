"""The form of a command: signed are the bytes as they came, and every key has its bounds."""

import hashlib
import unittest

from wattseal.core.command import MOST_BYTES, Command, CommandError

SIGNATURE = b"0123456789abcdef" * 8
STOP = b'{"device":"w1","counter":5,"exp":1795000060,"id":"a","verb":"stop","connector":1}'
ROWS = (("connector", "int", 1, 99),)


def command(message, signature=SIGNATURE):
    return Command(signature + b"." + message)


def refused(payload):
    try:
        Command(payload)
    except CommandError as fault:
        return str(fault)
    return ""


class TestCommand(unittest.TestCase):
    def test_what_is_verified_are_the_bytes_as_they_came(self):
        read = command(STOP + b"\n{1}\n")
        digest = hashlib.sha256(b"wattseal cmd v1\n" + STOP + b"\n{1}\n").digest()
        self.assertEqual(read.digest, digest)
        self.assertEqual(read.signature, b"\x01\x23\x45\x67\x89\xab\xcd\xef" * 8)
        self.assertEqual(read.body, b"{1}\n")

    def test_its_keys(self):
        read = command(STOP)
        told = (read.device_id, read.counter, read.expires_s, read.id, read.verb)
        self.assertEqual(told, ("w1", 5, 1795000060, "a", "stop"))
        self.assertEqual(read.body, None)
        self.assertEqual(read.values(ROWS), [1])
        self.assertEqual(command(STOP + b"\n").body, b"")

    def test_a_signature_is_128_lower_case_digits_and_a_point(self):
        for payload in (
            b"", b".", STOP, SIGNATURE, SIGNATURE + STOP, SIGNATURE[1:] + b"." + STOP,
            SIGNATURE + b"0." + STOP, SIGNATURE.upper() + b"." + STOP,
            b"g" + SIGNATURE[1:] + b"." + STOP, SIGNATURE + b":" + STOP,
            b"-" + SIGNATURE[1:] + b"." + STOP, b"\xff" * 128 + b"." + STOP,
        ):  # fmt: skip
            self.assertTrue(refused(payload), payload)

    def test_every_key_has_its_bounds(self):
        for old, new in (
            (b'"w1"', b'""'), (b'"w1"', b'"w01234567890123456"'), (b'"w1"', b"1"),
            (b'"counter":5', b'"counter":0'), (b'"counter":5', b'"counter":-5'),
            (b'"counter":5', b'"counter":9007199254740993'), (b'"counter":5', b'"counter":true'),
            (b'"counter":5', b'"counter":"5"'), (b'"counter":5,', b""),
            (b"1795000060", b"4294967296"), (b"1795000060", b"-1"), (b"1795000060", b"false"),
            (b'"id":"a"', b'"id":""'), (b'"id":"a"', b'"id":"%s"' % (b"a" * 41)),
            (b'"stop"', b'"12345678901234567"'), (b',"verb":"stop"', b""), (b'{"device"', b'{"d"'),
        ):  # fmt: skip
            self.assertTrue(old in STOP)
            self.assertTrue(refused(SIGNATURE + b"." + STOP.replace(old, new)), new)

    def test_the_highest_counter(self):
        read = command(STOP.replace(b'"counter":5', b'"counter":9007199254740992'))
        self.assertEqual(read.counter, 1 << 53)

    def test_a_verb_knows_its_own_keys_alone(self):
        for message, rows in (
            (STOP, ()),
            (STOP, (("connector", "int", 2, 99),)),
            (STOP, ROWS + (("more", "str", 0, 9),)),
            (STOP.replace(b'"connector":1', b'"connector":true'), ROWS),
            (STOP.replace(b'"connector":1', b'"connector":"1"'), ROWS),
            (STOP.replace(b',"connector":1', b""), ROWS),
            (STOP.replace(b'"connector":1', b'"connector":1,"x":1'), ROWS),
        ):
            with self.assertRaises(CommandError):
                command(message).values(rows)

    def test_the_longest_one(self):
        longest = SIGNATURE + b"." + STOP + b"\n"
        longest += b"x" * (MOST_BYTES - len(longest))
        self.assertEqual(refused(longest), "")
        self.assertTrue("longer" in refused(longest + b"x"))

    def test_what_is_said_repeats_nothing(self):
        for message in (STOP.replace(b"connector", b"geheim") + b"x", STOP.replace(b"w1", b"")):
            self.assertFalse("geheim" in refused(SIGNATURE + b"." + message))
