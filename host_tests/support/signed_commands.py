"""Signed commands for tests, made on any interpreter; the key is RFC 6979's, which all know."""

import binascii
import hashlib

import vectors
from p256_table import TABLE

from wattseal.core import ecdsa

_RFC = vectors.load("rfc6979_p256.json")
KEY = int(_RFC["private_key"], 16)
PUBLIC = binascii.unhexlify(_RFC["public_key"])
PUBLIC_HEX = binascii.hexlify(PUBLIC).decode()
DEVICE = "w0123456789abcde"
_BLINDING = bytes(range(64))


def message(counter, exp, verb, device=DEVICE, **values):
    """The object, without white space; a command's id is its counter."""
    fields = ['"device":"%s","counter":%d,"exp":%d' % (device, counter, exp)]
    fields.append('"id":"c%d","verb":"%s"' % (counter, verb))
    for key in sorted(values):
        value = values[key]
        fields.append('"%s":%s' % (key, value if isinstance(value, int) else '"%s"' % value))
    return ("{%s}" % ",".join(fields)).encode()


def sign(text, key=KEY):
    """The payload. `text`: the message, and maybe its body."""
    digest = hashlib.sha256(b"wattseal cmd v1" + bytes([10]) + text).digest()
    r, s = ecdsa.finish(ecdsa.sign_steps(key, digest, TABLE, b"", _BLINDING))
    return binascii.hexlify(r.to_bytes(32, "big") + s.to_bytes(32, "big")) + b"." + text


def command(counter, exp, verb, body=None, **values):
    """A good payload for DEVICE."""
    text = message(counter, exp, verb, **values)
    return sign(text if body is None else text + b"\n" + body)
