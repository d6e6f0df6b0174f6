"""The tariff that the configuration names, from its file; whatever is wrong is one sentence.

Imported late, and dropped.
"""

import errno

from micropython import const

from wattseal.core.pricing import loading
from wattseal.core.pricing.tariff import TariffError
from wattseal.core.settings import ConfigError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.pricing.tariff import Tariff

MOST_LINES = const(24)  # of a price, each with a rate of its own: with those a record has 5.7 KB


def load(folder: str, name: str) -> "Tariff":
    """ConfigError."""
    path = folder + "/" + name
    try:
        with open(path, "rb") as file:
            text = file.read(loading.MOST_BYTES + 1)
    except OSError as fault:
        if fault.errno == errno.EIO:
            raise  # the flash, not the configuration: the start is tried again
        why = "tariff: %s cannot be read (error %s); put the file there or leave the key out"
        raise ConfigError([why % (path, fault.errno)])
    try:
        tariff = loading.load(text)
        _recordable(tariff)
    except TariffError as fault:
        raise ConfigError(["tariff: %s is refused: %s" % (path, fault)])
    return tariff


def _recordable(tariff: "Tariff") -> None:
    """TariffError for what no record of this device can show, or be priced by."""
    if "|" in tariff.values.get("text", ""):
        raise TariffError("text: | ends a part of a record; use another character")
    if sum([len(element["pc"]) for element in tariff.elements]) > MOST_LINES:
        raise TariffError("el: more than %d prices, for which no record has room" % MOST_LINES)
    for number, element in enumerate(tariff.elements):
        restrictions = element.get("re", {})
        if "a0" in restrictions or "a1" in restrictions:
            raise TariffError("el[%d].re: no record tells the current; restrict power" % number)
