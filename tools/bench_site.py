"""Certificates for one run of sampled.py: its own, and what its server shows; serves nothing."""

import ssl
from pathlib import Path

from tools import certificates
from tools.certificates import CLIENT, SERVER, Wanted

HOST = "127.0.0.1"


def server_side(folder: Path) -> ssl.SSLContext:
    """Of a server that wants a certificate; `folder` gets what sampled.py looks for."""
    ca = certificates.issue(Wanted("bench CA"))
    server = certificates.issue(Wanted(HOST, SERVER, (HOST,)), ca)
    device = certificates.issue(Wanted("w1", CLIENT), ca)
    (folder / "ca.der").write_bytes(ca.der)
    (folder / "own.der").write_bytes(device.der)
    (folder / "own.key").write_bytes(device.key_der)
    (folder / "server.pem").write_bytes(server.pem + server.key_pem)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / "server.pem")
    made.verify_mode = ssl.CERT_REQUIRED
    made.load_verify_locations(cadata=ca.pem.decode())
    return made
