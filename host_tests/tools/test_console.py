"""The keys of a device's console levels: its own, kept for one pair of eyes, never shown."""

import json
import stat

import pytest
from host_tool import tool

from tools import keys
from tools.console import level_keys
from wattseal.core.hmac_sha256 import hmac_sha256
from wattseal.drivers.key_copies import Copies

# As in host_tests/app/test_console_lock.py, where the device judges them.
DEVICE, PRIVATE = "w0123456789abcde", bytes(range(32))
NONCE = "000102030405060708090a0b0c0d0e0f"
KNOWN = {
    1: "e0a3979a5efb05168b9a882ac9a54cdb",
    2: "ee1c49bd88332487da87e97e793b6c35",
    3: "0ca4867bd8861a6f059138f37ba9bc38",
}


@pytest.fixture
def device(tmp_path):
    """(the device's id, its key file, a folder for what is made of it)"""
    path = tmp_path / "device.key"
    return keys.new(path), path, tmp_path / "levels"


def level_key(folder, level):
    path = folder / f"{DEVICE}-level-{level}.key"
    key = hmac_sha256(PRIVATE, b"derived1\0wattseal console level %d" % level)
    path.write_text(key.hex() + "\n")
    return path


def test_are_what_the_device_derives(device):
    name, path, out = device
    done = tool("console", "keys", path, "--out", out)
    assert done.returncode == 0, done.stderr
    _, private, _ = Copies(str(path)).load()
    for level in (1, 2, 3):
        made = out / f"{name}-level-{level}.key"
        label = b"derived1\0wattseal console level %d" % level
        key = hmac_sha256(private.to_bytes(32, "big"), label)
        assert made.read_text() == key.hex() + "\n"
        assert stat.S_IMODE(made.stat().st_mode) == 0o600
        assert key.hex() not in done.stdout + done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


def test_come_of_the_copy_as_well(device):
    _, path, out = device
    level_keys.derive(path, out)
    path.write_bytes(b"damaged")
    again = level_keys.derive(path, out.with_name("again"))
    assert [p.read_text() for p in again] == [p.read_text() for p in sorted(out.iterdir())]


def test_are_never_overwritten(device):
    _, path, out = device
    third = level_keys.derive(path, out)[2]
    for other in sorted(out.iterdir())[:2]:
        other.unlink()
    done = tool("console", "keys", path, "--out", out)
    assert done.returncode == 2 and "never overwritten" in done.stderr
    assert list(out.iterdir()) == [third]


@pytest.mark.parametrize("level", KNOWN)
def test_answer_by_hand(tmp_path, level):
    key = level_key(tmp_path, level)
    asked = f"challenge {level} {NONCE}"
    done = tool("console", "answer", "--key", key, asked, DEVICE)
    assert (done.returncode, done.stdout) == (0, f"answer {KNOWN[level]}\n"), done.stderr
    done = tool("console", "answer", "--json", "--key", key, asked, DEVICE)
    assert json.loads(done.stdout) == {"level": level, "answer": KNOWN[level]}


def test_what_is_wrong_is_one_sentence(device, tmp_path):
    _, path, _ = device
    good = level_key(tmp_path, 2)
    renamed = tmp_path / "renamed.key"
    renamed.write_text(good.read_text())
    asked = f"challenge 2 {NONCE}"
    for words, told in (
        (("keys", tmp_path / "none", "--out", tmp_path), "cannot be read"),
        (("keys", good, "--out", tmp_path), "is no key file"),
        (("keys", path, "--out", path), "cannot be written"),
        (("answer", "--key", path, asked, DEVICE), "is no key of a level"),
        (("answer", "--key", tmp_path / "none", asked, DEVICE), "cannot be read"),
        (("answer", "--key", good, "challenge 2 00", DEVICE), "this is no challenge"),
        (("answer", "--key", good, f"challenge 4 {NONCE}", DEVICE), "this is no challenge"),
        (("answer", "--key", good, f"challenge 1 {NONCE}", DEVICE), "is of level 2"),
        (("unlock", "--port", "x", "--level", 2, "--key", renamed), "say --device"),
        (("unlock", "--port", "/nowhere", "--level", 2, "--key", good), "there is none"),
        (("unlock", "--port", "x", "--level", 4, "--key", good), "--help"),
    ):
        done = tool("console", *words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert done.stderr.startswith("console: ") and done.stderr.count("\n") == 1, done.stderr
        assert told in done.stderr, done.stderr
        assert good.read_text().strip() not in done.stderr
