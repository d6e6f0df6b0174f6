"""A device's certificate for years, of a site's authority: the one that is kept, or a new one."""

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools import pki
from tools.certificates import Holder

_LEAST_LEFT = datetime.timedelta(days=30)


def kept(folder: Path, device_id: str) -> Holder:
    """What `pki device` made, where it is good for a month more and its key is there; else a new
    one takes its place. PkiError."""
    at = folder / "devices"
    try:
        certificate = x509.load_der_x509_certificate((at / f"{device_id}.der").read_bytes())
        key = serialization.load_der_private_key((at / f"{device_id}.key.der").read_bytes(), None)
        authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    except (FileNotFoundError, ValueError, TypeError):
        return pki.device(folder, device_id, replaces=True).holder
    except OSError as fault:
        raise pki.PkiError(
            f"{fault.filename} cannot be read ({fault.strerror}); let its owner do this"
        ) from fault
    if isinstance(key, ec.EllipticCurvePrivateKey):
        holder = Holder(certificate, key)
        if _is_good(holder, device_id, authority):
            return holder
    return pki.device(folder, device_id, replaces=True).holder


def end(der: bytes) -> str:
    """The last day on which it is good, by UTC. ValueError."""
    return f"{x509.load_der_x509_certificate(der).not_valid_after_utc:%Y-%m-%d}"


def _is_good(holder: Holder, device_id: str, authority: x509.Certificate) -> bool:
    certificate = holder.certificate
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    now = datetime.datetime.now(datetime.timezone.utc)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return (
        [name.value for name in names] == [device_id]
        and certificate.public_key() == holder.key.public_key()
        and certificate.not_valid_before_utc <= now
        and now + _LEAST_LEFT <= certificate.not_valid_after_utc <= authority.not_valid_after_utc
    )
