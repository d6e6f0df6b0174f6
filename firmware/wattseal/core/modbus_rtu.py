"""Modbus RTU framing: unit, PDU, CRC; knows neither the line nor its timing.

Modbus over Serial Line V1.02. A modbus.Framing.
"""

import struct

from micropython import const

from wattseal.core import modbus

AT = const(1)  # where the PDU begins
NUMBERED = False  # a reply does not tell to which request it belongs
_OVERHEAD = const(3)
_SHORTEST = const(5)  # an exception reply


def crc16(data: "bytes | bytearray | memoryview", count: int) -> int:
    """CRC-16/MODBUS of the first `count` bytes, by nibbles; allocates nothing."""
    crc = 0xFFFF
    for i in range(count):
        crc ^= data[i]
        crc = (crc >> 4) ^ _NIBBLES[crc & 15]
        crc = (crc >> 4) ^ _NIBBLES[crc & 15]
    return crc


# Unpacked: frozen into an image, an integer above 8191 in a tuple of constants is a long one, and
# all that is computed with it allocates.
_NIBBLES = struct.unpack(
    ">16H",
    b"\x00\x00\xcc\x01\xd8\x01\x14\x00\xf0\x01\x3c\x00\x28\x00\xe4\x01"
    b"\xa0\x01\x6c\x00\x78\x00\xb4\x01\x50\x00\x9c\x01\x88\x01\x44\x00",
)


def seal(buffer: bytearray, unit: int, pdu_bytes: int) -> int:
    """Put the frame round the PDU that stands at AT; returns the frame's bytes."""
    buffer[0] = unit
    end = AT + pdu_bytes
    crc = crc16(buffer, end)
    buffer[end] = crc & 0xFF
    buffer[end + 1] = crc >> 8
    return end + 2


def expected(request: bytearray, reply: bytearray, have: int) -> int:
    """Bytes of the frame as far as its first `have` tell; allocates nothing."""
    return _OVERHEAD + modbus.reply_bytes(request, reply, AT, have - AT)


def check(request: bytearray, reply: bytearray, count: int) -> int:
    """A verdict on the `count` bytes received for `request`; allocates nothing.

    The CRC comes first: what it does not confirm says nothing about who answered what.
    """
    if count < _SHORTEST:
        return modbus.SHORT
    if crc16(reply, count - 2) == reply[count - 2] | reply[count - 1] << 8:
        return modbus.check(request, reply, AT, count - _OVERHEAD)
    whole = expected(request, reply, count)
    if count < whole:
        return modbus.SHORT
    return modbus.BAD_CRC if count == whole else modbus.WRONG_LENGTH
