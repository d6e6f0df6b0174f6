"""ECDSA signatures in DER (X.690, RFC 3279 2.2.3): SEQUENCE { INTEGER r, INTEGER s }; strict."""


class DerError(Exception):
    """Bytes that are not the one minimal encoding of two positive numbers."""


def encode(r: int, s: int) -> bytes:
    """Minimal and positive, as every verifier accepts it; r, s of at most 32 bytes."""
    body = _integer(r) + _integer(s)
    return bytes((0x30, len(body))) + body


def decode(signature: bytes) -> "tuple[int, int]":
    """(r, s). Refuses long forms, padding, negative numbers and trailing bytes. DerError."""
    if len(signature) < 8 or len(signature) > 72 or signature[0] != 0x30:
        raise DerError("no SEQUENCE of the right size")
    if signature[1] != len(signature) - 2:
        raise DerError("the SEQUENCE has another length")
    r, end = _parse(signature, 2)
    s, end = _parse(signature, end)
    if end != len(signature):
        raise DerError("bytes after the signature")
    return r, s


def _integer(number: int) -> bytes:
    text = number.to_bytes(33, "big")
    start = 0
    while start < 32 and text[start] == 0 and text[start + 1] < 0x80:
        start += 1
    return bytes((2, 33 - start)) + text[start:]


def _parse(signature: bytes, start: int) -> "tuple[int, int]":
    if start + 2 > len(signature) or signature[start] != 2:
        raise DerError("no INTEGER")
    size = signature[start + 1]
    end = start + 2 + size
    if not 1 <= size <= 33 or end > len(signature):
        raise DerError("an INTEGER has a wrong length")
    text = signature[start + 2 : end]
    if text[0] & 0x80:
        raise DerError("an INTEGER is negative")
    if size > 1 and text[0] == 0 and text[1] < 0x80:
        raise DerError("an INTEGER is padded")
    return int.from_bytes(text, "big"), end
