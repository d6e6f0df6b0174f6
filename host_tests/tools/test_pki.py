"""tools.pki: what it makes is what OpenSSL accepts, and nothing is overwritten or shown."""

import datetime
import stat
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from tools import pki

DEVICE_ID = "w0123456789abcde"


def ran(*arguments):
    command = [sys.executable, "-m", "tools.pki", *map(str, arguments)]
    return subprocess.run(command, text=True, capture_output=True, timeout=60)


def accepted(folder, certificate, *options):
    """Whether OpenSSL takes it, by the letter of RFC 5280."""
    command = ["openssl", "verify", "-x509_strict", "-CAfile", folder / "ca.pem", *options]
    return subprocess.run([*command, certificate], capture_output=True, timeout=30).returncode == 0


@pytest.fixture
def folder(tmp_path):
    pki.init(tmp_path, ["broker.test", "192.0.2.7"])
    return tmp_path


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_broker_is_accepted_under_its_names_and_as_a_server_only(folder):
    broker = folder / "broker.pem"
    assert accepted(folder, broker, "-purpose", "sslserver", "-verify_hostname", "broker.test")
    assert accepted(folder, broker, "-verify_ip", "192.0.2.7")
    assert not accepted(folder, broker, "-verify_hostname", "other.test")
    assert not accepted(folder, broker, "-purpose", "sslclient")


def test_a_device_and_a_receiver_are_clients_by_their_names(folder):
    for issued in (pki.device(folder, DEVICE_ID), pki.receiver(folder, "billing")):
        certificate = next(made.path for made in issued.files if made.path.suffix == ".pem")
        assert accepted(folder, certificate, "-purpose", "sslclient")
        assert not accepted(folder, certificate, "-purpose", "sslserver")
        (name,) = issued.holder.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert name.value == certificate.stem


def test_the_files_of_a_device_are_der_and_belong_together(folder):
    pki.device(folder, DEVICE_ID)
    raw = (folder / "devices" / f"{DEVICE_ID}.key.der").read_bytes()
    key = serialization.load_der_private_key(raw, None)
    certificate = pki.x509.load_der_x509_certificate(
        (folder / "devices" / f"{DEVICE_ID}.der").read_bytes()
    )
    assert certificate.public_key() == key.public_key()


def test_private_keys_are_for_their_owner_alone_and_nothing_shows_them(tmp_path):
    shown = ran("init", tmp_path, "--host", "localhost").stdout
    shown += ran("device", tmp_path, DEVICE_ID).stdout + ran("receiver", tmp_path, "r").stdout
    keys = [*tmp_path.rglob("*.key.pem"), *tmp_path.rglob("*.key.der")]
    assert len(keys) == 4
    assert {mode(path) for path in keys} == {0o600}
    assert "broker: certfile" in shown and "device: broker.ca" in shown
    for path in tmp_path.rglob("*.key.pem"):
        assert not any(line in shown for line in path.read_text().splitlines())


def test_two_authorities_never_have_the_same_name(tmp_path):
    names = {pki.init(tmp_path / part, ["b"])[0].holder.certificate.subject for part in ("a", "b")}
    assert len(names) == 2


def test_a_device_whose_clock_stands_at_the_build_date_takes_a_certificate(folder):
    issued = pki.device(folder, DEVICE_ID)
    for holder in (issued.holder, pki.authority(folder)):
        age = (
            datetime.datetime.now(datetime.timezone.utc) - holder.certificate.not_valid_before_utc
        )
        assert age >= datetime.timedelta(days=364)


def test_refuses_to_overwrite_and_leaves_all_as_it_was(folder):
    pki.device(folder, DEVICE_ID)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for arguments in (("init", folder, "--host", "b"), ("device", folder, DEVICE_ID)):
        done = ran(*arguments)
        assert done.returncode == 2 and "exists" in done.stderr and done.stderr.count("\n") == 1
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_makes_nothing_where_one_of_the_files_exists(tmp_path):
    (tmp_path / "broker.key.pem").write_bytes(b"another one")
    with pytest.raises(pki.PkiError, match="broker.key.pem exists"):
        pki.init(tmp_path, ["b"])
    assert [path.name for path in tmp_path.iterdir()] == ["broker.key.pem"]


def test_a_receiver_cannot_have_a_device_s_name(folder):
    pki.device(folder, DEVICE_ID)
    with pytest.raises(pki.PkiError, match="use another name"):
        pki.receiver(folder, DEVICE_ID)


@pytest.mark.parametrize("name", ["", "a/b", "a+", "#", "..", "a\n", "x" * 65])
def test_refuses_a_name_that_would_mean_something_in_a_topic_or_a_path(folder, name):
    with pytest.raises(pki.PkiError, match="is no name of a client"):
        pki.device(folder, name)


@pytest.mark.parametrize("host", ["", "a b", "a/b", "*", "exämple"])
def test_refuses_what_is_no_host(tmp_path, host):
    with pytest.raises(pki.PkiError, match="is no host name"):
        pki.init(tmp_path, [host])


def test_says_what_is_wrong_with_an_authority(folder, tmp_path):
    with pytest.raises(pki.PkiError, match="make an authority with init"):
        pki.device(tmp_path / "none", DEVICE_ID)
    other = tmp_path / "other"
    pki.init(other, ["b"])
    (folder / "ca.key.pem").write_bytes((other / "ca.key.pem").read_bytes())
    with pytest.raises(pki.PkiError, match="is not the key of"):
        pki.device(folder, DEVICE_ID)
    (folder / "ca.key.pem").write_bytes(b"no key")
    with pytest.raises(pki.PkiError, match="is damaged"):
        pki.device(folder, DEVICE_ID)
