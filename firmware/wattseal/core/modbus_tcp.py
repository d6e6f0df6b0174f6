"""Modbus TCP framing: the MBAP header before unit and PDU; knows no socket.

Modbus Messaging on TCP/IP V1.0b. A modbus.Framing. The transaction number lives in the request's
buffer and goes up with every `seal`, so a late reply is told from the one that is waited for.
"""

from micropython import const

from wattseal.core import modbus

AT = const(7)  # where the PDU begins
NUMBERED = True
_SHORTEST = const(9)  # an exception reply
_COUNTED = const(6)  # the header's length counts what follows these bytes


def seal(buffer: bytearray, unit: int, pdu_bytes: int) -> int:
    """Put the header before the PDU that stands at AT; returns the frame's bytes."""
    transaction = (buffer[0] << 8 | buffer[1]) + 1
    length = pdu_bytes + 1
    buffer[0] = transaction >> 8 & 0xFF
    buffer[1] = transaction & 0xFF
    buffer[2] = buffer[3] = 0  # protocol: Modbus
    buffer[4] = length >> 8
    buffer[5] = length & 0xFF
    buffer[6] = unit
    return AT + pdu_bytes


def expected(request: bytearray, reply: bytearray, have: int) -> int:
    """Bytes of the frame as far as its first `have` tell; allocates nothing."""
    if have < AT:
        return _SHORTEST
    return max(_SHORTEST, min(_COUNTED + (reply[4] << 8 | reply[5]), AT + modbus.MAX_PDU))


def check(request: bytearray, reply: bytearray, count: int) -> int:
    """A verdict on the `count` bytes received for `request`; allocates nothing.

    LATE: a whole frame of another request. The one that is waited for may still come behind it.
    """
    if count < _SHORTEST:
        return modbus.SHORT
    if reply[2] or reply[3]:
        return modbus.WRONG_HEADER
    end = _COUNTED + (reply[4] << 8 | reply[5])
    if count != end:
        return modbus.SHORT if count < end else modbus.WRONG_LENGTH
    if reply[0] != request[0] or reply[1] != request[1]:
        return modbus.LATE
    return modbus.check(request, reply, AT, count - AT)
