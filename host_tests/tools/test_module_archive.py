"""What packs modules has one archive for them, and it is the one that the firmware reads."""

import hashlib
import io
import json
import struct
from binascii import crc32

import interpreters
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.module_archive import PackFault, pack
from wattseal.core.module_archive import Archive

VECTOR = json.loads((interpreters.ROOT / "host_tests/vectors/module_archive.json").read_text())
PARTS = st.text("abc_", min_size=1, max_size=4)
PATHS = st.lists(PARTS, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".mpy")
MODULES = st.dictionaries(PATHS, st.binary(max_size=60), max_size=40)


def test_the_vector_is_what_is_packed():
    modules = {path: bytes.fromhex(data) for path, data in VECTOR["modules"].items()}
    assert pack(modules).hex() == VECTOR["archive"]
    assert pack(dict(reversed(modules.items()))).hex() == VECTOR["archive"]


def test_one_module_by_hand():
    key = crc32(b"p/m.mpy")
    crc = crc32(b"p/m.mpyCODE")
    folders, names = b"p\n", b"p/m.mpy\n"
    start = 52 + len(folders) + 16 + len(names)
    head = b"WSMA" + bytes([1, 0, 0, 1, 0, len(folders), 0, len(names)])
    head += struct.pack(">I", start + 4)
    head += b"".join(struct.pack(">H", nibble >= key >> 28) for nibble in range(16))
    row = struct.pack(">IIII", key, start, 4, crc)
    sealed = head + struct.pack(">I", crc32(head + folders + row))
    assert pack({"p/m.mpy": b"CODE"}) == sealed + folders + row + names + b"CODE"


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["a/b.mpy", "a.mpy"], "a.mpy has the name of a folder"),
        ([f"{'long' * 25}{n}.mpy" for n in range(700)], "the names take 7"),
    ],
)
def test_what_cannot_be_told_is_refused(paths, said):
    with pytest.raises(PackFault, match=said):
        pack(dict.fromkeys(paths, b""))


@settings(max_examples=200, deadline=None)
@given(MODULES, st.binary(max_size=9))
def test_the_firmware_reads_back_what_was_packed(modules, before):
    above = {"/".join(p.split("/")[:n]) for p in modules for n in range(1, p.count("/") + 1)}
    modules = {path: data for path, data in modules.items() if path[:-4] not in above}
    archive = Archive(io.BytesIO(before + pack(modules)), len(before))
    assert {path: archive.read(path) for path in archive.check()} == modules


def test_two_modules_of_one_key_are_refused():
    """Two words with one CRC-32, as the birthday has them among some 100,000."""
    seen, n = {}, 0
    while True:
        path = hashlib.sha256(b"%d" % n).hexdigest() + ".mpy"
        if seen.setdefault(crc32(path.encode()), path) != path:
            break
        n += 1
        if n > 1_000_000:
            pytest.fail("no pair found")
    with pytest.raises(PackFault, match="have the same CRC-32"):
        pack({path: b"", seen[crc32(path.encode())]: b""})
