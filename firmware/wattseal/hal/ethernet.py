"""The wired interface below the sockets, on either chip; opens no socket."""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any  # LAN and WIZNET5K have no class in common

_POLL_MS = const(250)


class EthernetLink:
    """contracts.Link. `nic`: network.LAN or network.WIZNET5K; both ask DHCP once they are on."""

    def __init__(self, nic: "Any") -> None:
        self._nic = nic
        self.refusals = 0

    def is_up(self) -> bool:
        return self._nic.isconnected()

    async def up(self) -> None:
        """Return once there is an address. Retries for ever; cancel it to stop."""
        while not self.is_up():
            try:
                if not self._nic.active():
                    self._nic.active(True)
            except OSError:
                self.refusals += 1  # no answer from the PHY: try again
            await asyncio.sleep_ms(_POLL_MS)
