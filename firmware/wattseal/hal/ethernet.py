"""The wired interface below the sockets, on either chip; opens no socket."""

import asyncio
import errno

from micropython import const

from wattseal.hal import host_name

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable  # LAN and WIZNET5K have no class in common

_POLL_MS = const(250)
_RESET_AFTER_POLLS = const(3600)  # a quarter of an hour: to turn it on takes 0.4 s of a chip


class EthernetLink:
    """contracts.Link. `nic`: network.LAN or network.WIZNET5K; both ask DHCP once they are on.

    `answers`: whether its chip does, where a driver would wait for that without an end. Such a one
    is reset after a quarter of an hour without an address: it may have forgotten what it was told.
    """

    def __init__(self, nic: "Any", answers: "Callable[[], bool] | None" = None) -> None:
        self._nic = nic
        self._answers = answers
        self.refusals = 0

    def is_up(self) -> bool:
        # A WIZNET5K that is not active has nobody to ask: it stores what comes at address 0.
        return self._nic.active() and self._nic.isconnected()

    def name_server(self) -> str:
        return self._nic.ifconfig()[3]

    async def up(self) -> None:
        """Return once there is an address. Retries for ever; cancel it to stop."""
        polls = 0
        while not self.is_up():
            polls += 1
            try:
                if not self._nic.active():
                    self._turn_on()
                elif self._answers is not None and polls % _RESET_AFTER_POLLS == 0:
                    # A WIZNET5K leaves DHCP running: 256 times, and lwIP has lost a UDP socket.
                    self._nic.ipconfig(dhcp4=False)
                    self._nic.active(False)
            except OSError:
                self.refusals += 1  # no answer from the PHY: try again
            await asyncio.sleep_ms(_POLL_MS)

    def _turn_on(self) -> None:
        """OSError."""
        if self._answers is not None and not self._answers():
            raise OSError(errno.EIO)
        host_name.tell_own()
        self._nic.active(True)
