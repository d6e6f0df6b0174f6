"""The real esptool, as `make provision` calls it, writes an image into an ESP32 that a pty plays.

The loader's protocol is that of esptool's manual, "Serial Protocol": frames of SLIP, a command's
number, length, checksum and data; the stub, once it runs, says OHAI and answers with two bytes of
status where the ROM has four.
"""

import hashlib
import os
import pty
import select
import struct
import threading
import tty
import zlib

import pytest
from made_images import esp

from tools.provision import esp_rom
from tools.provision.device import ProvisionFault

SYNC, READ_REG, MEM_END, SECURITY = 0x08, 0x0A, 0x06, 0x14
DEFL_BEGIN, DEFL_DATA, DEFL_END, MD5, ERASE_FLASH = 0x10, 0x11, 0x12, 0x13, 0xD0
MAGIC_REG = 0x40001000
FLASH_ID_REG = {0: 0x3FF42080, 9: 0x60002058}  # W0 of each chip's flash controller
MAGIC = {0: 0x00F01D83, 9: 0x9}
BYTES = {0: 4 << 20, 9: 8 << 20}
FLASH_ID = {0: 0x1640EF, 9: 0x1740EF}  # Winbond, 4 and 8 MB


class EspOnPty:
    """`chip`: its id. `flash`: what it holds; `deaf`: its loader does not answer; `wears`: what is
    written is kept with a bit that is wrong."""

    def __init__(self, chip, deaf=False, wears=False):
        self._chip, self._deaf, self._wears = chip, deaf, wears
        self.flash = bytearray(b"\x55" * BYTES[chip])
        self.erased = 0
        self._stub = False
        self._packed = self._at = None
        self._cable, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._over = True
        self._thread.join(5)
        os.close(self._cable)
        os.close(self._slave)

    def _run(self):
        buffer = b""
        while not self._over:
            if not select.select([self._cable], [], [], 0.02)[0]:
                continue
            buffer += os.read(self._cable, 65536)
            while buffer.count(b"\xc0") >= 2:
                begin = buffer.index(b"\xc0")
                end = buffer.index(b"\xc0", begin + 1)
                frame = buffer[begin + 1 : end]
                buffer = buffer[end:] if not frame else buffer[end + 1 :]
                if frame and not self._deaf:
                    self._obey(frame.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb"))

    def _obey(self, frame):
        command, length = frame[1], struct.unpack_from("<H", frame, 2)[0]
        data = frame[8 : 8 + length]
        value, told = 0, b""
        if command == READ_REG:
            value = self._register(struct.unpack("<I", data)[0])
        elif command == SECURITY:
            told = struct.pack("<IB7sII", 0, 0, bytes(7), self._chip, 0)
            if self._chip == 0:  # the oldest has no such command
                return self._answer(command, 0, b"", failed=True)
        elif command == ERASE_FLASH:
            self.flash[:] = b"\xff" * len(self.flash)
            self.erased += 1
        elif command == DEFL_BEGIN:
            self._packed, self._at = zlib.decompressobj(), struct.unpack_from("<IIII", data)[3]
        elif command == DEFL_DATA:
            plain = bytearray(self._packed.decompress(data[16:]))
            if self._wears and plain:
                plain[0] ^= 1
            self.flash[self._at : self._at + len(plain)] = plain
            self._at += len(plain)
        elif command == MD5:
            at, size = struct.unpack_from("<II", data)
            told = hashlib.md5(self.flash[at : at + size]).digest()
        self._answer(command, value, told)
        if command == SYNC:
            for _ in range(7):
                self._answer(command, value, b"")
        elif command == MEM_END and not self._stub:
            self._stub = True
            self._send(b"OHAI")
        return None

    def _register(self, address):
        if address == MAGIC_REG:
            return MAGIC[self._chip]
        return FLASH_ID[self._chip] if address == FLASH_ID_REG[self._chip] else 0

    def _answer(self, command, value, told, failed=False):
        status = (b"\x01\x05" if failed else b"\x00\x00") + (b"" if self._stub else b"\x00\x00")
        body = told + status
        self._send(struct.pack("<BBHI", 1, command, len(body), value) + body)

    def _send(self, frame):
        escaped = frame.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
        os.write(self._cable, b"\xc0" + escaped + b"\xc0")


def written(tmp_path, chip, name, table, **faults):
    """(the board, the image, the percent that were told)"""
    packed = [byte & 15 for byte in os.urandom(300000)]  # esptool packs what can be
    image = esp(chip, table, packed)
    path = tmp_path / "firmware.bin"
    path.write_bytes(image)
    told = []
    with EspOnPty(chip, **faults) as board:
        esp_rom.write(name, board.port, path, told.append)
    return board, image, told


@pytest.mark.parametrize(
    ("chip", "name", "at", "table"), [(0, "ESP32", 0x1000, 0x7000), (9, "ESP32-S3", 0, 0x8000)]
)
def test_the_image_lies_where_the_chip_starts_from(tmp_path, chip, name, at, table):
    board, image, told = written(tmp_path, chip, name, table)
    assert board.erased == 1
    held = bytes(board.flash)
    # esptool puts the flash's size into the header of an S3's, and else the bytes of the file.
    assert held[at + 24 : at + len(image)] == image[24:]
    assert held[:at].strip(b"\xff") == held[at + len(image) :].strip(b"\xff") == b""
    assert told and told == sorted(told) and told[-1] == 100


def test_a_board_that_does_not_answer_is_told(tmp_path):
    with pytest.raises(ProvisionFault, match="Failed to connect to ESP32.*hold BOOT while"):
        written(tmp_path, 0, "ESP32", 0x7000, deaf=True)


def test_what_is_not_there_afterwards_is_told(tmp_path):
    with pytest.raises(ProvisionFault, match="could not write.*MD5 of file does not match[^;]*$"):
        written(tmp_path, 0, "ESP32", 0x7000, wears=True)


def test_another_chip_is_not_even_erased(tmp_path):
    path = tmp_path / "firmware.bin"
    path.write_bytes(b"\xe9" + bytes(50000))
    with EspOnPty(9) as board, pytest.raises(ProvisionFault, match="This chip is ESP32-S3"):
        esp_rom.write("ESP32", board.port, path, print)
    assert (board.erased, set(board.flash)) == (0, {0x55})
