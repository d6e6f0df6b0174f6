"""The total of a pulse input as the bytes that are kept of it; stores nothing."""

import struct

from micropython import const

from wattseal.core.pulses import PulseRegister

# Version, 1 for lost before, impulses a kWh, mWh, and the part of a mWh.
_FORM = "<BBIQI"
_VERSION = const(1)


class TotalFault(Exception):
    """These bytes are no total."""


class Total:
    """`register`, and whether a total was `lost` before it, so that it began again at 0: how often
    nobody can tell, for what would count it is lost with the total."""

    def __init__(self, register: PulseRegister, lost: bool = False) -> None:
        self.register = register
        self.lost = lost


def encode(total: Total) -> bytes:
    """18 bytes: small enough that LittleFS keeps them in the folder's own block."""
    register = total.register
    return struct.pack(
        _FORM, _VERSION, int(total.lost), register.imp_per_kwh, register.energy_mwh,
        register.remainder,
    )  # fmt: skip


def decode(blob: bytes, imp_per_kwh: int) -> Total:
    """TotalFault. With another impulse constant than it was saved with, the energy stays and the
    part of a mWh, which has lost its unit, does not."""
    if len(blob) != struct.calcsize(_FORM):
        raise TotalFault
    version, lost, saved_imp, energy_mwh, remainder = struct.unpack(_FORM, blob)
    if version != _VERSION or remainder >= saved_imp:
        raise TotalFault
    if saved_imp != imp_per_kwh:
        remainder = 0
    return Total(PulseRegister(imp_per_kwh, energy_mwh, remainder), bool(lost))
