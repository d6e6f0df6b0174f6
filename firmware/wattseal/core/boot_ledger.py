"""What a device knows of its own lives, as bytes: boots, bad ones, how the last one ended. No I/O.

A life is bad when it ended, unplanned, before it had been healthy for a while. A chip tells little
of the end: a brown-out reads as power-on, machine.reset() of an RP2040 as its watchdog. No fault
of the firmware reads as power-on, but a radio that is too much for the supply does. So lives that
the power ended count as well, in a row of their own that is ten times as long: cuts come in series
where a supply is bad, or somebody works at the fuse. Safe mode does little harm there: it meters,
and ends by itself. Cuts that are hours apart never add up, for health ends both rows.

A ledger is [boots, resets, bad, dark, state, utc_s]. `bad`, `dark`: lives in a row before this one
that ended too soon, `dark` by the power. `resets`: lives that neither the power nor a plan ended.
`utc_s`: synchronised time at which a life was found healthy last, 0 for never. A list, for a board
that loads from files keeps the name of every attribute in RAM.
"""

import struct

from micropython import const

_LAYOUT = "<IIBBBI"
UTC_AT = const(11)  # where it stands in the bytes
_BOOTS, _RESETS, _BAD, _DARK, _STATE = const(0), const(1), const(2), const(3), const(4)
_NEW, _HEALTHY = const(0), const(1)
_PLANNED = const(2)  # about to end by a reset of our own
_MOST = const(255)
_SAFE_AFTER = const(3)  # bad lives in a row
_SAFE_AFTER_DARK = const(30)  # and of those that the power ended


def begin(blob: "bytes | None", by_power: bool) -> "tuple[list[int], bool]":
    """The ledger of the life that begins, and whether the one before was to end.

    `blob`: as it was; none or an odd one is a fresh one: no reason not to start. `by_power`: the
    chip was without.
    """
    if blob is None or len(blob) != struct.calcsize(_LAYOUT):
        blob = bytes(struct.calcsize(_LAYOUT))
    ledger = list(struct.unpack(_LAYOUT, blob))
    planned = ledger[_STATE] == _PLANNED
    if ledger[_BOOTS] and not planned:
        if not by_power:
            ledger[_RESETS] += 1
        if ledger[_STATE] == _NEW:
            row = _DARK if by_power else _BAD
            ledger[row] = min(ledger[row] + 1, _MOST)
    ledger[_BOOTS] += 1
    ledger[_STATE] = _NEW
    return ledger, planned


def is_safe(ledger: "list[int]") -> bool:
    """This life is to run what it needs to meter, and nothing else."""
    return ledger[_BAD] >= _SAFE_AFTER or ledger[_DARK] >= _SAFE_AFTER_DARK


def encode(ledger: "list[int]") -> bytes:
    return struct.pack(_LAYOUT, *ledger)


def healthy(ledger: "list[int]") -> bytes:
    """Once it has lasted; in safe mode that shows nothing about the normal one."""
    bad, dark = (ledger[_BAD], ledger[_DARK]) if is_safe(ledger) else (0, 0)
    return encode(ledger[:_BAD] + [bad, dark, _HEALTHY] + ledger[_STATE + 1 :])


def planned(ledger: "list[int]") -> bytes:
    """Before a reset out of safe mode: one more life that ends too soon leads back."""
    bad, dark = min(ledger[_BAD], _SAFE_AFTER - 1), min(ledger[_DARK], _SAFE_AFTER_DARK - 1)
    return encode(ledger[:_BAD] + [bad, dark, _PLANNED] + ledger[_STATE + 1 :])
