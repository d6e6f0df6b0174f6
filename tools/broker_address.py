"""What BROKER= names: host:port, mqtt:// or mqtts://, maybe with a user; connects to nothing.

A password never shows in what is printed: use `shown`.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerAddressError(Exception):
    """The address or the CA certificate cannot be used; the argument is one sentence."""


@dataclass(frozen=True)
class BrokerAddress:
    """`ca_der`: the certificate that signs the broker's, in DER; None without TLS."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    ca_der: bytes | None = None

    @property
    def shown(self) -> str:
        scheme = "mqtts" if self.ca_der else "mqtt"
        return f"{scheme}://{self.host}:{self.port}"

    def tls_context(self) -> ssl.SSLContext | None:
        """For a client on this host; it trusts the one CA, as the device does."""
        if self.ca_der is None:
            return None
        pem = ssl.DER_cert_to_PEM_cert(self.ca_der)
        return ssl.create_default_context(cadata=pem)

    def config(self, ca_name: str) -> dict:
        """The `broker` part of a device's configuration; its CA lies beside it as `ca_name`."""
        config = {"host": self.host, "port": self.port, "user": self.user}
        config["password"] = self.password
        if self.ca_der is None:
            return {**config, "tls": "plain-text-accepted"}
        return {**config, "ca": ca_name}


def parse(text: str, ca: Path | None = None) -> BrokerAddress:
    """`ca`: file with the CA certificate, PEM or DER; TLS needs one. BrokerAddressError."""
    wanted = "host:port, mqtt://host:port or mqtts://host:port"
    try:
        parts = urlsplit(text if "://" in text else "mqtt://" + text)
        port = parts.port
    except ValueError:
        raise BrokerAddressError(f"BROKER is not {wanted}") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise BrokerAddressError(f"BROKER is not {wanted}")
    if "://" not in text and port is None:
        raise BrokerAddressError(f"BROKER={parts.hostname} names no port; write {wanted}")
    secure = parts.scheme == "mqtts"
    if secure and ca is None:
        raise BrokerAddressError(
            "BROKER=mqtts:// needs CA=file, the certificate of the authority that signed the "
            "broker's"
        )
    return BrokerAddress(
        parts.hostname, _PORTS[parts.scheme] if port is None else port,
        unquote(parts.username or ""), unquote(parts.password or ""),
        _read_ca(ca) if secure and ca else None,
    )  # fmt: skip


def _read_ca(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise BrokerAddressError(f"CA={path} cannot be read: {fault.strerror}") from fault
    for load in (x509.load_pem_x509_certificate, x509.load_der_x509_certificate):
        try:
            return load(data).public_bytes(Encoding.DER)
        except ValueError:
            continue
    raise BrokerAddressError(f"CA={path} holds no certificate in PEM or DER; name another file")
