"""The link of a board whose network driver has refused: down in this life; opens no socket.

Imported late, once a driver has refused.
"""

import asyncio

from micropython import const

_LONG_MS = const(3600000)


class NoLink:
    """contracts.Link."""

    def is_up(self) -> bool:
        return False

    def name_server(self) -> str:
        return ""

    async def up(self) -> None:
        """Never returns; cancel it to stop."""
        while True:
            await asyncio.sleep_ms(_LONG_MS)
