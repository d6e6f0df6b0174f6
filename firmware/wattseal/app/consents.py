"""What the driver of each open session agreed to beyond billing; off until said, keeps no history.

Billing rests on the contract and asks for nothing. A consent is of one session, named by its id,
so that none ever counts for the next driver; what a power cut takes counts as withdrawn.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Sequence

    from wattseal.app.connector import Connector
    from wattseal.core.session import Session

STATISTICS, SHARING = const(0), const(1)
_NONE = (False, False)


class Consents:
    """`policy`: the version of the privacy policy that drivers are shown."""

    def __init__(self, connectors: "Sequence[Connector]", policy: int) -> None:
        self._connectors = connectors
        self.policy = policy
        self._given: dict[int, tuple[str, tuple[bool, bool]]] = {}

    def say(self, connector: int, session_id: str, statistics: bool, sharing: bool) -> bool:
        """Counts from now on, also when it takes back what was given; False without such a
        session."""
        session = self._session(connector)
        if session is None or session.session_id != session_id:
            return False
        self._given[connector] = session_id, (statistics, sharing)
        return True

    def to_statistics(self, connector: int) -> bool:
        """Whether what is measured at the connector now may be counted."""
        return self._of(self._session(connector))[STATISTICS]

    def purposes(self, session: "Session") -> "dict[str, Any]":
        """The record's UP: the basis of billing, consent to statistics and to sharing, policy."""
        given = self._of(session)
        return {
            "b": "contract", "s": int(given[STATISTICS]), "x": int(given[SHARING]),
            "v": self.policy,
        }  # fmt: skip

    def _session(self, connector: int) -> "Session | None":
        for place in self._connectors:
            if place.id == connector:
                return place.session
        return None

    def _of(self, session: "Session | None") -> "tuple[bool, bool]":
        if session is None:
            return _NONE
        session_id, given = self._given.get(session.connector, ("", _NONE))
        return given if session_id == session.session_id else _NONE
