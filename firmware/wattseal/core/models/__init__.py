"""Meter models: an index of them, and what a row holds; keeps no row that nobody asked for.

The rows stand in one module for each vendor, read like the manual: `MODELS[key]` imports the
vendor's module late and builds the one row. Addresses are 0-based PDU addresses. A field is
(function, address, kind, order, numerator, denominator) and gives mWh, mW or a plain number; a
text is (function, address, "text" or "hex", registers).
"""

import hashlib

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Iterator, Literal

    from wattseal.core.registers import Kind

    Field = tuple[int, int, Kind, str, int, int]
    Text = tuple[int, int, Literal["text"], int] | tuple[int, int, Literal["hex"], int]
    Told = Field | Text | None
    # baud, parity, stop bits, unit
    Line = tuple[int | None, str | None, int | None, int | None]

_PACKAGE = "wattseal.core.models."
# Module, then its models. A text, not a table: it costs a small board 400 bytes.
_INDEX = """\
abb b21 b23 b24
bernecker mpm3pm
bg_etech ds100
carlo_gavazzi em111 em112 em330 em340 em540 em580
carlo_gavazzi_em24 em24 em24e1
chint dtsu666
dzg dvh4013
eastron sdm120 sdm230 sdm630 sdm72 sdm72v2
eltako dsz15d
finder finder7m38
garo gnm3d
inepro pro1 pro380
iskra wm3m4
lovato dmg610
orno we516 we517
peacefair pzem004t pzem016
schneider iem3155
siemens pac2200"""

# A float register says more digits than its meter counts. No document names the true step: two
# decimals of a kWh are what such meters show.
_UNTOLD_STEP_MWH = const(10000)
KWH = 1000000  # mWh
WH = 1000


class Model:
    """One meter model. `energy`: the billing register, or the parts whose sum it is.

    A part in a finer unit than the first is the fraction of its count. All parts, and `exponent`,
    are read in one request. `serial` and `firmware` may be text, or None: it tells none.
    """

    def __init__(
        self, key: str, vendor: str, model: str, energy: "tuple[Field, ...]",
        power: "tuple[Field, ...]", max_registers: int, serial: "Told" = None,
        firmware: "Told" = None, code: "Told" = None, codes: "tuple[int | str, ...]" = (),
        line: "Line" = (None, None, None, None), rollover_mwh: int = 0, latency_ms: int = 500,
        min_gap_ms: int = 0, invalid: "tuple[tuple[str, int], ...]" = (),
        exponent: "Field | None" = None, beside: int = 0, confirmed: bool = True,
    ) -> None:  # fmt: skip
        self.key = key
        self.vendor = vendor
        self.model = model
        self.energy = energy
        self.exponent = exponent  # of ten, to multiply the energy with
        self.beside = beside  # registers read with the energy: no other reply is as long as its
        self.power = power  # the sum of these: a numerator below zero for what is fed in
        self.serial = serial
        self.firmware = firmware
        self.code = code  # where the meter says which model it is, and what it says there
        self.codes = codes
        self.max_registers = max_registers
        self.line = line  # as delivered; None for what no vendor's document confirms
        self.rollover_mwh = rollover_mwh  # the register goes back to 0 there; 0: not known
        self.latency_ms = latency_ms  # longest time to a reply: a line in doubt rests for so long
        self.min_gap_ms = min_gap_ms  # silence that the meter needs before a request
        self.invalid = invalid  # (kind, raw code) that stands for "no value"
        self.confirmed = confirmed  # False: by secondary sources, not confirmed on hardware

    def invalid_codes(self, kind: str) -> "tuple[int, ...]":
        """The raw codes that mean "no value" in a register of this kind."""
        return tuple([code for of, code in self.invalid if of == kind])

    def step_mwh(self, energy_mwh: int) -> int:
        """By how much the billing register moves at this value, rounded up."""
        _, _, kind, _, numerator, denominator = self.energy[-1]
        if kind[0] == "f":
            count = energy_mwh * denominator // numerator
            while count > 1:  # a float's spacing doubles with each power of two
                count >>= 1
                numerator <<= 1
            spacing_mwh = -(-numerator // (denominator << (23 if kind == "f32" else 52)))
            return max(_UNTOLD_STEP_MWH, spacing_mwh)
        if self.exponent:
            return _UNTOLD_STEP_MWH
        return -(-numerator // denominator)


class Catalogue:
    """All models by their keys. Iterating gives the keys, and loads no row."""

    def __getitem__(self, key: str) -> Model:
        """A new object each time: the caller keeps it. KeyError."""
        for line in _INDEX.split("\n"):
            vendor, *keys = line.split()
            if key in keys:
                module = __import__(_PACKAGE + vendor, None, None, ("rows",))
                rows: Iterator[Model] = module.rows()
                for row in rows:
                    if row.key == key:
                        return row
        raise KeyError(key)

    def __iter__(self) -> "Iterator[str]":
        for line in _INDEX.split("\n"):
            yield from line.split()[1:]


MODELS = Catalogue()


def forget(modules: "dict[str, Any]") -> None:
    """Drop what was imported late from `sys.modules`: no row is needed from it any more.

    Asked for again, it comes again. 1.4 KB of a small board's heap.
    """
    for name in list(modules):
        if name.startswith(_PACKAGE):
            del modules[name]
            globals().pop(name[len(_PACKAGE) :], None)


def model_hash(row: Model) -> bytes:
    """32 bytes over everything that decides what a reading means; goes into the record (`UM`).

    The facts are tuples of integers and plain ASCII: their text is the same on every interpreter.
    """
    facts = (
        row.key, row.vendor, row.model, row.energy, row.exponent, row.rollover_mwh, row.power,
        row.serial, row.firmware, row.invalid,
    )  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).digest()
