"""TLS servers, each with one thing right or wrong, that answer CONNECT; for tests only."""

import contextlib
import datetime
import socket
import ssl
import threading
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tools import certificates
from tools.certificates import SERVER, Wanted

CONNACK = b"\x20\x02\x00\x00"


def days(count):
    """That many days from now."""
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=count)


def issue_rsa(host, issuer, bits=2048):
    key = rsa.generate_private_key(65537, bits)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(days(-1))
        .not_valid_after(days(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([SERVER]), critical=False)
    )
    return certificates.Holder(builder.sign(issuer.key, hashes.SHA256()), key)


def issue(name, issuer, hosts=(), usage=SERVER, **limits):
    return certificates.issue(Wanted(name, usage, tuple(hosts), **limits), issuer)


def with_another_signature(holder):
    """The same certificate, one bit of its signature changed."""
    raw = bytearray(holder.der)
    raw[-1] ^= 1
    return certificates.Holder(x509.load_der_x509_certificate(bytes(raw)), holder.key)


def context(folder, holder, chain=(), clients=None, newest=None, oldest=None, suites=""):
    """A server's. `clients`: the authority of those who must show a certificate."""
    path = folder / f"server-{id(holder)}-{len(list(folder.iterdir()))}.pem"
    key = holder.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )  # fmt: skip
    path.write_bytes(b"".join(one.pem for one in (holder, *chain)) + key)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if suites:  # first: it also says how weak a certificate may be
        made.set_ciphers(suites)
    made.load_cert_chain(path)
    with warnings.catch_warnings(action="ignore"):  # the old versions are what is meant
        made.minimum_version = oldest or ssl.TLSVersion.TLSv1_2
        if newest:
            made.maximum_version = newest
    if clients:
        made.verify_mode = ssl.CERT_REQUIRED
        made.load_verify_locations(cadata=clients.pem.decode())
    return made


def lenient_login(port, holder_path):
    """What a server says to a client that checks nothing, and shows the certificate there."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    tls.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    tls.set_ciphers("ALL:@SECLEVEL=0")
    tls.load_cert_chain(holder_path)
    with socket.create_connection(("127.0.0.1", port), 5) as raw, tls.wrap_socket(raw) as sock:
        sock.sendall(b"CONNECT")
        return sock.recv(4)


class Servers:
    """Each `add` is one more on a port of its own; `heard`: the ports at which a device spoke."""

    def __init__(self):
        self.heard = set()
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    def add(self, tls):
        """The port."""
        server = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self._stack.callback(server.shutdown, socket.SHUT_RDWR)
        port = server.getsockname()[1]

        def serve(raw):
            with contextlib.suppress(OSError), tls.wrap_socket(raw, server_side=True) as sock:
                if sock.recv(4096):
                    self.heard.add(port)
                    sock.sendall(CONNACK)
                while sock.recv(4096):
                    pass

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return port
