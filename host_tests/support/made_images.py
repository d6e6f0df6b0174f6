"""Image files as `make provision` is given them: whole, for a chip, and of no firmware.

`holds`: what each block of a UF2 has in it.
"""

import struct

RP2040, RP2350 = 0xE48BFF56, 0xE48BFF59


def block(number, total, family, holds=b""):
    """One of a UF2's."""
    words = (0x0A324655, 0x9E5D5157, 0x2000, 0x10000000 + 256 * number, 256, number, total, family)
    return struct.pack("<8I", *words) + holds.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)


def uf2(family=RP2040, blocks=3, holds=b""):
    return b"".join([block(number, blocks, family, holds) for number in range(blocks)])


def esp(chip, table_at, rest):
    """`chip`: its id; `rest`: the bytes of the file, into which header and table are put."""
    data = bytearray(rest)
    data[:24] = struct.pack("<BBBBI4xH10x", 0xE9, 0, 2, 0x20, 0, chip)
    data[table_at : table_at + 2] = b"\xaa\x50"
    return bytes(data)
