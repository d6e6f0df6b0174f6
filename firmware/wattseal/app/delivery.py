"""Sends one message beside the bills and waits until the broker has it; keeps none."""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Protocol

    OnPuback = Callable[[int, Any], None]

    class Publisher(Protocol):
        on_puback: OnPuback

        @property
        def resting(self) -> bool: ...
        async def tell(
            self, name: bytes, text: bytes, qos: int = 0, tag: object = None
        ) -> bool: ...


_PUBACK_S = const(30)


class Delivery:
    """Hears each PUBACK from now on, in front of `publisher`, and passes on those of others."""

    def __init__(self, publisher: "Publisher", patience_s: float = _PUBACK_S) -> None:
        self._publisher = publisher
        self._patience_s = patience_s  # for one PUBACK
        self._others = publisher.on_puback
        self._tag: object = []  # of the newest message alone: a late PUBACK is of one before
        self._arrived = asyncio.Event()
        publisher.on_puback = self._on_puback

    async def deliver(self, name: bytes, text: bytes) -> bool:
        """True once the broker has it, on the device's topic `name`. What is billed goes first."""
        if not self._publisher.resting:
            return False
        self._tag = []  # another than any that was
        self._arrived.clear()
        if not await self._publisher.tell(name, text, 1, self._tag):
            return False
        try:
            await asyncio.wait_for(self._arrived.wait(), self._patience_s)
        except asyncio.TimeoutError:
            return False
        return True

    def _on_puback(self, pid: int, tag: "Any") -> None:
        if tag is self._tag:
            self._arrived.set()
        else:
            self._others(pid, tag)
