"""Any register in any order is what struct and Fraction say it is, rounded half away from zero."""

import math
import struct
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from wattseal.core import modbus_rtu, registers

CODES = {
    "u16": "H", "i16": "h", "u32": "I", "i32": "i", "u64": "Q", "i64": "q", "f32": "f", "f64": "d",
}  # fmt: skip
ORDERS = (registers.BIG, registers.LITTLE_WORDS, registers.SWAPPED_BYTES, registers.LITTLE)
factors = st.integers(1, 10**7)


def as_sent(data, order):
    words = [data[i : i + 2] for i in range(0, len(data), 2)]
    if order in ("CDAB", "DCBA"):
        words.reverse()
    if order in ("BADC", "DCBA"):
        words = [word[::-1] for word in words]
    return b"".join(words)


def expected(kind, data, numerator, denominator):
    value = struct.unpack(">" + CODES[kind], data)[0]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    exact = Fraction(value) * numerator / denominator
    whole = math.floor(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole


@settings(max_examples=6000, deadline=None)
@given(
    st.sampled_from(sorted(CODES)), st.binary(min_size=8, max_size=8), st.sampled_from(ORDERS),
    factors, factors, st.integers(0, 9),
)  # fmt: skip
@example("f64", bytes.fromhex("7fefffffffffffff"), "ABCD", 10**6, 1, 0)
@example("f64", bytes.fromhex("0000000000000001"), "CDAB", 10**6, 7, 3)
@example("f32", bytes.fromhex("00000001ffffffff"), "DCBA", 10**6, 1, 1)
@example("f32", bytes.fromhex("ff7fffff00000000"), "BADC", 1, 10**7, 2)
def test_decodes_as_struct_and_fraction_do(kind, raw, order, numerator, denominator, at):
    data = raw[: 2 * registers.KINDS[kind][0]]
    sent = bytes(at) + as_sent(data, order) + b"\xff"
    got = registers.decode(sent, at, kind, order, numerator, denominator)
    assert got == expected(kind, data, numerator, denominator)
    assert type(got) in (int, type(None))


finite = st.floats(width=32, allow_nan=False, allow_infinity=False, min_value=0, max_value=1e8)


@settings(max_examples=2000, deadline=None)
@given(finite)
def test_a_counter_in_kwh_never_falls_while_its_float_rises(kwh):
    data = struct.pack(">f", kwh)
    after = struct.pack(">I", struct.unpack(">I", data)[0] + 1)
    first, second = (registers.decode(d, 0, "f32", "ABCD", 10**6) for d in (data, after))
    assert first <= second


@settings(max_examples=1000, deadline=None)
@given(st.binary(max_size=256))
def test_the_crc_is_that_of_the_specification(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    assert modbus_rtu.crc16(data, len(data)) == crc
