"""An S0 output as a meter model, of what the configuration says of it; keeps nothing."""

from micropython import const

from wattseal.core.models import Model
from wattseal.core.pulses import KWH_MWH
from wattseal.core.registers import BIG

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.settings import Connector

KEY = "s0"


def model(row: "Connector") -> Model:
    """The record tells impulse constant and shortest pulse (`MM`); its hash covers both."""
    name = "S0 %d imp/kWh, %d ms" % (row.imp_per_kwh, row.pulse_ms)
    count = (0, 0, "u32", BIG, KWH_MWH, row.imp_per_kwh)
    return Model(KEY, "", name, (count,), (), 0)
