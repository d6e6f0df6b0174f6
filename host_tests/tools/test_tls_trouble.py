"""What commissioning and a receiver say of TLS that fails: why, and what to do."""

import datetime
import socket
import ssl
import threading

import pytest

from tools import certificates
from tools.broker_address import BrokerAddress
from tools.certificates import SERVER, Wanted
from tools.provision.checks import Listener
from tools.receive.broker import why_not

CA, OTHER = certificates.issue(Wanted("CA")), certificates.issue(Wanted("another CA"))
LAST_WEEK = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=7)


def wanted(host, **more):
    return certificates.issue(Wanted(host, SERVER, (host,), **more), CA)


@pytest.fixture
def served(tmp_path):
    """(a certificate, None for plain text) -> the port of who takes one connection with it"""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(holder):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            if holder:
                (tmp_path / "pem").write_bytes(holder.pem + holder.key_pem)
                context.load_cert_chain(tmp_path / "pem")
            threading.Thread(target=one, args=(context if holder else None,), daemon=True).start()
            return server.getsockname()[1]

        def one(context):
            peer, _ = server.accept()
            with peer:
                if not context:
                    peer.recv(1024)
                    peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return
                try:
                    context.wrap_socket(peer, server_side=True)
                except OSError:
                    return

        yield serve


@pytest.mark.parametrize(
    ("holder", "ca", "what", "advice"),
    [
        (wanted("127.0.0.1"), OTHER, "not one that CA vouches for", "name the CA that signed it"),
        (wanted("localhost"), CA, "IP address mismatch", "the host as it stands there"),
        (wanted("127.0.0.1", valid_from=LAST_WEEK, valid_days=-1), CA, "has expired", "renewed"),
        (None, CA, "no TLS with the broker", "is that its TLS port?"),
    ],
)
def test_both_say_what_is_wrong_and_what_to_do(served, holder, ca, what, advice):
    address = BrokerAddress("127.0.0.1", served(holder), ca_der=ca.der)
    listener = Listener(address, "w0123456789abcde")
    listener.close()
    assert what in listener.why and advice in listener.why, listener.why
    assert address.shown in listener.why
    context = address.tls_context()
    assert context
    with pytest.raises(OSError) as fault, socket.create_connection(
        ("127.0.0.1", served(holder))
    ) as to:
        context.wrap_socket(to, server_hostname="127.0.0.1")
    assert why_not(address, fault.value) == listener.why
