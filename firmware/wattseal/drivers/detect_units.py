"""Asks whether anybody answers to a unit on a line, and sets the line; decides no order.

Any whole reply counts, a refusal too: whoever refuses is there.
"""

from micropython import const

from wattseal.core import detect_lines, modbus
from wattseal.drivers import modbus_request
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_fault import BusFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import MeterSerial
    from wattseal.core.detect_lines import Line

# A gateway's own answer for a unit behind which there is none (V1.1b3, 7: 0A and 0B)
_NOBODY = ("exception 10", "exception 11")
_SCRAP_BYTES = const(32)
_MOST_READS = const(16)  # of a line that is never silent
_GAP_MS = const(100)  # the longest silence that a model needs (models' min_gap_ms)


class Probe:
    """The only user of `serial`. `bus`: its master, for whoever goes on from here.

    `line`: as set last, None before.
    """

    functions = (modbus.READ_HOLDING, modbus.READ_INPUT)

    def __init__(self, serial: "MeterSerial") -> None:
        self._serial = serial
        self.bus = ModbusBus(serial, gap_ms=_GAP_MS)
        self._scrap = memoryview(bytearray(_SCRAP_BYTES))
        self.line: Line | None = None

    def use(self, line: "Line") -> bool:
        """Set the line. False: it has no settings. OSError: it cannot be set like this."""
        self.line = line
        return self._serial.set_line(*line)

    async def ask(self, unit: int, function: int, patient: bool) -> str:
        """ "" for nobody, "answer", or what is wrong with what came. OSError: the line is gone.

        "stray" as well for an answer in haste before which another was heard: that one is late.
        """
        assert self.line
        bus = self.bus
        wait_ms = detect_lines.wait_ms(self.line, patient)
        strays = bus.counters["stray"]
        try:
            # No latency: a late reply is that of another unit, or of another function.
            await modbus_request.read(bus, unit, function, 0, 2, 0, wait_ms)
            outcome = "answer"
        except BusFault as fault:
            outcome = _meaning(fault)
        if bus.counters["stray"] != strays and not (patient and outcome == "answer"):
            return "stray"
        return outcome

    async def listen(self) -> bool:
        """Wait until no reply to what was asked can come any more; whether anything has come."""
        heard = 0
        while heard < _MOST_READS and await modbus_request.hear(
            self._serial, self._scrap, detect_lines.PATIENT_MS
        ):
            heard += 1
        return heard > 0


def _meaning(fault: BusFault) -> str:
    """As `Probe.ask` returns it. OSError."""
    if fault.reason == "line":
        raise OSError(5)  # EIO: nothing can be sent or heard any more
    if fault.timeout or fault.reason in _NOBODY:
        return ""
    return "answer" if fault.reason.startswith("exception") else fault.reason
