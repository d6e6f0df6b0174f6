"""Opening a capsule: what the firmware seals, and nothing that was changed."""

import base64

import pytest
import vectors
from cryptography.hazmat.primitives.asymmetric import ec
from cryptolib import aes
from hypothesis import given
from hypothesis import strategies as st

from tools.privacy import opening
from tools.privacy.opening import Unopened
from wattseal.core import slot_capsule

VECTOR = vectors.load("capsule.json")
KEY = ec.derive_private_key(int(VECTOR["back_end_private"], 16), ec.SECP256R1())
RAW = bytes.fromhex(VECTOR["capsule"])


def opened(raw=RAW, key=KEY, device=VECTOR["device"], session=VECTOR["session"]):
    return opening.opened(key, base64.b64encode(raw).decode(), device, session)


def test_opens_the_vector():
    who = opened()
    assert [who.id_type, who.level, who.identification] == VECTOR["presented"]
    assert who.salt == VECTOR["salt"]


@given(st.integers(0, 8 * len(RAW) - 1))
def test_no_bit_may_change(bit):
    raw = bytearray(RAW)
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unopened) as refused:
        opened(bytes(raw))
    assert refused.value.args == ()


@given(st.integers(0, len(RAW) - 1), st.binary(max_size=40))
def test_no_other_length_and_no_noise(length, noise):
    for raw in (RAW[:length], RAW + noise if noise else b"", noise):
        with pytest.raises(Unopened):
            opened(raw)


def test_of_this_key_this_device_and_this_session_alone():
    for other in (
        {"key": ec.generate_private_key(ec.SECP256R1())}, {"device": "w1"}, {"session": "5e55"},
    ):  # fmt: skip
        with pytest.raises(Unopened):
            opened(**other)
    for text in ("", "not base64", "====", "é"):
        with pytest.raises(Unopened):
            opening.opened(KEY, text, VECTOR["device"], VECTOR["session"])


def test_a_capsule_of_the_devices_own_key_is_known_as_such_and_opens_with_that():
    """Two accounts: the firmware seals, cryptography opens."""
    key, presented = bytes(range(32)), ("ISO14443", "VERIFIED", "04C0FFEE42CA7E")
    raw = slot_capsule.sealed(key, "w1", "5e55", presented, aes)
    capsule = base64.b64encode(raw).decode()
    found = opening.opened_by_slot(key, capsule, "w1", "5e55")
    assert (found.id_type, found.level, found.identification) == presented
    assert found.salt == slot_capsule.salt(key).hex()
    assert opening.is_kept_on_device(capsule)
    point_like = b"\x02\x01\x01" + RAW[3:]
    for other in (RAW, point_like, raw[:-1], raw[1:], b""):
        assert not opening.is_kept_on_device(base64.b64encode(other).decode())
    assert not opening.is_kept_on_device("?")
    for wrong in ((key, "w1", "5e56"), (key, "w2", "5e55"), (bytes(32), "w1", "5e55")):
        with pytest.raises(Unopened):
            opening.opened_by_slot(wrong[0], capsule, *wrong[1:])
