"""The image in flash is read to its end, which stands in it; what says nothing gives nothing."""

import hashlib
import json
import struct
import sys
import types
from pathlib import Path

import pytest

FLASH = 0x10000000
BUILT = Path(__file__).resolve().parents[2] / "build/RPI_PICO"


@pytest.fixture
def module(bench, monkeypatch):
    monkeypatch.setitem(sys.modules, "uctypes", types.SimpleNamespace(bytearray_at=None))
    return bench.load("rp2_image")


def made(end, mark_end=0xE71AA390, kind=5, size=9000):
    """An image of so many bytes that says where it ends."""
    image = bytearray(range(256)) * (size // 256 + 1)
    struct.pack_into("<5I", image, 0x1C0, 0x7188EBF2, FLASH + 4096, FLASH + 4104, 0, mark_end)
    struct.pack_into("<2I", image, 4096, FLASH + 5000, FLASH + 5020)
    struct.pack_into("<HHII", image, 5000, 6, 0x5052, 0xA1F4B453, 7)
    struct.pack_into("<HHII", image, 5020, kind, 0x5052, 0x68F465DE, FLASH + end)
    return image[:size]


def read(module, image):
    memory = bytes(image) + bytes(4096)
    return b"".join(
        bytes(piece)
        for piece in module.pieces(lambda at, size: bytearray(memory[at - FLASH :][:size]))
    )


def test_all_of_it_and_no_byte_more(module):
    for end in (8999, 8192, 5032):
        image = made(end)
        assert read(module, image) == bytes(image[:end])


def test_what_does_not_say_where_it_ends_is_none(module):
    for image in (bytearray(9000), made(8000, mark_end=0), made(8000, kind=6)):
        assert read(module, image) == b""


@pytest.mark.skipif(not (BUILT / "firmware.json").exists(), reason="make firmware has not run")
def test_the_built_image_has_the_hash_that_its_build_tells(module):
    told = json.loads((BUILT / "firmware.json").read_text())["sha256"]["bin"]
    found = read(module, (BUILT / "firmware.bin").read_bytes())
    assert hashlib.sha256(found).hexdigest() == told
