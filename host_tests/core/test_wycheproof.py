"""Project Wycheproof's vectors for ECDSA with P-256 and SHA-256, all of them; see their README.

A board takes 20, as many valid ones as invalid ones.
"""

import json
import unittest
from binascii import unhexlify
from hashlib import sha256

import sample
import vectors

from wattseal.core import ecdsa

SAMPLED = 5  # of each file's valid and of its invalid ones


def wrongly_judged(name, verify_steps, valid_count, invalid_count):
    """(tcIds that got the other verdict, count of valid ones tried, count of invalid ones)."""
    wanted = [sample.of(range(count), SAMPLED) for count in (invalid_count, valid_count)]
    wrong, seen, tried, public_key = [], [0, 0], [0, 0], b""
    with open(vectors.path("wycheproof/" + name)) as file:
        for line in file:  # one by one, for the sake of the heap
            row = json.loads(line)
            if isinstance(row, str):
                public_key = unhexlify(row)
                continue
            number, valid, message, signature = row
            seen[valid] += 1
            if seen[valid] - 1 not in wanted[valid]:
                continue
            tried[valid] += 1
            digest = sha256(unhexlify(message)).digest()
            verdict = ecdsa.finish(verify_steps(public_key, digest, unhexlify(signature)))
            if verdict != bool(valid):
                wrong.append(number)
    assert seen == [invalid_count, valid_count], seen
    return wrong, tried[1], tried[0]


class TestWycheproof(unittest.TestCase):
    def judges(self, name, verify_steps, valid_count, invalid_count):
        judged = wrongly_judged(name, verify_steps, valid_count, invalid_count)
        if sample.ON_A_BOARD:
            valid_count = invalid_count = SAMPLED
        self.assertEqual(judged, ([], valid_count, invalid_count))

    def test_judges_every_signature_in_der_rightly(self):
        self.judges("p256_sha256_der.jsonl", ecdsa.verify_steps, 174, 310)

    def test_judges_every_signature_in_p1363_rightly(self):
        self.judges("p256_sha256_p1363.jsonl", ecdsa.verify_p1363_steps, 173, 89)
