"""Modbus requests and replies without their framing (the PDU); knows no meter and no line.

Application Protocol V1.1b3: functions 3, 4, 6, 16 and 43/14. A request's buffer is the question:
a reply counts only when unit, function, exact byte count and everything it repeats are the
request's. `at` is where the function code stands in both buffers, the unit is the byte before it.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Protocol

    class Framing(Protocol):
        """A module that puts a frame round a PDU: modbus_rtu or modbus_tcp."""

        @property
        def AT(self) -> int: ...
        @property
        def NUMBERED(self) -> bool: ...
        def seal(self, buffer: bytearray, unit: int, pdu_bytes: int) -> int: ...
        def expected(self, request: bytearray, reply: bytearray, have: int) -> int: ...
        def check(self, request: bytearray, reply: bytearray, count: int) -> int: ...


READ_HOLDING = const(3)
READ_INPUT = const(4)
WRITE_ONE = const(6)
WRITE_MANY = const(16)
IDENTIFY = const(43)
BASIC = const(1)  # level of function 43/14: vendor, product code, revision
MAX_REGISTERS = const(125)
MAX_WRITTEN = const(123)
MAX_PDU = const(253)
NO_ANSWER = const(11)  # a gateway's exception: its meter is silent
_FAILED = const(0x80)  # added to the function code of an exception reply
_MEI = const(14)  # function 43 has other uses, this one identifies the device

# verdicts of `check`
OK = const(0)
SHORT = const(1)
WRONG_UNIT = const(2)
WRONG_FUNCTION = const(3)
WRONG_LENGTH = const(4)
BAD_CRC = const(5)
EXCEPTION = const(6)
WRONG_ECHO = const(7)
WRONG_HEADER = const(8)
LATE = const(9)  # a whole frame with the number of another request
VERDICTS = (
    "ok", "short", "wrong_unit", "wrong_function", "wrong_length", "bad_crc", "exception",
    "wrong_echo", "wrong_header", "late",
)  # fmt: skip


def put_read(buffer: bytearray, at: int, function: int, address: int, registers: int) -> int:
    """A read (function 3 or 4) into `buffer`; returns its bytes. ValueError: no such read."""
    if not (READ_HOLDING <= function <= READ_INPUT and 0 < registers <= MAX_REGISTERS):
        raise ValueError(registers)
    return _put(buffer, at, function, address, registers)


def put_write_one(buffer: bytearray, at: int, address: int, value: int) -> int:
    """A write of one register (function 6)."""
    return _put(buffer, at, WRITE_ONE, address, value)


def put_write_many(buffer: bytearray, at: int, address: int, data: bytes) -> int:
    """A write of the registers whose bytes are `data` (function 16). ValueError: too many."""
    size = len(data)
    if size & 1 or not 0 < size <= 2 * MAX_WRITTEN:
        raise ValueError(size)
    _put(buffer, at, WRITE_MANY, address, size >> 1)
    buffer[at + 5] = size
    for i in range(size):
        buffer[at + 6 + i] = data[i]
    return 6 + size


def put_identify(buffer: bytearray, at: int, level: int, first: int) -> int:
    """A request for the device's identification from object `first` on (function 43/14)."""
    buffer[at] = IDENTIFY
    buffer[at + 1] = _MEI
    buffer[at + 2] = level
    buffer[at + 3] = first
    return 4


def _put(buffer: bytearray, at: int, function: int, address: int, value: int) -> int:
    buffer[at] = function
    buffer[at + 1] = address >> 8
    buffer[at + 2] = address & 0xFF
    buffer[at + 3] = value >> 8
    buffer[at + 4] = value & 0xFF
    return 5


def reply_bytes(request: bytearray, reply: bytearray, at: int, have: int) -> int:
    """Length of the reply as far as its first `have` bytes tell: it may grow, never shrink below
    what has been asked for, but for an exception. Allocates nothing."""
    if have > 0 and reply[at] & _FAILED:
        return 2
    function = request[at]
    if function <= READ_INPUT:
        return 2 + 2 * request[at + 4]
    return _identity_bytes(reply, at, have) if function == IDENTIFY else 5


def _identity_bytes(reply: bytearray, at: int, have: int) -> int:
    """Behind seven bytes stand the objects: number, length, text."""
    end = 7
    if have < end:
        return end
    for _ in range(reply[at + 6]):
        if end > MAX_PDU or have < end + 2:
            return end + 2
        end += 2 + reply[at + end + 1]
    return end


def check(request: bytearray, reply: bytearray, at: int, count: int) -> int:
    """A verdict on a whole reply of `count` bytes, two or more. Allocates nothing."""
    if reply[at - 1] != request[at - 1]:
        return WRONG_UNIT
    function = request[at]
    if reply[at] == function | _FAILED:
        return EXCEPTION if count == 2 else WRONG_LENGTH
    if reply[at] != function:
        return WRONG_FUNCTION
    if count > MAX_PDU or count != reply_bytes(request, reply, at, count):
        return WRONG_LENGTH
    if function <= READ_INPUT:
        return OK if reply[at + 1] == count - 2 else WRONG_LENGTH
    # 6 and 16 repeat address and value or count, 43 its two kinds
    for i in range(1, 3 if function == IDENTIFY else 5):
        if reply[at + i] != request[at + i]:
            return WRONG_ECHO
    return OK


def next_object(reply: bytearray, at: int) -> int:
    """Where a checked identification goes on in another request; 0: it is complete."""
    return reply[at + 5] if reply[at + 4] == 0xFF else 0


def objects(reply: bytearray, at: int) -> "list[tuple[int, bytes]]":
    """(number, text) of each object in a checked identification."""
    found: list[tuple[int, bytes]] = []
    start = at + 7
    for _ in range(reply[at + 6]):
        size = reply[start + 1]
        found.append((reply[start], bytes(reply[start + 2 : start + 2 + size])))
        start += 2 + size
    return found
