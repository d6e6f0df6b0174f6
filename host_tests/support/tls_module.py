"""The module `tls` as drivers.tls_credentials uses it, for tests; verifies nobody."""

import sys

GCM_256 = "TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384"
GCM_128 = "TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256"
WEAK = (
    "TLS-ECDHE-ECDSA-WITH-AES-256-CBC-SHA384",
    "TLS-RSA-WITH-AES-128-GCM-SHA256",
    "TLS-PSK-WITH-AES-128-GCM-SHA256",
)


class Context:
    """tls.SSLContext; modtls' words for what it does not take."""

    verify_mode = verify_callback = None
    compiled_in = WEAK + (GCM_256, GCM_128)

    def __init__(self, protocol):
        self.protocol = protocol
        self.authorities = []
        self.own = self.suites = None

    def get_ciphers(self):
        return list(self.compiled_in)

    def set_ciphers(self, names):
        self.suites = names

    def load_verify_locations(self, raw):
        if b"bad" in raw:
            raise ValueError("invalid cert")
        self.authorities.append(raw)

    def load_cert_chain(self, cert, key):
        for word, raw in (("key", key), ("cert", cert)):
            if b"bad" in raw:
                raise ValueError("invalid " + word)
        self.own = (cert, key)


class Tls:
    """The module."""

    PROTOCOL_TLS_CLIENT, CERT_REQUIRED = 7, 2
    SSLContext = Context


def der(text, long=False):
    """A SEQUENCE that contains `text`."""
    body = text + bytes(300) if long else text
    size = bytes((0x82, len(body) >> 8, len(body) & 255)) if long else bytes((len(body),))
    return b"\x30" + size + body


def put():
    """From now on it is what `import tls` gives; returns the real one, None without."""
    real = sys.modules.pop("tls", None)
    sys.modules["tls"] = Tls
    return real


def take_back(real):
    del sys.modules["tls"]
    if real is not None:
        sys.modules["tls"] = real
