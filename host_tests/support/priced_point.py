"""A charge point whose sessions have a price: `tariff_text` may change between two boots.

From source it needs more heap than a small board has: for tests in host_tests/assembly."""

import json

from charge_point import ChargePoint, ocmf_of
from fakes import FakeClock
from four_elements import TEXT

from wattseal.app.prices import Prices
from wattseal.core import ocmf
from wattseal.core.entry import Entry
from wattseal.core.pricing import record_cost, tariff_text
from wattseal.core.pricing.json_text import write
from wattseal.core.pricing.loading import load

NIGHT_S = 1795035600  # 2026-11-18 22:00 in Zurich


class PricedPoint(ChargePoint):
    """`at_s`: UTC when it is switched on."""

    def __init__(self, at_s=NIGHT_S - 60, text=TEXT):
        super().__init__()
        self.clock = FakeClock(1000 * at_s)
        for meter in self.meters:
            meter.clock = self.clock
        self.tariff_text = text  # None: no tariff is configured any more

    def boot(self):
        super().boot()
        if self.tariff_text is None:
            return
        tariff = load(self.tariff_text)
        prices = Prices(tariff, tariff_text.heading(tariff))
        self.recorder.cost = prices.cost
        for connector in self.connectors:
            connector.new_session = prices.begin

    def payload(self, place=-1):
        return ocmf_of(self.records()[place])


def entries_of(payload):
    return [
        Entry(*ocmf.parse_time(row["TM"]), row["TX"], row.get("RV"), row["EF"], row["ST"])
        for row in payload["RD"]
    ]


def computed_anew(payload, text=TEXT):
    """The canonical XC, from the tariff and what the record says beside it."""
    out = bytearray()
    write(record_cost.of(load(text), entries_of(payload), payload["XS"]), out.extend)
    return json.loads(bytes(out))
