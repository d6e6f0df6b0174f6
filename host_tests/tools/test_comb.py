"""The comb table: made by other arithmetic than the device's, and the same as OpenSSL makes."""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from p256_table import TABLE

from tools import comb
from wattseal.core import p256_comb
from wattseal.core.p256 import N


def test_the_built_table_is_what_the_tool_makes_and_what_core_names():
    made = comb.table()
    assert made == TABLE
    assert hashlib.sha256(made).digest() == p256_comb.TABLE_SHA256


def test_every_entry_is_the_point_its_place_says():
    for place in range(256):
        sub_table, teeth = divmod(place, 128)
        k = sum((1 if (teeth | 128) >> t & 1 else -1) << 32 * t for t in range(8))
        k = (k << 16 * sub_table) % N
        point = ec.derive_private_key(k, ec.SECP256R1()).public_key().public_numbers()
        entry = TABLE[64 * place : 64 * place + 64]
        assert entry == point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
