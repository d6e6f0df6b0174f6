"""Images that are whole and for the board are taken, all others refused with what is wrong."""

import pytest
from made_images import RP2040, RP2350, block, uf2
from made_images import esp as esp_of

from tools.provision import image_file
from tools.provision.image_file import ImageFault, chip_of


def esp(chip, table_at):
    return esp_of(chip, table_at, bytes(0x9000))


def test_each_chip_is_told():
    assert chip_of(uf2()) == "RP2040"
    assert chip_of(uf2(RP2350)) == "RP2350"
    assert chip_of(esp(0, 0x7000)) == "ESP32"
    assert chip_of(esp(9, 0x8000)) == "ESP32-S3"
    assert chip_of(esp(5, 0x8000)) == "ESP32-C3"
    assert chip_of(esp(99, 0x8000)) == "unknown chip (id 99)"
    assert chip_of(uf2(1)) == "unknown chip (family 0x00000001)"


def test_a_file_that_is_cut_at_any_byte_is_refused():
    whole = uf2()
    for end in range(len(whole)):
        with pytest.raises(ImageFault):
            chip_of(whole[:end])


@pytest.mark.parametrize("at", [0, 4, 20, 24, 508, 512, 512 + 20, 2 * 512 + 508])
def test_a_block_that_is_damaged_is_refused(at):
    data = bytearray(uf2())
    data[at] ^= 0x55
    with pytest.raises(ImageFault):
        chip_of(bytes(data))


def test_blocks_of_two_chips_and_a_tail_are_refused():
    with pytest.raises(ImageFault, match="more than one chip"):
        chip_of(block(0, 2, RP2040) + block(1, 2, RP2350))
    with pytest.raises(ImageFault, match="cut off: 4 bytes follow"):
        chip_of(uf2() + b"tail")
    with pytest.raises(ImageFault, match="cut off: it has 5 bytes"):
        chip_of(b"\xe9abcd")


@pytest.mark.parametrize(("chip", "table"), [(0, 0x8000), (9, 0x7000), (0, 0x100)])
def test_an_application_alone_is_no_image(chip, table):
    with pytest.raises(ImageFault, match="no partition table"):
        chip_of(esp(chip, table))


def test_what_a_person_is_told(tmp_path):
    path = tmp_path / "a.uf2"
    assert "cannot be read (No such file" in image_file.fault(path, "RP2040")
    path.write_bytes(uf2())
    assert image_file.fault(path, "RP2040") == ""
    said = image_file.fault(path, "ESP32")
    assert said.endswith("a.uf2 is an image for an RP2040, and the board has an ESP32")
    path.write_bytes(b"hello")
    assert image_file.fault(path, "RP2040").endswith("neither a UF2 nor what an ESP32 starts from")
    assert "cannot be read" in image_file.fault(tmp_path, "RP2040")


def test_the_image_that_make_firmware_makes_is_one(tmp_path):
    from tools.provision.flashing import built

    if not built("RPI_PICO").is_file():
        pytest.skip("the image is not built: make firmware BOARD=RPI_PICO")
    assert image_file.fault(built("RPI_PICO"), "RP2040") == ""
