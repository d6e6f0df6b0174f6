"""Signatures made on MicroPython, judged by OpenSSL: 1,000 keys and digests, edges among them."""

import interpreters
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

COUNT = 1000
PREHASHED = utils.Prehashed(SHA256())
VERIFY = ec.ECDSA(PREHASHED)
RFC_6979 = ec.ECDSA(PREHASHED, deterministic_signing=True)


def rows(output):
    for line in output.splitlines():
        key, digest, plain, hedged = line.split()
        private = ec.derive_private_key(int(key, 16), ec.SECP256R1())
        yield private, bytes.fromhex(digest), bytes.fromhex(plain), bytes.fromhex(hedged)


@pytest.mark.parametrize("row", interpreters.found(), ids=lambda row: row[0])
def test_openssl_takes_every_signature_and_makes_the_same_by_rfc_6979(row):
    label, interpreter, heap = row
    script = interpreters.ROOT / "host_tests/support/sign_many.py"
    done = interpreters.run(interpreter, [script, COUNT, label], heap)
    assert done.returncode == 0, done.stdout[-2000:]
    judged = 0
    for private, digest, plain, hedged in rows(done.stdout):
        private.public_key().verify(hedged, digest, VERIFY)  # InvalidSignature fails the test
        assert plain == private.sign(digest, RFC_6979)
        assert hedged != plain
        judged += 1
    assert judged == COUNT
