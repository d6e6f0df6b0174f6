"""A network interface that could not be made at the start: down, and made later; opens no socket.

Imported late, once a driver has refused.
"""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.contracts import Link

_FIRST_PAUSE_S = const(60)
_TRIES = const(6)  # in half an hour: a driver may keep heap of each


class LateLink:
    """contracts.Link. `make`: makes the link, or raises OSError; counted in `refusals`."""

    def __init__(self, make: "Callable[[], Link]") -> None:
        self._make = make
        self._link: Link | None = None
        self.refusals = 1

    def is_up(self) -> bool:
        return self._link is not None and self._link.is_up()

    def name_server(self) -> str:
        server = self._link.name_server if self._link else None
        return server() if server else ""

    async def up(self) -> None:
        """Return once there is an address. Cancel it to stop."""
        pause_s = _FIRST_PAUSE_S
        while self._link is None:
            await asyncio.sleep_ms(1000 * pause_s)
            if self.refusals < _TRIES:
                pause_s *= 2
                try:
                    self._link = self._make()
                except OSError:
                    self.refusals += 1
        await self._link.up()
