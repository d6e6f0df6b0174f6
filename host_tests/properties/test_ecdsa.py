"""Any key, digest and damage: what we sign OpenSSL takes, what OpenSSL refuses we refuse."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from p256_table import TABLE

from wattseal.core import der, ecdsa
from wattseal.core.p256 import N

VERIFY = ec.ECDSA(utils.Prehashed(SHA256()))
keys = st.integers(1, N - 1)
digests = st.binary(min_size=32, max_size=32)


def public_half(key):
    public_key = ec.derive_private_key(key, ec.SECP256R1()).public_key()
    numbers = public_key.public_numbers()
    return public_key, numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def openssl_takes(public_key, digest, signature):
    try:
        public_key.verify(signature, digest, VERIFY)
    except InvalidSignature:
        return False
    return True


@given(keys, digests, st.binary(max_size=32), st.binary(max_size=64))
def test_openssl_takes_what_we_sign(key, digest, extra, blinding):
    public_key, raw = public_half(key)
    signature = der.encode(*ecdsa.finish(ecdsa.sign_steps(key, digest, TABLE, extra, blinding)))
    assert openssl_takes(public_key, digest, signature)
    assert ecdsa.finish(ecdsa.verify_steps(raw, digest, signature))


@given(keys, digests, st.data())
def test_a_damaged_signature_gets_openssl_s_verdict(key, digest, data):
    public_key, raw = public_half(key)
    numbers = ecdsa.finish(ecdsa.sign_steps(key, digest, TABLE, b"", bytes(64)))
    signature = bytearray(der.encode(*numbers))
    at = data.draw(st.integers(0, len(signature) - 1))
    signature[at] = data.draw(st.integers(0, 255))
    ours = ecdsa.finish(ecdsa.verify_steps(raw, digest, bytes(signature)))
    assert ours == openssl_takes(public_key, digest, bytes(signature))


@given(st.binary(max_size=80))
def test_der_reads_only_what_it_would_write(raw):
    try:
        r, s = der.decode(raw)
    except der.DerError:
        return
    assert der.encode(r, s) == raw
