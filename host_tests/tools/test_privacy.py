"""Opening a capsule: what the firmware seals, and nothing that was changed."""

import base64

import pytest
import vectors
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tools.privacy import opening
from tools.privacy.opening import Unopened

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
