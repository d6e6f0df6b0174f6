"""A byte stream over a serial line to a gateway that has the network; knows no MQTT.

For a board without a network of its own. A break opens a connection: the gateway ends the one
before, connects to its broker anew, and from then on passes bytes both ways. The gateway's end of
a connection is a break too; it arrives here as a zero byte, and that is no MQTT packet. The line
is short and in the charger's own case; what it damages, the records' signatures show.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Uplink

_WAIT_MS = const(10000)
_QUIET_MS = const(50)  # nothing of the connection before is on its way any more
_STALE_BYTES = const(4096)  # a line that babbles must not keep us from trying


class SerialStream:
    """Satisfies drivers.mqtt_link's Stream; one at a time on a line."""

    def __init__(self, line: "Uplink") -> None:
        self._line = line

    async def read_into(self, view: memoryview) -> int:
        """Wait for data, however long it takes; how many bytes came."""
        while True:
            count = await self._line.read_into(view, _WAIT_MS)
            if count:
                return count

    async def write(self, data: "bytes | memoryview") -> None:
        await self._line.write(data)

    def close(self) -> None:
        """The next opening's break ends it."""


async def open_serial(line: "Uplink") -> SerialStream:
    """Open a connection through the gateway; that it did, only the broker's answer tells."""
    await line.send_break()
    scrap = memoryview(bytearray(64))
    left = _STALE_BYTES
    while left > 0:
        count = await line.read_into(scrap, _QUIET_MS)
        if not count:
            break
        left -= count
    return SerialStream(line)
