"""Which models a meter may be, from what it answered; asks nothing.

Sure is a model whose own code was read, where no other row has that code. All else is "could be":
a person must say which one it is. A code that no row has may be a newer variant's of any of them.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.models import Model
    from wattseal.core.reading import Identity, Reading

NO = const(0)
MAYBE = const(1)
SURE = const(2)
UNLISTED = const(3)  # its code register tells a code, and none of its own

_LEAST_MV = const(80000)
_MOST_MV = const(300000)
_LEAST_MHZ = const(45000)
_MOST_MHZ = const(65000)


class Found:
    """One meter, as far as it is known. `models`: keys of what it may be; one and `sure`: it is.

    `problems`: sentences, each of which forbids to take it.
    """

    def __init__(self, unit: int) -> None:
        self.unit = unit
        self.models: list[str] = []
        self.sure = False
        self.code = ""
        self.identity: Identity | None = None
        self.reading: Reading | None = None
        self.voltage_mv: int | None = None
        self.frequency_mhz: int | None = None
        self.problems: list[str] = []

    def model(self, configured: str = "") -> str:
        """The model to write down, "" for none: a sure one, or what a person has configured where
        that is one that it could be."""
        if self.problems:
            return ""
        if self.sure:
            return self.models[0]
        return configured if configured in self.models else ""

    def facts(self) -> "dict[str, object]":
        """What is known of it, for whoever shows it."""
        return {
            "unit": self.unit, "models": self.models, "sure": self.sure, "code": self.code,
            "serial": self.identity.serial if self.identity else "",
            "firmware": self.identity.firmware if self.identity else "",
            "energy_wh": self.reading.energy_wh if self.reading else None,
            "power_w": self.reading.power_w if self.reading else None,
            "voltage_mv": self.voltage_mv, "frequency_mhz": self.frequency_mhz,
            "problems": self.problems,
        }  # fmt: skip


def weigh(row: "Model", told: str) -> int:
    """What the answer of a row's code register says of the row; "" is none."""
    if row.code is None:
        return MAYBE
    if told in ("", "0"):
        return NO
    if row.codes:
        return SURE if told in [str(code) for code in row.codes] else UNLISTED
    if row.code[2] == "text" and row.model.upper() in told.upper():
        return SURE
    return MAYBE


def names(row: "Model", objects: "dict[int, bytes]") -> bool:
    """Whether a device identification (function 43/14: 0 vendor, 1 product) is this model's."""
    vendor = row.vendor.split()[0].upper().encode()
    product = row.model.upper().encode()
    return vendor in objects.get(0, b"").upper() and product in objects.get(1, b"").upper()


def mains_problems(voltage_mv: "int | None", frequency_mhz: "int | None") -> "list[str]":
    """What is wrong with them, in plain words; None: the model does not show it."""
    found: list[str] = []
    if voltage_mv is not None and not _LEAST_MV < voltage_mv < _MOST_MV:
        found.append("its voltage reads %s, not 80 to 300 V" % _unit(voltage_mv, "V"))
    if frequency_mhz is not None and not _LEAST_MHZ < frequency_mhz < _MOST_MHZ:
        found.append("its frequency reads %s, not 45 to 65 Hz" % _unit(frequency_mhz, "Hz"))
    return found


def _unit(milli: int, unit: str) -> str:
    sign = "-" if milli < 0 else ""
    return "%s%d.%d %s" % (sign, abs(milli) // 1000, abs(milli) % 1000 // 100, unit)


def sentence(found: Found) -> str:
    """One line about it, for a person."""
    after = ""
    if found.problems:
        what = "not accepted: " + "; ".join(found.problems)
    elif found.sure:
        what = found.models[0]
    else:
        what = "could be " + " or ".join(found.models)
        after = "; say which in connectors[].meter"
    serial = found.identity.serial if found.identity else ""
    return "unit %d: %s%s%s" % (found.unit, what, serial and ", serial number " + serial, after)
