"""What BROKER= names: host:port, mqtt:// or mqtts://, maybe with a user; connects to nothing.

A password never shows in what is printed: use `shown`.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tools.broker_files import RECEIVER
from tools.certificates import Holder

_PORTS = {"mqtt": 1883, "mqtts": 8883}
_CA_NAME, _CERT_NAME, _KEY_NAME = "ca.der", "broker.cert.der", "broker.key.der"


class BrokerAddressError(Exception):
    """The address or the CA certificate cannot be used; the argument is one sentence."""


@dataclass(frozen=True)
class BrokerAddress:
    """`ca_der`: the certificate that signs the broker's, in DER; None without TLS. `own`: our
    certificate and its key, where the broker asks for them; `pki`: who makes a device's."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    ca_der: bytes | None = None
    own: tuple[Path, Path] | None = None
    pki: Path | None = None

    @property
    def shown(self) -> str:
        scheme = "mqtts" if self.ca_der else "mqtt"
        host = f"[{self.host}]" if ":" in self.host else self.host  # IPv6
        return f"{scheme}://{host}:{self.port}"

    def tls_context(self) -> ssl.SSLContext | None:
        """For a client on this host; it trusts the one CA, as the device does."""
        if self.ca_der is None:
            return None
        pem = ssl.DER_cert_to_PEM_cert(self.ca_der)
        context = ssl.create_default_context(cadata=pem)
        if self.own:
            context.load_cert_chain(*self.own)
        return context

    def provision(self, folder: Path, device: str, certify: Callable[[Path, str], Holder]) -> dict:
        """The `broker` part of a device's configuration; what it names is put beside it. PkiError,
        OSError. `certify`: makes or finds its certificate, where the broker asks for one."""
        if self.ca_der:
            (folder / _CA_NAME).write_bytes(self.ca_der)
        if self.pki is None:
            return self.config(_CA_NAME)
        holder = certify(self.pki, device)
        (folder / _CERT_NAME).write_bytes(holder.der)
        (folder / _KEY_NAME).write_bytes(holder.key_der)
        return {**self.config(_CA_NAME), "cert": _CERT_NAME, "key": _KEY_NAME}

    def config(self, ca_name: str) -> dict:
        """The `broker` part of a device's configuration; its CA lies beside it as `ca_name`."""
        config = {"host": self.host, "port": self.port, "user": self.user}
        config["password"] = self.password
        if self.ca_der is None:
            return {**config, "tls": "plain-text-accepted"}
        return {**config, "ca": ca_name}


def parse(text: str, ca: Path | None = None, name: str = RECEIVER) -> BrokerAddress:
    """`ca`: file with the CA certificate, PEM or DER; TLS needs one. Or the folder of the
    certificates that `make broker` made, for a client of this name. BrokerAddressError."""
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
            "broker's, or CA=the pki folder of `make broker`"
        )
    if ca and not secure:
        raise BrokerAddressError(
            f"CA={ca} is of no use without TLS; write BROKER=mqtts://{parts.hostname}:port"
        )
    folder = ca if ca and ca.is_dir() else None
    if folder:
        ca = folder / "ca.pem"
    return BrokerAddress(
        parts.hostname, _PORTS[parts.scheme] if port is None else port,
        unquote(parts.username or ""), unquote(parts.password or ""),
        _read_ca(ca) if ca else None,
        _own(folder, name) if folder else None, folder,
    )  # fmt: skip


def _own(folder: Path, name: str) -> tuple[Path, Path]:
    at = folder / "clients"
    found = at / f"{name}.pem", at / f"{name}.key.pem"
    try:
        ssl.create_default_context().load_cert_chain(*found)
    except OSError as fault:  # ssl.SSLError is one, too
        raise BrokerAddressError(
            f"{found[0]} and {found[1].name} cannot be used ({fault.strerror or fault}); make "
            f"them: python -m tools.pki receiver {folder} {name}"
        ) from fault
    return found


def _read_ca(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise BrokerAddressError(f"CA={path} cannot be read: {fault.strerror}") from fault
    for load in (x509.load_pem_x509_certificate, x509.load_der_x509_certificate):
        try:
            found = load(data)
            leaf = _is_leaf(found)
        except ValueError:
            continue
        if leaf:
            raise BrokerAddressError(
                f"CA={path} is no authority's certificate: name the one that signed the broker's"
            )
        return found.public_bytes(Encoding.DER)
    raise BrokerAddressError(f"CA={path} holds no certificate in PEM or DER; name another file")


def _is_leaf(certificate: x509.Certificate) -> bool:
    """It says that it signs no other; an old one says neither. ValueError."""
    try:
        return not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
