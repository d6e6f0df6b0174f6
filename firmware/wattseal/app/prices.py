"""The device's tariff: sessions begin with it, and are priced by it once they end; reads no file.

A session's tariff is frozen, for a new one takes a restart. What began under another one, before a
power cut, is not priced by this one: its record says that the tariff is gone, and costs nothing.
What cannot be priced for any other reason has a record all the same, which says so.
"""

import asyncio

from micropython import const

from wattseal import late
from wattseal.app.recorder import TARIFF_GONE
from wattseal.core.pricing.priced_session import PricedSession
from wattseal.core.session import Session

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Iterator

    from wattseal.core.pricing.tariff import Tariff
    from wattseal.core.reading import Reading

_NOT_PRICED = "not_priced"
# Also what loading a module from a flash that has gone bad may raise.
_NO_PRICE = (
    MemoryError, ImportError, OSError, SyntaxError, ValueError, LookupError, TypeError,
    AttributeError, RuntimeError,
)  # fmt: skip
_LATE = (  # each behind those that it imports
    "wattseal.core.pricing.rounding",
    "wattseal.core.pricing.matching",
    "wattseal.core.pricing.cheapest",
    "wattseal.core.pricing.cost",
    "wattseal.core.pricing.session_price",
    "wattseal.core.pricing.record_cost",
)


class Prices:
    """`text`: what a record says of the tariff, with the first digits of its hash."""

    def __init__(self, tariff: "Tariff", text: str) -> None:
        self._tariff = tariff
        self._text = text
        self.currency: str = tariff.values["cur"]
        self.told: dict[int, str] = {}  # by connector: what its last session came to, as a decimal

    def begin(self, session_id: str, connector: int, reading: "Reading") -> Session:
        """In the place of Session. Without a valid tariff it knows no boundary."""
        self.told.pop(connector, None)  # what is told is of the last session, or nothing
        if self._tariff.is_valid_at(reading.utc_ms // 1000):
            return PricedSession(self._tariff, self._text, session_id, connector, reading)
        session = Session(session_id, connector, reading)
        session.tariff_text = self._text
        return session

    async def cost(self, session: Session) -> "dict[str, Any]":
        """The record's XC of a session that has ended. One at a time."""
        if session.tariff_text != self._text:
            return {"flags": [TARIFF_GONE]}
        try:
            return await self._computed(session)
        except _NO_PRICE:  # the record matters more than its price
            return {"flags": [_NOT_PRICED]}
        finally:
            late.drop(*_LATE)

    async def _computed(self, session: Session) -> "dict[str, Any]":
        for name in _LATE:  # imported late, and dropped, for a session ends seldom; one by one,
            __import__(name)  # for from files each takes a small board 20 ms
            await asyncio.sleep(0)
        from wattseal.core.pricing import record_cost
        from wattseal.core.pricing.session_price import PricingError

        steps = record_cost.steps(self._tariff, session.entries, session.segments)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                return self._told(session.connector, done.value)
            except PricingError:
                return {"flags": [_NOT_PRICED]}
            await asyncio.sleep(0)

    def _told(self, connector: int, cost: "dict[str, Any]") -> "dict[str, Any]":
        if "pay" in cost:
            self.told[connector] = _decimal(cost["pay"])
        return cost

    def retained(self, device_id: str) -> "Iterator[tuple[bytes, bytes]]":
        """(topic, canonical form): whoever has the record can find the tariff by its hash."""
        from wattseal.core.pricing import json_text  # imported late: once in a connection

        text = bytearray()
        json_text.write(self._tariff.values, text.extend)
        late.drop("wattseal.core.pricing.json_text")
        topic = "wattseal/v1/%s/tariff/%s" % (device_id, self._tariff.identity)
        text = bytes(text)  # and no second copy while a connection takes its time
        yield topic.encode(), text


def _decimal(e4: int) -> str:
    return "%s%d.%04d" % ("-" if e4 < 0 else "", abs(e4) // 10000, abs(e4) % 10000)
