"""Project Wycheproof's vectors for ECDSA with P-256 and SHA-256, all of them; see their README."""

import json
import unittest
from binascii import unhexlify
from hashlib import sha256

import vectors

from wattseal.core import ecdsa


def wrongly_judged(name, verify_steps):
    """(tcIds that got the other verdict, how many were valid, how many invalid)."""
    wrong, counts, public_key = [], [0, 0], b""
    with open(vectors.path("wycheproof/" + name)) as file:
        for line in file:  # one by one, for the sake of the heap
            row = json.loads(line)
            if isinstance(row, str):
                public_key = unhexlify(row)
                continue
            number, valid, message, signature = row
            digest = sha256(unhexlify(message)).digest()
            verdict = ecdsa.finish(verify_steps(public_key, digest, unhexlify(signature)))
            counts[1 - valid] += 1
            if verdict != bool(valid):
                wrong.append(number)
    return wrong, counts[0], counts[1]


class TestWycheproof(unittest.TestCase):
    def test_judges_every_signature_in_der_rightly(self):
        judged = wrongly_judged("p256_sha256_der.jsonl", ecdsa.verify_steps)
        self.assertEqual(judged, ([], 174, 310))

    def test_judges_every_signature_in_p1363_rightly(self):
        judged = wrongly_judged("p256_sha256_p1363.jsonl", ecdsa.verify_p1363_steps)
        self.assertEqual(judged, ([], 173, 89))
