"""The signing key's two copies: reads them, mends one by the other; makes no key, signs nothing.

FILE and FILE.2, each of 120 bytes, numbers big-endian:

    offset  size  field
    0       4     "WSK1", the format and its version
    4       16    device id: "w" and 15 hex digits, random, made with the key
    20      32    private key
    52      64    public key, x and y
    116     4     CRC-32 of bytes 0 to 115

One good copy is enough. The other, missing or damaged, is written anew from it: the good one is
never opened for writing. A copy that is there and cannot be read is left as it is. Imported late
and dropped: needed only at the start.
"""

import binascii
import struct

from micropython import const

from wattseal.core.ecdsa import KeyFault
from wattseal.drivers.durable import write_durably

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    Key = tuple[str, int, bytes]  # device id, private key, public key

_MAGIC = b"WSK1"
_ENOENT = const(2)
_FILE_BYTES = const(120)
_CHECKED = const(116)  # bytes that the CRC covers
_LAYOUT = ">4s16s32s64sI"
_HEX = b"0123456789abcdef"


class Copies:
    """`path`: of the first copy. `counts`: what was mended, and what could not be."""

    def __init__(self, path: str) -> None:
        self._paths = (path, path + ".2")
        self.counts = {"key_restored": 0, "key_unrestored": 0}

    def load(self) -> "Key":
        """The key that both copies hold, or the only good one. KeyFault."""
        copies = [_Copy(path) for path in self._paths]
        good = [(copy.key, copy.raw) for copy in copies if copy.key]
        if not good:
            # That there is one is worth more than that there is none; MicroPython's sort would
            # put the second copy first where neither is.
            there = [copy for copy in copies if not copy.missing] or copies
            raise KeyFault(there[0].why)
        key, raw = good[0]
        if key != good[-1][0]:
            raise KeyFault("%s and %s hold different keys; leave the device's own" % self._paths)
        for copy in copies:
            if not copy.key:
                self._restore(copy, raw)
        return key

    def _restore(self, copy: "_Copy", raw: bytes) -> None:
        if copy.unreadable:
            self.counts["key_unrestored"] += 1
            return
        try:
            with open(copy.path, "wb") as file:
                write_durably(file, raw)
            self.counts["key_restored"] += 1
        except OSError:
            self.counts["key_unrestored"] += 1


class _Copy:
    """`key`: None with the reason in `why`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.key: Key | None = None
        self.missing = self.unreadable = False
        self.raw = b""
        try:
            with open(path, "rb") as file:
                self.raw = file.read(_FILE_BYTES + 1)
        except OSError as fault:
            self._absent(fault)
        else:
            self.why = self._parse()

    def _absent(self, fault: OSError) -> None:
        self.missing = fault.errno == _ENOENT
        self.unreadable = not self.missing
        if self.missing:
            self.why = (
                "the key file %s is missing; put back its copy; a new board gets one by provision"
                % self.path
            )
        else:  # there is one: a new one would orphan every record of it
            told = (self.path, fault.errno)
            self.why = "the key file %s cannot be read (error %s); make no new one" % told

    def _parse(self) -> str:
        path, raw = self.path, self.raw
        if len(raw) != _FILE_BYTES or raw[:4] != _MAGIC:
            return "%s is no key file of this version; put back the device's own" % path
        _, device_id, private_key, public_key, crc = struct.unpack(_LAYOUT, raw)
        if binascii.crc32(raw[:_CHECKED]) != crc:
            return "the key file %s is damaged; put back its copy, make no new one" % path
        if device_id[:1] != b"w" or any(digit not in _HEX for digit in device_id[1:]):
            return "the device id in %s is not w and 15 hex digits; make a new key" % path
        self.key = device_id.decode(), int.from_bytes(private_key, "big"), public_key
        return ""
