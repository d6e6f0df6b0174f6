"""TLS is verified or refused, never neither; and a handshake never holds up the sampler."""

import interpreters
import mqtt_peers as peers
import pytest
import tls_peer
from cryptography.hazmat.primitives.serialization import Encoding

LATE_MS = 100
HANDSHAKE_MS = 400  # one step of it is not divisible, and this machine may be slow


@pytest.fixture(params=interpreters.found(), ids=lambda row: row[0])
def micropython(request):
    return request.param[1]


@pytest.fixture(scope="module")
def issuer():
    return tls_peer.authority("the right one")


@pytest.fixture
def ca(tmp_path, issuer):
    return _written(tmp_path / "ca.der", issuer[0])


def _written(path, certificate):
    path.write_bytes(certificate.public_bytes(Encoding.DER))
    return str(path)


def attempt(micropython, tmp_path, issuer, ca, name="localhost", **options):
    """Report of a device that logs in at localhost, where a server called `name` answers."""
    files = tls_peer.server_files(tmp_path, issuer, name)
    with tls_peer.serving(files, peers.CONNACK) as port:
        return peers.device(
            micropython, "idle_until_it_ends", port,
            host="localhost", ca=ca, keepalive_s=1, **options,
        )  # fmt: skip


def test_logs_in_when_the_certificate_is_right(micropython, tmp_path, issuer, ca):
    report = attempt(micropython, tmp_path, issuer, ca)
    assert report["error"] == "the broker is silent", report  # logged in; this one answers no ping
    assert report["late_ms"] <= HANDSHAKE_MS, report


def test_refuses_a_certificate_of_another_name(micropython, tmp_path, issuer, ca):
    report = attempt(micropython, tmp_path, issuer, ca, name="elsewhere")
    assert report["type"] == "MqttError"
    assert "TLS: " in report["error"]


def test_refuses_a_certificate_of_another_authority(micropython, tmp_path, issuer):
    other = _written(tmp_path / "other.der", tls_peer.authority("a wrong one")[0])
    report = attempt(micropython, tmp_path, issuer, other)
    assert report["type"] == "MqttError"
    assert "TLS: " in report["error"]


def test_refuses_a_context_that_does_not_verify(micropython, tmp_path, issuer, ca):
    report = attempt(micropython, tmp_path, issuer, ca, unverified=True)
    assert report["type"] == "ValueError"
    assert "does not verify" in report["error"]


def test_gives_up_a_handshake_that_nobody_answers(micropython, ca):
    with peers.peer() as port:
        report = peers.device(
            micropython, "idle_until_it_ends", port,
            host="localhost", ca=ca, connect_timeout_ms=500,
        )  # fmt: skip
    assert report["error"] == "no MQTT login within 500 ms"
    assert report["late_ms"] <= LATE_MS, report


def test_leaves_no_socket_behind_when_a_certificate_is_refused(micropython, tmp_path, issuer):
    other = _written(tmp_path / "other.der", tls_peer.authority("a wrong one")[0])
    files = tls_peer.server_files(tmp_path, issuer, "localhost")
    with tls_peer.serving(files, peers.CONNACK) as port:
        report = peers.device(
            micropython, "connect_often", port, host="localhost", ca=other, attempts=5
        )
    assert report["leaked"] == 0, report
    assert "TLS: " in report["reason"]
