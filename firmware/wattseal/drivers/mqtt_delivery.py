"""Requests that wait for the broker: QoS 1 messages for room, a subscription for its answer.

Knows packet ids and events, not packets; sends nothing itself.
"""

import asyncio

from micropython import const

from .mqtt_link import MqttError
from .mqtt_window import SendWindow

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable

_REFUSED = 0x80  # SUBACK, MQTT 3.1.1 clause 3.9.3


class Deliveries:
    """QoS 1 messages in flight. `on_puback(pid, tag)` is told of each one acknowledged."""

    def __init__(self, window: SendWindow, on_puback: "Callable[[int, Any], None] | None") -> None:
        self._window = window
        self._on_puback = on_puback
        self._room = asyncio.Event()
        self._turn = asyncio.Lock()

    async def admit(self, size: int, tag: object, require_open: "Callable[[], None]") -> int:
        """A packet id once `size` bytes fit; `require_open` raises when waiting is in vain."""
        async with self._turn:  # or what is short would take a long message's room for ever
            while True:
                require_open()
                pid = self._window.take(size, tag)
                if pid:
                    return pid
                self._room.clear()
                await self._room.wait()

    def withdraw(self, pid: int) -> None:
        """The message was not sent after all."""
        if self._window.holds(pid):
            self._window.release(pid)
            self.wake()

    def puback(self, pid: int) -> bool:
        """Free the window and report; False when no such message is in flight."""
        if not self._window.holds(pid):
            return False
        tag = self._window.release(pid)
        self.wake()
        if self._on_puback is not None:
            self._on_puback(pid, tag)
        return True

    def wake(self) -> None:
        """There may be room now, or no hope of it."""
        self._room.set()


class Subscribing:
    """One SUBSCRIBE at a time."""

    def __init__(self, window: SendWindow, timeout_ms: int) -> None:
        self._window = window
        self._timeout_ms = timeout_ms
        self._lock = asyncio.Lock()
        self._answered = asyncio.Event()
        self._granted = _REFUSED

    async def request(
        self, send: "Callable[..., Awaitable[None]]", encode: "Callable[..., memoryview]",
        topic: bytes, qos: int,
    ) -> int:  # fmt: skip
        """Await `send(encode, topic, pid, qos)`, then the QoS granted. MqttError without one."""
        async with self._lock:
            self._granted = _REFUSED
            self._answered.clear()
            try:
                await send(encode, topic, self._window.reserve(), qos)
                await asyncio.wait_for(self._answered.wait(), self._timeout_ms / 1000)
            except asyncio.TimeoutError:
                raise MqttError("the broker did not answer a subscription")
            finally:
                self._window.unreserve()
            if self._granted == _REFUSED:
                raise MqttError("the broker refused the subscription to %r" % topic)
            return self._granted

    def suback(self, pid: int, code: int) -> bool:
        """Note the answer; False when it answers nothing."""
        if not self._window.is_reserved(pid):
            return False
        self._window.unreserve()
        self._granted = code
        self._answered.set()
        return True

    def wake(self) -> None:
        """No answer will come."""
        self._answered.set()
