"""The key that a device's audit log is chained by, from the device's key file; never printed.

HMAC-SHA256 under the signing key (tools.keys).
"""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from tools import keys, whole_file
from tools.bills.command import CommandFault
from wattseal.core import audit_chain

_BYTES = 32


def derived(path: Path) -> bytes:
    """Of the key file, or of its copy where that alone is good. CommandFault."""
    try:
        return keys.derived(keys.private(path), audit_chain.LABEL)
    except keys.KeyFileError as fault:  # which says what is wrong with both copies
        raise CommandFault(str(fault)) from fault


def of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Of a device's signing key."""
    secret = key.private_numbers().private_value.to_bytes(_BYTES, "big")
    return keys.derived(secret, audit_chain.LABEL)


def write(path: Path, key: bytes) -> None:
    """In hex, for its owner's eyes alone; never over a file. CommandFault."""
    try:
        whole_file.create([(path, f"{key.hex()}\n".encode(), whole_file.OWNER)])
    except FileExistsError:
        raise CommandFault(
            f"{path} exists, and a key is never overwritten; name another"
        ) from None
    except OSError as fault:
        raise CommandFault(
            f"{path} cannot be written ({fault.strerror}); name another file"
        ) from fault


def load(path: Path) -> bytes:
    """CommandFault; the fault never shows what the file holds."""
    try:
        key = bytes.fromhex(path.read_bytes().decode("ascii").strip())
    except OSError as fault:
        raise CommandFault(
            f"{path} cannot be read ({fault.strerror}); make it with: tools.audit key"
        ) from fault
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise CommandFault(
            f"{path} is no audit key of 64 hex digits; make it with: tools.audit key"
        )
    return key
