"""A meter on a Modbus RTU line in virtual time: an SDM630, whose register goes up with energy.

Its frames are made of its document's numbers, not of the firmware's model; only the checksum is
the firmware's, for it has to be quick.
"""

import struct

from wattseal.core.modbus_rtu import crc16

_POWER, _ENERGY, _REGISTERS = 52, 72, 22  # input registers: W, kWh, as floats
_SERIAL, _FIRMWARE = 64512, 64515  # holding registers
_LONG_MS = 1 << 20


class VirtualMeter:
    """`flows()`: whether energy is drawn now; `power_w`: how much. `serial`: 32 bits.

    `silent`: it answers nothing. `reply_ms`: how long it takes to answer.
    """

    def __init__(self, clock, flows, unit=1, serial=30115001, energy_mwh=1000000000):
        self._clock = clock
        self._flows = flows
        self._at = clock.ticks
        self.unit = unit
        self.serial = serial
        self.energy_mwh = energy_mwh
        self.power_w = 11000
        self.silent = False
        self.reply_ms = 0
        self.asked = 0

    def advance(self):
        """Book what has flowed since the last call; to be called before `flows` changes."""
        passed_ms = self._clock.ticks_diff(self._clock.ticks, self._at)
        self._at = self._clock.ticks
        if self._flows():
            self.energy_mwh += self.power_w * passed_ms // 3600

    def answer(self, request):
        """The reply's bytes, b"" for silence."""
        self.asked += 1
        self.advance()
        if self.silent or request[0] != self.unit:
            return b""
        function, first, count = struct.unpack(">BHH", bytes(request[1:6]))
        data = self._block(function, first, count)
        if data is None:
            return _framed(bytes((self.unit, function | 0x80, 2)))
        return _framed(bytes((self.unit, function, len(data))) + data)

    def _block(self, function, first, count):
        if function == 3:
            if (first, count) == (_SERIAL, 2):
                return struct.pack(">I", self.serial)
            return b"\x02\x03" if (first, count) == (_FIRMWARE, 1) else None
        end = 2 * (first - _POWER + count)
        if function != 4 or first < _POWER or end > 2 * _REGISTERS:
            return None
        block = bytearray(2 * _REGISTERS)
        struct.pack_into(">f", block, 0, self.power_w if self._flows() else 0)
        energy_kwh = self.energy_mwh // 1000 / 1000
        struct.pack_into(">f", block, 2 * (_ENERGY - _POWER), energy_kwh)
        return bytes(block[2 * (first - _POWER) : end])


class VirtualLine:
    """contracts.MeterSerial to meters of different units."""

    def __init__(self, clock, meters):
        self._clock = clock
        self._meters = meters
        self._coming = b""
        self._asked_at = clock.ticks
        self._after_ms = 0

    def set_line(self, baud, parity, stop_bits):
        return True

    def send(self, data):
        self._asked_at = self._clock.ticks
        for meter in self._meters:
            if meter.unit == data[0]:
                self._coming = meter.answer(data)
                self._after_ms = meter.reply_ms
        return 0

    def sending(self):
        return 0

    def stop(self):
        pass

    def receive(self, buffer, most):
        coming = self._coming
        if not coming or self._left_ms() > 0:
            return 0
        count = min(len(coming), most)
        buffer[:count] = coming[:count]
        self._coming = coming[count:]
        return count

    def nap_ms(self, missing, waited_ms):
        return max(0, self._left_ms()) if self._coming else _LONG_MS

    def _left_ms(self):
        """Until the reply comes."""
        return self._after_ms - self._clock.ticks_diff(self._clock.ticks, self._asked_at)


def _framed(data):
    crc = crc16(data, len(data))
    return data + bytes((crc & 0xFF, crc >> 8))
