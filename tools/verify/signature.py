"""Checks a record's ECDSA signature as the reference verifier does; knows no rule about readings.

It hashes with SHA-256 whatever SA says, takes the curve from SA and only the point from the key,
and reads DER as BouncyCastle does: unsigned numbers, bytes after the end, but no padding.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from ecdsa import BadSignatureError, VerifyingKey
from ecdsa.curves import Curve
from ecdsa.ellipticcurve import CurveFp, PointJacobi
from ecdsa.errors import MalformedPointError

_DEFAULT_ALGORITHM = "ECDSA-secp256r1-SHA256"
_SEQUENCE, _INTEGER, _BIT_STRING = 0x30, 0x02, 0x03
_POINT_FORMS = (2, 3, 4)  # SEC 1, 2.3.3: compressed (y even, odd), uncompressed
_CURVES = {
    curve.name.lower(): curve
    for curve in (
        ec.SECP192R1(), ec.SECP224R1(), ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(),
        ec.SECP256K1(), ec.BrainpoolP256R1(), ec.BrainpoolP384R1(), ec.BrainpoolP512R1(),
    )
}  # fmt: skip


class Refused(Exception):
    """The argument is the finding's name."""


def check(message: bytes, section: dict, public_key: str) -> None:
    """Refused unless the signature section (SA, SD, SE) signs `message` with the key."""
    curve = _curve_name(section.get("SA"))
    signature = _decoded_signature(section)
    keys = list(_decoded_keys(public_key))
    fault = "public_key"
    for key in keys:
        try:
            return _check_with(key, curve, signature, hashlib.sha256(message).digest())
        except Refused as refused:
            if fault != "signature":  # which of several readings of the key to blame
                fault = refused.args[0]
    raise Refused(fault)


def algorithm(name: str | None) -> tuple[str, str]:
    """(method, curve) of SA. Refused for what has not three parts or is not ECDSA."""
    parts = (_DEFAULT_ALGORITHM if name is None else name).rstrip("-").split("-")
    if len(parts) != 3 or parts[0] != "ECDSA":
        raise Refused("signature_algorithm")
    return parts[0], parts[1]


def key_bytes(text: str) -> bytes:
    """The SubjectPublicKeyInfo of a curve's point; b"" when `text` is none in hex or base64."""
    for key in _decoded_keys(text):
        try:
            if _point(key)[0] in _POINT_FORMS:
                return key
        except Refused:
            continue
    return b""


def _curve_name(name: str | None) -> str:
    curve = algorithm(name)[1].lower()
    return curve if "brainpoolp" in curve else curve.replace("brainpool", "brainpoolp")


def _decoded_signature(section: dict) -> bytes:
    decode = {"hex": _hex, "base64": _base64, "base32": _base32}.get(section.get("SE") or "hex")
    if decode is None or section.get("SD") is None:
        raise Refused("signature_encoding")
    try:
        return decode(_without_space(section["SD"]))
    except ValueError:
        raise Refused("signature_encoding") from None


def _decoded_keys(text: str) -> Iterator[bytes]:
    for decode in (_base32, _base64, _hex):
        try:
            yield decode(_without_space(text))
        except ValueError:
            continue


def _without_space(text: str) -> str:
    return re.sub(r"[ \n\t]", "", text)


def _hex(text: str) -> bytes:
    return binascii.unhexlify(text.encode())


def _base64(text: str) -> bytes:
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)


def _base32(text: str) -> bytes:
    return base64.b32decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 8))


def _check_with(key: bytes, curve: str, signature: bytes, digest: bytes) -> None:
    point = _point(key)
    numbers = [_number(element) for element in _elements(signature, "signature_der")[:2]]
    if len(numbers) != 2:
        raise Refused("signature_der")
    r, s = numbers
    if curve == "secp192k1":
        _check_secp192k1(point, r, s, digest)
    elif curve in _CURVES:
        _check_numbers(_CURVES[curve], point, r, s, digest)
    else:
        raise Refused("curve_not_supported")


def _check_numbers(curve: ec.EllipticCurve, point: bytes, r: int, s: int, digest: bytes) -> None:
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except ValueError:
        raise Refused("public_key") from None
    except UnsupportedAlgorithm:  # how OpenSSL was built decides which old curves it has
        raise Refused("curve_not_supported") from None
    try:
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    except InvalidSignature:
        raise Refused("signature") from None


def _check_secp192k1(point: bytes, r: int, s: int, digest: bytes) -> None:
    """OCMF allows this curve (SEC 2, 2.2.2), `cryptography` has it not."""
    field = CurveFp(2**192 - 2**32 - 0x11C9, 0, 3)
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFE26F2FC170F69466A74DEFD8D
    base = PointJacobi(
        field,
        0xDB4FF10EC057E9AE26B07D0280B7F4341DA5D1B1EAE06C7D,
        0x9B2F2F6D9C5628A7844163D015BE86344082AA88D95E2F9D,
        1,
        order,
    )
    curve = Curve("secp192k1", field, base, (1, 3, 132, 0, 31))
    try:
        key = VerifyingKey.from_string(point, curve)
    except MalformedPointError:
        raise Refused("public_key") from None
    try:
        key.verify_digest((r, s), digest, lambda numbers, _order: numbers, allow_truncate=True)
    except BadSignatureError:
        raise Refused("signature") from None


def _point(key: bytes) -> bytes:
    """The curve point in a SubjectPublicKeyInfo, RFC 5480: SEQUENCE { algorithm, BIT STRING }."""
    elements = _elements(key, "public_key")
    if len(elements) < 2 or elements[1][0] != _BIT_STRING or len(elements[1][1]) < 2:
        raise Refused("public_key")
    return elements[1][1][1:]


def _number(element: tuple[int, bytes]) -> int:
    tag, text = element
    if tag != _INTEGER or not text:
        raise Refused("signature_der")
    if len(text) > 1 and text[0] in (0, 0xFF) and (text[0] ^ text[1]) < 0x80:
        raise Refused("signature_der")  # padded
    return int.from_bytes(text, "big")


def _elements(data: bytes, fault: str) -> list[tuple[int, bytes]]:
    """(tag, content) of each element of the one DER sequence at the start of `data`."""
    try:
        tag, content, _ = _element(data)
        found = []
        while tag == _SEQUENCE and content:
            inner, text, content = _element(content)
            found.append((inner, text))
        return found
    except IndexError:
        raise Refused(fault) from None


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    """(tag, content, rest). IndexError when the data end too early or the length is indefinite."""
    size, start = data[1], 2
    if size >= 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big") if start > 2 else len(data)
    if start + size > len(data):
        raise IndexError
    return data[0], data[start : start + size], data[start + size :]
