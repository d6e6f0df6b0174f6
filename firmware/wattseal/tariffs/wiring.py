"""Gives the wired firmware the tariff that its configuration names; imported late, and dropped."""

from micropython import const

from wattseal import late
from wattseal.app.prices import Prices
from wattseal.core.pricing import tariff_text
from wattseal.drivers import tariff_file

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware


def wire(firmware: "Firmware") -> None:
    """From now on sessions have a price. ConfigError."""
    tariff = tariff_file.load(firmware.board.data_dir, firmware.config.tariff)
    prices = Prices(tariff, tariff_text.heading(tariff))
    device_id = firmware.signer.device_id
    for connector in firmware.connectors:
        connector.new_session = prices.begin
    firmware.recorder.cost = prices.cost
    firmware.live.currency, firmware.live.costs = tariff.values["cur"], prices.told
    firmware.greeting.discovery = lambda: prices.retained(device_id)
    late.drop(
        "wattseal.core.pricing.loading",
        "wattseal.core.pricing.json_text",
        "wattseal.core.pricing.tariff_rules",
        "wattseal.core.pricing.tariff_text",
        "wattseal.core.pricing.zone_rule",
        "wattseal.drivers.tariff_file",
    )
