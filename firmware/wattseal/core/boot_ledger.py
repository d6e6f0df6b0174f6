"""What a device knows of its own lives, as bytes: boots, bad ones, how the last one ended. No I/O.

A life is bad when it ended, unplanned, before it had been healthy for a while. A chip tells little
of the end: a brown-out reads as power-on, machine.reset() of an RP2040 as its watchdog. No fault
of the firmware reads as power-on, but a radio that is too much for the supply does. So lives that
the power ended count as well, in a row of their own that is ten times as long: cuts come in series
where a supply is bad, or somebody works at the fuse. Safe mode does little harm there: it meters,
and ends by itself. Cuts that are hours apart never add up, for health ends both rows.
"""

import struct

from micropython import const

_LAYOUT = "<IIBBBI"
_MOST = const(255)
UTC_AT = const(11)  # where the UTC is in the bytes
SAFE_AFTER = const(3)  # bad lives in a row
SAFE_AFTER_DARK = const(30)  # and of those that the power ended
NEW, HEALTHY = const(0), const(1)
PLANNED = const(2)  # about to end by a reset of our own, or by a person


class Ledger:
    """`bad`, `dark`: lives in a row before this one that ended too soon, `dark` by the power.
    `resets`: lives that were ended by neither the power nor a plan. `utc_s`: synchronised time at
    which a life was found healthy last, 0 for never.
    """

    def __init__(
        self, boots: int = 0, resets: int = 0, bad: int = 0, dark: int = 0, state: int = 0,
        utc_s: int = 0,
    ) -> None:  # fmt: skip
        self.boots = boots
        self.resets = resets
        self.bad = bad
        self.dark = dark
        self.state = state  # of this life: NEW, HEALTHY or PLANNED
        self.utc_s = utc_s

    @property
    def safe(self) -> bool:
        """This life is to run what it needs to meter, and nothing else."""
        return self.bad >= SAFE_AFTER or self.dark >= SAFE_AFTER_DARK


def begin(ledger: Ledger, by_power: bool) -> None:
    """A life begins, and the one before is judged. `by_power`: the chip was without."""
    if ledger.boots and ledger.state != PLANNED:
        if not by_power:
            ledger.resets += 1
        if ledger.state == NEW and by_power:
            ledger.dark = min(ledger.dark + 1, _MOST)
        elif ledger.state == NEW:
            ledger.bad = min(ledger.bad + 1, _MOST)
    ledger.boots += 1
    ledger.state = NEW


def healthy(ledger: Ledger) -> None:
    """It has lasted; in safe mode that shows nothing about the normal one."""
    ledger.state = HEALTHY
    if not ledger.safe:
        ledger.bad = ledger.dark = 0


def plan(ledger: Ledger) -> None:
    """A reset of our own comes. Out of safe mode: one more life that ends too soon leads back."""
    ledger.bad = min(ledger.bad, SAFE_AFTER - 1)
    ledger.dark = min(ledger.dark, SAFE_AFTER_DARK - 1)
    ledger.state = PLANNED


def encode(ledger: Ledger) -> bytes:
    return struct.pack(
        _LAYOUT, ledger.boots, ledger.resets, ledger.bad, ledger.dark, ledger.state, ledger.utc_s
    )


def decode(blob: "bytes | None") -> Ledger:
    """A fresh one for none or an odd one: a ledger is no reason not to start."""
    if blob is None or len(blob) != struct.calcsize(_LAYOUT):
        return Ledger()
    return Ledger(*struct.unpack(_LAYOUT, blob))
