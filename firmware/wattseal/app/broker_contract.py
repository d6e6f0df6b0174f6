"""What the publisher needs of a session with a broker; holds no code that runs.

Imported under TYPE_CHECKING only.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Protocol

    class BrokerSession(Protocol):
        @property
        def connected(self) -> bool: ...
        @property
        def in_flight(self) -> int: ...

        async def connect(self) -> None: ...

        async def run(self) -> None: ...

        def close(self) -> None: ...

        async def publish(
            self, topic: bytes, payload: bytes, qos: int = 0, retain: bool = False, *,
            tag: object = None,
        ) -> int: ...  # fmt: skip

        async def subscribe(self, topic: bytes) -> int: ...
