"""The flash image: littlefs there and back, and what is no UF2."""

import struct

import pytest

from tools.emulator import flash_image
from tools.emulator.flash_image import PICO_RING, FlashFault, files_in

BASE = 0x10000000
FILES = {"main.py": b"print(1)\n", "wattseal/core/a.mpy": bytes(range(256)) * 40, "empty": b""}


def uf2_block(address, data):
    head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0, address, len(data), 0, 1, 0xE48BFF56)
    return (head + data).ljust(508, b"\0") + struct.pack("<I", 0x0AB16F30)


def test_files_come_back_as_they_were():
    flash = flash_image.flash_image(uf2_block(BASE + 256, b"\x5a" * 256), FILES)
    assert len(flash) == 2 << 20
    assert flash[:256] == b"\xff" * 256
    assert flash[256:512] == b"\x5a" * 256
    assert files_in(flash) == FILES


def test_our_image_has_its_files_before_the_journal():
    flash = flash_image.flash_image(uf2_block(BASE, bytes(256)), FILES, PICO_RING)
    assert len(flash) == 2 << 20
    assert flash[-576 * 1024 :] == b"\xff" * (576 * 1024)
    assert files_in(flash, PICO_RING) == FILES
    with pytest.raises(FlashFault, match="broken"):
        files_in(flash)


def test_a_flash_without_files_has_no_file_system():
    flash = flash_image.flash_image(uf2_block(BASE, bytes(256)))
    with pytest.raises(FlashFault, match="broken"):
        files_in(flash)


@pytest.mark.parametrize(
    ("uf2", "says"),
    [
        (b"", "no multiple"),
        (b"x" * 512, "begins no block"),
        (uf2_block(0x20000000, bytes(256)), "not in flash"),
    ],
)
def test_what_is_no_firmware_is_refused(uf2, says):
    with pytest.raises(FlashFault, match=says):
        flash_image.flash_image(uf2)


def test_a_folder_of_this_machine_becomes_files(tmp_path):
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b/c.txt").write_bytes(b"c")
    assert flash_image.files_below(tmp_path) == {"a b/c.txt": b"c"}
