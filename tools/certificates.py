"""X.509 certificates for a broker, its devices and its receivers; makes them, and no files.

P-256 throughout, and the authority signs each itself: a device's handshake stays short.
"""

import datetime
import ipaddress
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SERVER = ExtendedKeyUsageOID.SERVER_AUTH
CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
# A device whose clock stands at its firmware's build date takes a certificate made after it.
BACKDATED = datetime.timedelta(days=365)


@dataclass(frozen=True)
class Holder:
    """A certificate and the private key that belongs to it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def key_pem(self) -> bytes:
        return self._key(serialization.Encoding.PEM)

    @property
    def key_der(self) -> bytes:
        """SEC1, which mbedTLS reads without PKCS#8."""
        return self._key(serialization.Encoding.DER)

    def _key(self, encoding: serialization.Encoding) -> bytes:
        return self.key.private_bytes(
            encoding, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )


@dataclass(frozen=True)
class Wanted:
    """What a certificate shall say; `usage` None: that of an authority."""

    name: str
    usage: x509.ObjectIdentifier | None = None
    hosts: tuple[str, ...] = ()
    valid_from: datetime.datetime | None = None  # None: BACKDATED from now
    valid_days: int = 3650  # from now
    valid_until: datetime.datetime | None = None  # no longer, whatever `valid_days` is
    path_length: int | None = 0  # how many authorities an authority may have below it


def issue(wanted: Wanted, issuer: Holder | None = None) -> Holder:
    """A new key and its certificate, signed by `issuer`, or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.name)])
    signer = issuer.key if issuer else key
    now = datetime.datetime.now(datetime.timezone.utc)
    last = now + datetime.timedelta(days=wanted.valid_days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wanted.valid_from or now - BACKDATED)
        .not_valid_after(min(last, wanted.valid_until or last))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False
        )
    )
    return Holder(_extended(builder, wanted).sign(signer, hashes.SHA256()), key)


def _extended(builder: x509.CertificateBuilder, wanted: Wanted) -> x509.CertificateBuilder:
    authority = wanted.usage is None
    builder = builder.add_extension(
        x509.BasicConstraints(authority, wanted.path_length if authority else None), critical=True
    ).add_extension(
        x509.KeyUsage(
            digital_signature=not authority, key_cert_sign=authority, crl_sign=authority,
            content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, encipher_only=False, decipher_only=False,
        ),
        critical=True,
    )  # fmt: skip
    if wanted.usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([wanted.usage]), critical=False)
    if wanted.hosts:
        names = [_alternative(host) for host in wanted.hosts]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
