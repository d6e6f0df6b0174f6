"""Shows a number as flashes of a lamp, over and over; knows no fault and touches no hardware."""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Lamp

# Wall time. Long and short differ fourfold, for a person to tell them apart without a watch.
_LONG_MS, _SHORT_MS, _DARK_MS = const(800), const(200), const(300)
_BETWEEN_MS, _REST_MS = const(900), const(2500)  # after the long ones; after the last one
_WELL_MS, _WELL_DARK_MS = const(50), const(2950)


class Blinker:
    """`number`: so many tens are long flashes, so many ones short; 0 is a glimpse every three
    seconds. Whoever judges sets it; a round that has begun is shown to its end."""

    number = 0

    async def run(self, lamp: "Lamp") -> None:
        """For ever. Makes no object while it runs: rubbish of its own would stop the samplers."""
        nap = asyncio.sleep_ms
        while True:
            number = self.number
            if not number:
                lamp.show(True)
                await nap(_WELL_MS)
                lamp.show(False)
                await nap(_WELL_DARK_MS)
            while number:
                long = number >= 10
                lamp.show(True)
                await nap(_LONG_MS if long else _SHORT_MS)
                lamp.show(False)
                number -= 10 if long else 1
                await nap(_BETWEEN_MS if long and number < 10 else _DARK_MS)
                if not number:
                    await nap(_REST_MS)
