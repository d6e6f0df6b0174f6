"""The Wi-Fi station below the sockets, on either chip; opens no socket.

One task owns it. The order of the steps is what keeps a join from failing: a station that is
still leaving answers `connect` with an internal error (micropython issues 7139 and 17661).
"""

import asyncio

from micropython import const

from wattseal.hal import host_name

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from network import WLAN

_SETTLE_MS = const(1000)  # between leaving and joining (as mqtt_as does)
_JOIN_MS = const(15000)  # join and DHCP
_POLL_MS = const(100)
_FIRST_PAUSE_MS = const(1000)
_LONGEST_PAUSE_MS = const(60000)
_JOINS_PER_POWER_CYCLE = const(5)


class WifiLink:
    """contracts.Link. `wlan`: a station interface; `settings`: what its `config` is given."""

    def __init__(self, wlan: "WLAN", ssid: str, password: str, settings: "dict[str, Any]") -> None:
        self._wlan = wlan
        self._ssid = ssid
        self._password = password
        self._settings = settings
        self.failed_joins = 0

    def is_up(self) -> bool:
        return self._wlan.isconnected()

    def name_server(self) -> str:
        return self._wlan.ifconfig()[3]

    async def up(self) -> None:
        """Return once there is an address. Retries for ever; cancel it to stop."""
        pause_ms = _FIRST_PAUSE_MS
        failures = 0
        while not self.is_up() and not await self._join():
            self.failed_joins += 1
            failures += 1
            if failures % _JOINS_PER_POWER_CYCLE == 0:
                self._power_off()
            await asyncio.sleep_ms(pause_ms)
            pause_ms = min(2 * pause_ms, _LONGEST_PAUSE_MS)

    def _power_off(self) -> None:
        self._wlan.active(False)
        # An RP2040's radio has only left the network then, and keeps its power.
        deinit = getattr(self._wlan, "deinit", None)
        if deinit is not None:
            deinit()

    async def _join(self) -> bool:
        wlan = self._wlan
        try:
            if not wlan.active():
                host_name.tell_own()
                wlan.active(True)
                await asyncio.sleep_ms(0)  # a radio that hangs takes seconds for each of these
                wlan.config(**self._settings)
                await asyncio.sleep_ms(0)
            wlan.disconnect()
            await asyncio.sleep_ms(_SETTLE_MS)
            wlan.connect(self._ssid, self._password or None)
        except (OSError, RuntimeError):  # an ESP32's driver raises both (its network_common.c)
            self._power_off()  # a radio that has not started says it is on
            return False  # the driver refuses for now; counted by the caller
        for _ in range(_JOIN_MS // _POLL_MS):
            if wlan.isconnected():
                return True
            await asyncio.sleep_ms(_POLL_MS)
        return False
