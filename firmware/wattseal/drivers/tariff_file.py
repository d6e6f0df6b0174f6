"""The tariff that the configuration names, from its file; whatever is wrong is one sentence.

Imported late, and dropped.
"""

from micropython import const

from wattseal.core.pricing import loading
from wattseal.core.pricing.tariff import TariffError
from wattseal.core.settings import ConfigError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.pricing.tariff import Tariff


def load(folder: str, name: str) -> "Tariff":
    """ConfigError."""
    path = folder + "/" + name
    try:
        with open(path, "rb") as file:
            text = file.read(loading.MOST_BYTES + 1)
    except OSError as fault:
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
    for number, element in enumerate(tariff.elements):
        restrictions = element.get("re", {})
        if "a0" in restrictions or "a1" in restrictions:
            raise TariffError("el[%d].re: no record tells the current; restrict power" % number)
