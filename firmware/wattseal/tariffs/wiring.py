"""Gives the firmware the tariff that its configuration names; imported late, and dropped.

It is loaded before the firmware is wired, for that leaves no room for all that loading takes.
"""

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.prices import Prices
    from wattseal.assembly import Firmware

# What the firmware takes itself once it is wired, a tariff, and the price of a record.
_LEAST_FREE_BYTES = const(73728)
_NO_ROOM = (
    "tariff: this image has no room for one (%d bytes of heap free, %d needed); sessions have no"
    " price; install the frozen image"
)


def loaded(
    folder: str, name: str, counts: "dict[str, int]", log: "Callable[[str], None]"
) -> "Callable[[Firmware], None] | None":
    """What wires the firmware; None where no room would be left to meter with. ConfigError.
    `counts`: as for drivers.accepted."""
    late.drop("wattseal.tariffs.wiring")
    if not late.has_room(_LEAST_FREE_BYTES, _NO_ROOM, log):
        return None
    prices = _prices(folder, name, counts, log)
    return lambda firmware: _wire(firmware, prices)


def _prices(
    folder: str, name: str, counts: "dict[str, int]", log: "Callable[[str], None]"
) -> "Prices":
    """What stays comes first, and lies low; then what is dropped."""
    from wattseal.app.prices import Prices  # imported late: there may be no room
    from wattseal.core.pricing import zone  # noqa: F401
    from wattseal.core.pricing import tariff_text  # isort: skip
    from wattseal.drivers import accepted, tariff_file

    path = folder + "/" + name
    tariff = accepted.load(path, lambda path: tariff_file.load(folder, name), counts, log)
    made = Prices(tariff, tariff_text.heading(tariff))
    late.drop(
        "wattseal.core.pricing.loading",
        "wattseal.core.pricing.json_text",
        "wattseal.core.pricing.tariff_rules",
        "wattseal.core.pricing.tariff_text",
        "wattseal.core.pricing.zone_rule",
        "wattseal.drivers.tariff_file",
        "wattseal.drivers.accepted",
    )
    return made


def _wire(firmware: "Firmware", prices: "Prices") -> None:
    """From now on sessions have a price."""
    device_id = firmware.signer.device_id
    for connector in firmware.connectors:
        connector.new_session = prices.begin
    firmware.recorder.cost = prices.cost
    firmware.live.currency, firmware.live.costs = prices.currency, prices.told
    firmware.greeting.discovery = lambda: prices.retained(device_id)
