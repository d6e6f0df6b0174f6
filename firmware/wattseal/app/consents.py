"""What the driver of each open session agreed to beyond billing; off until said, keeps no history.

Billing rests on the contract and asks for nothing. A consent is of one session, named by its id,
so that none ever counts for the next driver; what a power cut takes counts as withdrawn.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Sequence

    from wattseal.app.connector import Connector
    from wattseal.contracts import Audit
    from wattseal.core.session import Session


class _Given:
    """What the driver of one session has agreed to. `here`: at the charger, and not by command."""

    def __init__(self, session_id: str, statistics: bool, sharing: bool, here: bool) -> None:
        self.session_id = session_id
        self.statistics = statistics
        self.sharing = sharing
        self.here = here
        self.signed = False  # its closing record or its stay counts it: too late for another word

    def told(self) -> str:
        return "s%dx%d" % (self.statistics, self.sharing)


class Consents:
    """`policy`: the version of the privacy policy that drivers are shown. `at_charger(connector)`:
    whether the driver agrees to statistics there; what `say` is told comes before that."""

    def __init__(
        self, connectors: "Sequence[Connector]", policy: int,
        at_charger: "Callable[[int], bool] | None" = None,
    ) -> None:  # fmt: skip
        self._connectors = connectors
        self._at_charger = at_charger or _never
        self.policy = policy
        self.audit: Audit | None = None
        self._given: dict[int, _Given] = {}

    def say(self, connector: int, session_id: str, statistics: bool, sharing: bool) -> bool:
        """Counts from now on, also when it takes back what was given; False without such a
        session, and once its stay is counted or its closing record made."""
        session = self._session(connector)
        if session is None or session.session_id != session_id or self._of(session).signed:
            return False
        given = _Given(session_id, statistics, sharing, False)
        self._note(given, self._of(session).told(), "command")
        self._given[connector] = given
        return True

    def to_statistics(self, connector: int, ends: bool = False) -> bool:
        """Whether what is measured at the connector now may be counted; asked at each sample.
        `ends`: the stay there has ended; its closing record then says the same."""
        if ends and connector in self._given:
            self._given[connector].signed = True
            return self._given[connector].statistics
        session = self._session(connector)
        if session is None:
            return False
        given = self._of(session)
        if given.here and not self._at_charger(connector):
            before = given.told()
            given.statistics = False  # taken back, and for good
            self._note(given, before, "charger")
        return given.statistics

    def purposes(self, session: "Session", begins: bool) -> "dict[str, Any]":
        """The record's UP: the basis of billing, consent to statistics and to sharing, policy.
        `begins`: of the begin record: the charger is asked then, and never later."""
        if begins:
            agreed = self._at_charger(session.connector)
            self._given[session.connector] = _Given(session.session_id, agreed, False, True)
            self._note(self._given[session.connector], "s0x0", "charger")
        given = self._of(session)
        if not begins:
            given.signed = True
            self._given[session.connector] = given
        return {
            "b": "contract", "s": int(given.statistics), "x": int(given.sharing),
            "v": self.policy,
        }  # fmt: skip

    def _note(self, given: "_Given", before: str, who: str) -> None:
        if self.audit and given.told() != before:
            self.audit.note("consent", given.session_id, before, given.told(), who)

    def _session(self, connector: int) -> "Session | None":
        for place in self._connectors:
            if place.id == connector:
                return place.session
        return None

    def _of(self, session: "Session") -> _Given:
        given = self._given.get(session.connector)
        if given is None or given.session_id != session.session_id:
            return _Given(session.session_id, False, False, False)
        return given


def _never(connector: int) -> bool:
    """Where nobody can be asked."""
    return False
