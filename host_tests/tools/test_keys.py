"""Key files from the host: the device takes them, nothing leaks, bad input is one sentence."""

import hashlib
import os
import subprocess
import sys

import interpreters
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from p256_table import TABLE

from tools import keys
from wattseal.drivers.key_file import KeyFault, KeyFileSigner

SIGN = """
import asyncio, os, sys
from binascii import hexlify
from p256_table import TABLE
from wattseal.drivers.key_file import KeyFileSigner
signer = KeyFileSigner(sys.argv[1], TABLE, os.urandom)
print(signer.device_id, hexlify(signer.public_key()).decode())
print(hexlify(asyncio.run(signer.sign(b"a record"))).decode())
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "device.key"


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "tools.keys", *map(str, arguments)],
        cwd=interpreters.ROOT, capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("row", interpreters.found(), ids=lambda row: row[0])
def test_the_device_signs_with_a_key_made_on_the_host(row, path, tmp_path):
    _, interpreter, heap = row
    device_id = keys.new(path)
    script = tmp_path / "sign.py"
    script.write_text(SIGN)
    done = interpreters.run(interpreter, [script, path], heap)
    told_id, point, signature = done.stdout.split()
    identity = keys.read(path)
    assert (told_id, identity.device_id) == (device_id, device_id)
    assert identity.spki.endswith(point.upper())
    public_key = serialization.load_der_public_key(bytes.fromhex(identity.spki))
    public_key.verify(bytes.fromhex(signature), b"a record", ec.ECDSA(keys_hash()))


def keys_hash():
    from cryptography.hazmat.primitives.hashes import SHA256

    return SHA256()


def test_a_key_is_for_its_owner_and_never_overwritten(path):
    keys.new(path)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(keys.KeyFileError):
        keys.new(path)
    assert path.read_bytes() == before


def test_the_second_copy_is_the_first_one_and_alone_a_key_as_well(path):
    keys.new(path)
    second = path.with_name("device.key.2")
    assert second.read_bytes() == path.read_bytes()
    assert second.stat().st_mode & 0o777 == 0o600
    identity = keys.read(path)
    path.unlink()
    assert keys.read(path) == identity
    with pytest.raises(keys.KeyFileError, match="never overwritten"):
        keys.new(path)
    assert not path.exists()


def test_two_different_keys_are_refused(path, tmp_path):
    keys.new(path)
    keys.new(tmp_path / "other")
    (tmp_path / "other").replace(tmp_path / "device.key.2")
    with pytest.raises(keys.KeyFileError, match="different keys"):
        keys.read(path)
    with pytest.raises(KeyFault, match="different keys"):
        KeyFileSigner(str(path), TABLE, os.urandom)


def test_no_two_keys_or_device_ids_are_alike(tmp_path):
    ids = {keys.new(tmp_path / str(i)) for i in range(20)}
    points = {keys.read(tmp_path / str(i)).spki for i in range(20)}
    assert len(ids) == len(points) == 20


def test_the_commands_show_the_public_half_alone(path):
    made = command("new", path)
    shown = command("show", path)
    private = path.read_bytes()[20:52]
    for text in (made.stdout, shown.stdout, command("show", "--json", path).stdout):
        assert private.hex() not in text.lower()
        assert str(int.from_bytes(private, "big")) not in text
    spki = keys.read(path).spki
    assert made.stdout.strip() in shown.stdout
    assert spki in shown.stdout
    assert hashlib.sha256(bytes.fromhex(spki)).hexdigest() in shown.stdout


def test_host_and_device_refuse_the_same_damage(path):
    keys.new(path)
    good = path.read_bytes()
    path.with_name("device.key.2").unlink()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(keys.KeyFileError):
            keys.read(path)
        with pytest.raises(KeyFault):
            KeyFileSigner(str(path), TABLE, os.urandom)


@pytest.mark.parametrize("arguments", [["new", "{}/no/such"], ["show", "{}/none"], ["show", "{}"]])
def test_bad_input_is_one_sentence(arguments, tmp_path):
    done = command(*(a.format(tmp_path) for a in arguments))
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(tmp_path) in done.stderr
