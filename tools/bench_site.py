"""Certificates of a device and of its TLS server, for one bench; keeps no authority."""

import ssl
from pathlib import Path

from tools import certificates
from tools.certificates import CLIENT, SERVER, Wanted

LOCAL = "127.0.0.1"
DEVICE_FILES = ("ca.der", "own.der", "own.key")


def server_side(folder: Path, host: str = LOCAL) -> ssl.SSLContext:
    """Of a server named `host` that wants a certificate; `folder` gets DEVICE_FILES."""
    authority = certificates.issue(Wanted("bench"))
    own = certificates.issue(Wanted("device", CLIENT), authority)
    broker = certificates.issue(Wanted("broker", SERVER, (host,)), authority)
    for name, content in zip(DEVICE_FILES, (authority.der, own.der, own.key_der), strict=True):
        (folder / name).write_bytes(content)
    pem = folder / "broker.pem"
    pem.write_bytes(broker.pem + broker.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority.pem.decode())
    return context
