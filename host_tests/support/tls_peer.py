"""A TLS server that answers CONNECT, with certificates made on the spot; for tests only."""

import contextlib
import datetime
import socket
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM
DAY = datetime.timedelta(days=1)


def authority(name):
    """(certificate, key) of a CA."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _sign(name, key.public_key(), (None, key), name, ca=True), key


def server_files(folder, issuer, host):
    """(certificate file, key file) of a server that `issuer` vouches for as `host`."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _sign("broker", key.public_key(), issuer, host, ca=False)
    paths = folder / "server.pem", folder / "server.key"
    paths[0].write_bytes(certificate.public_bytes(PEM))
    paths[1].write_bytes(
        key.private_bytes(
            PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    return paths


def _sign(name, public_key, issuer, host, ca):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_name = issuer[0].subject if issuer[0] else subject
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
    return builder.sign(issuer[1], hashes.SHA256())


@contextlib.contextmanager
def serving(files, spoken):
    """The port of a server that speaks `spoken` after each handshake and swallows the rest."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)

    def serve(raw):
        with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as sock:
            sock.recv(4096)
            sock.sendall(spoken)
            while sock.recv(4096):
                pass

    def accept():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
