"""A TLS context of the DER files that the configuration names; opens no connection.

Imported late, and dropped.
"""

import errno

from micropython import const

from wattseal.core.settings import ConfigError
from wattseal.drivers.tcp_stream import lists_hosts

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable

    from wattseal.core.settings import Broker
    from wattseal.drivers.tcp_stream import TlsContext

    Read = Callable[[str], None]
    Take = Callable[[str, Read, bool], None]

_MOST_BYTES = const(4096)
_MOST_EC_BYTES = const(256)  # of a key: P-521 in PKCS #8 takes 241, RSA of 1024 bits 600
_SEQUENCE = const(0x30)  # how every certificate and key in DER begins
_SUITES = (  # as mbedTLS names them
    "TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256",
    "TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256",
    "TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384",
    "TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384",
)
_CERTIFICATE, _KEY = "certificate", "private key"
_RSA = "%s is an RSA key, too slow for a small board; take one on P-256, with its certificate"


def context(
    folder: str, broker: "Broker", take: "Take" = lambda path, read, spare: read(path)
) -> "TlsContext":
    """It takes a broker that either CA vouches for, by its host name. ConfigError; OSError of a
    flash that fails. `take(path, read, spare)`: calls `read(path)`, which puts a certificate in;
    the one in `ca` is the last, and the one in `ca_next` can be spared."""
    try:
        import tls
    except ImportError:
        raise ConfigError(["this image has no TLS; load one that has the module tls"])
    made: Any = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)  # the stubs lack its verify_mode
    made.verify_mode = tls.CERT_REQUIRED
    made.verify_callback = lists_hosts
    _choose_suites(made)
    if broker.cert:
        key_path = folder + "/" + broker.key
        take(folder + "/" + broker.cert, lambda path: _load_own(made, path, key_path), False)
    if broker.ca_next:
        take(folder + "/" + broker.ca_next, lambda path: _load(made, path, "broker.ca_next"), True)
    take(folder + "/" + broker.ca, lambda path: _load(made, path, "broker.ca"), False)
    return made


def _load(made: "Any", path: str, setting: str) -> None:
    raw = _read(path, setting, _CERTIFICATE)
    try:
        made.load_verify_locations(raw)  # the second time it adds one
    except ValueError:
        raise ConfigError([_damaged(path, _CERTIFICATE)])


def _choose_suites(made: "Any") -> None:
    """Forward secrecy and authenticated encryption, as far as this image has them."""
    compiled_in = made.get_ciphers()
    suites = [name for name in _SUITES if name in compiled_in]
    if not suites:
        raise ConfigError(["the TLS of this image has no ECDHE suite with AES-GCM; load another"])
    made.set_ciphers(suites)


def _load_own(made: "Any", cert_path: str, key_path: str) -> None:
    """Whether the two belong together only the broker can tell."""
    cert = _read(cert_path, "broker.cert", _CERTIFICATE)
    key = _read(key_path, "broker.key", _KEY)
    try:
        made.load_cert_chain(cert, key)
    except ValueError as fault:
        if "key" in str(fault):  # modtls says "invalid key" or "invalid cert"
            raise ConfigError([_damaged(key_path, _KEY)])
        raise ConfigError([_damaged(cert_path, _CERTIFICATE)])
    if len(key) > _MOST_EC_BYTES:  # an RP2040 signs with it for longer than its watchdog waits
        raise ConfigError([_RSA % key_path])


def _read(path: str, setting: str, kind: str) -> bytes:
    """One DER object and nothing after it: of two, mbedTLS would leave the second out."""
    try:
        with open(path, "rb") as file:
            raw = file.read(_MOST_BYTES)
    except OSError as fault:
        if fault.errno == errno.EIO:
            raise  # the flash, not the configuration: the start is tried again
        if fault.errno != errno.ENOENT:
            why = "the %s %s cannot be read (error %s); put it there again"
            raise ConfigError([why % (kind, path, fault.errno)])
        raise ConfigError(["the %s %s is missing; %s names it" % (kind, path, setting)])
    if raw.startswith(b"-----BEGIN"):
        command = "openssl %s -outform DER" % ("x509" if kind == _CERTIFICATE else "pkey")
        raise ConfigError(["%s is in PEM; put it there in DER, made by: %s" % (path, command)])
    if not _is_whole(raw):
        raise ConfigError([_damaged(path, kind)])
    return raw


def _is_whole(raw: bytes) -> bool:
    if len(raw) < 4 or raw[0] != _SEQUENCE:
        return False
    size_bytes = raw[1] & 0x7F if raw[1] > 0x7F else 0
    size = int.from_bytes(raw[2 : 2 + size_bytes], "big") if size_bytes else raw[1]
    return size_bytes <= 2 and len(raw) == 2 + size_bytes + size


def _damaged(path: str, kind: str) -> str:
    return "%s is no %s in DER, or is damaged; put it there again" % (path, kind)
