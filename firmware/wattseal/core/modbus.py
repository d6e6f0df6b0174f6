"""Modbus RTU frames: builds requests, checks replies; knows no meter and no line.

Modbus over Serial Line V1.02 and Application Protocol V1.1b3. A reply counts only when unit,
function, exact byte count and CRC are right.
"""

from micropython import const

READ_HOLDING = const(3)
READ_INPUT = const(4)
REQUEST_BYTES = const(8)
EXCEPTION_BYTES = const(5)
MAX_REGISTERS = const(125)

# verdicts of `check_read`
OK = const(0)
SHORT = const(1)
WRONG_UNIT = const(2)
WRONG_FUNCTION = const(3)
WRONG_LENGTH = const(4)
BAD_CRC = const(5)
EXCEPTION = const(6)
VERDICTS = ("ok", "short", "wrong_unit", "wrong_function", "wrong_length", "bad_crc", "exception")


def crc16(data: "bytes | bytearray | memoryview", count: int) -> int:
    """CRC-16/MODBUS of the first `count` bytes, by nibbles; allocates nothing."""
    crc = 0xFFFF
    for i in range(count):
        crc ^= data[i]
        crc = (crc >> 4) ^ _NIBBLES[crc & 15]
        crc = (crc >> 4) ^ _NIBBLES[crc & 15]
    return crc


_NIBBLES = (
    0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
    0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
)  # fmt: skip


def put_read(buffer: bytearray, unit: int, function: int, address: int, registers: int) -> None:
    """A read request (function 3 or 4) into the first 8 bytes of `buffer`."""
    buffer[0] = unit
    buffer[1] = function
    buffer[2] = address >> 8
    buffer[3] = address & 0xFF
    buffer[4] = registers >> 8
    buffer[5] = registers & 0xFF
    crc = crc16(buffer, 6)
    buffer[6] = crc & 0xFF
    buffer[7] = crc >> 8


def reply_bytes(registers: int) -> int:
    """Length of the good reply to a read of so many registers."""
    return 5 + 2 * registers


def check_read(
    reply: "bytes | bytearray", count: int, unit: int, function: int, registers: int
) -> int:
    """A verdict on the `count` bytes received for a read request; allocates nothing."""
    if count < EXCEPTION_BYTES:
        return SHORT
    if reply[0] != unit:
        return WRONG_UNIT
    exception = reply[1] == function | 0x80
    if not exception and reply[1] != function:
        return WRONG_FUNCTION
    if count != (EXCEPTION_BYTES if exception else reply_bytes(registers)):
        return SHORT if not exception and count < reply_bytes(registers) else WRONG_LENGTH
    if not exception and reply[2] != 2 * registers:
        return WRONG_LENGTH
    if crc16(reply, count - 2) != reply[count - 2] | reply[count - 1] << 8:
        return BAD_CRC
    return EXCEPTION if exception else OK
