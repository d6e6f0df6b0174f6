"""What each verb of a signed command does, one row a verb; judges no signature and no counter.

A function is given what the verbs act on, the command, and its own values in the order of its
rows. It returns what there is to say, or raises CommandError or OSError. It must not wait;
what has to gives a coroutine of that.
"""

from micropython import const

from wattseal.core.clock_state import BUILT_UTC_S
from wattseal.core.command import CommandError
from wattseal.core.settings import ConfigError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Coroutine, Protocol, Sequence

    from wattseal.clock_contract import SettableClock
    from wattseal.contracts import Controls
    from wattseal.core.command import Command, Row

    class Place(Protocol):
        """app.connector.Connector."""

        id: int
        idle: bool

    class Reach(Protocol):
        """What the verbs act on."""

        connectors: Sequence[Place]
        controls: "Controls | None"
        clock: SettableClock

        def resend(self, first: int, last: int) -> bool: ...
        def raise_floor(self, utc_s: int) -> None: ...  # it is past; kept for TLS
        def lower_floor(self, utc_s: int) -> None:
            """What was taken for past was not; for good. OSError."""

        def note(self, command: Command, result: str) -> None:
            """That it came and what became of it, for who audits."""

        def save(self, text: bytes) -> None:
            """A configuration, for the next start. ConfigError, OSError."""

        def save_tariff(self, at: int, part: bytes, identity: str) -> None:
            """A part of a tariff, for the next start. ConfigError, OSError."""
            ...

        def consent(
            self, connector: int, session: str, statistics: bool, sharing: bool, policy: int
        ) -> None:
            """From now on, for this session. CommandError."""
            ...

        def export(self, after: int) -> "Coroutine[Any, Any, str]":
            """Sends the audit log. CommandError, OSError."""
            ...

        def update(self, kind: str, size: int, digest: str) -> "Coroutine[Any, Any, str]":
            """Fetches a package, from now on. CommandError, OSError."""
            ...

        def erase(self, session: str) -> "Coroutine[Any, Any, str]":
            """Destroys the key of its identification. CommandError."""
            ...

        def correct(self, number: int, reason: str) -> "Coroutine[Any, Any, str]":
            """Takes a bill back. CommandError, OSError."""
            ...


_NEVER = (
    "this time cannot be: it is before one that is known to be past; was that wrong, time_back"
)
_IN_USE = "connector %d is in use; draw its plug first"


def _start(reach: "Reach", command: "Command", connector: int) -> str:
    """As a card would. What identifies is the command's id, which tells of no person."""
    place, controls = _place(reach, connector)
    if not place.idle:
        raise CommandError(_IN_USE % connector)
    # OCMF: an identification by a central system, TRUSTED for it was authorised there
    controls.present(connector, "CENTRAL", "TRUSTED", command.id)
    return "presented at connector %d; a session begins once a car is plugged in" % connector


def _stop(reach: "Reach", command: "Command", connector: int) -> str:
    place, controls = _place(reach, connector)
    if place.idle:
        raise CommandError("connector %d has no session" % connector)
    controls.request_stop(connector, "R")
    return "stop asked for at connector %d" % connector


def _set_time(reach: "Reach", command: "Command", utc_s: int) -> str:
    """Informative from then on. No step while something is open, none below the floor."""
    _all_idle(reach)
    if reach.clock.state() == "S":
        raise CommandError("the clock is synchronised already")
    if not reach.clock.is_possible(1000 * utc_s):
        raise CommandError(_NEVER)
    reach.raise_floor(utc_s)  # first: where there is no memory for it nothing has happened
    reach.clock.set_utc_ms(1000 * utc_s, False)
    return "the clock is set, and informative"


def _set_back(reach: "Reach", command: "Command", utc_s: int) -> str:
    """As `time`, below the floor as well, which sinks; and a clock that was synchronised, for its
    server was wrong. A verb of its own: no `time` that was held back can lower a floor."""
    _all_idle(reach)
    if utc_s < BUILT_UTC_S:
        raise CommandError("this time cannot be: it is before this firmware was made")
    reach.lower_floor(utc_s)
    if not reach.clock.is_possible(1000 * utc_s):
        raise CommandError("this time cannot be: it is a lifetime from now")
    reach.raise_floor(utc_s)
    reach.clock.set_utc_ms(1000 * utc_s, False)
    return "the clock is set back, and informative"


def _resend(reach: "Reach", command: "Command", first: int, last: int) -> str:
    if not reach.resend(first, last):
        raise CommandError("there are no such records")
    return "sending from T%d" % first


def _configure(reach: "Reach", command: "Command") -> str:
    _all_idle(reach)
    try:
        reach.save(command.body or b"")
    except ConfigError as fault:
        raise CommandError(str(fault))
    return "kept; it takes effect at the next start"


def _tariff(reach: "Reach", command: "Command", at: int, identity: str) -> str:
    """One part of it. What is open could not be priced after a restart."""
    _all_idle(reach)
    last = identity != _NOT_YET
    try:
        reach.save_tariff(at, command.body or b"", identity if last else "")
    except ConfigError as fault:
        raise CommandError(str(fault))
    if not last:
        return "kept so far"
    return "kept; restart it soon: until then a session that a power cut ends costs nothing"


def _correct(
    reach: "Reach", command: "Command", number: int, reason: str
) -> "Coroutine[Any, Any, str]":
    return reach.correct(number, reason)


def _export(reach: "Reach", command: "Command", after: int) -> "Coroutine[Any, Any, str]":
    return reach.export(after)


def _consent(
    reach: "Reach", command: "Command", connector: int, session: str, statistics: int,
    sharing: int, policy: int,
) -> str:  # fmt: skip
    reach.consent(connector, session, statistics == 1, sharing == 1, policy)
    no_yes = ("no", "yes")
    told = connector, no_yes[statistics], no_yes[sharing]
    return "connector %d: statistics %s, sharing %s" % told


def _erase(reach: "Reach", command: "Command", session: str) -> "Coroutine[Any, Any, str]":
    return reach.erase(session)


def _update(
    reach: "Reach", command: "Command", kind: str, size: int, digest: str
) -> "Coroutine[Any, Any, str]":
    return reach.update(kind, size, digest)


_NOT_YET = "-"  # the hash of a tariff comes with its last part
_CONNECTOR = (("connector", "int", 1, 99),)
_CONSENT = _CONNECTOR + (  # noqa: RUF005 - MicroPython has no starred items in a tuple
    ("session", "str", 1, 16),
    ("statistics", "int", 0, 1),
    ("sharing", "int", 0, 1),
    ("policy", "int", 1, 65535),
)
_NUMBER = const(4294967295)  # the journal numbers with 32 bits
_PACKAGE = (("kind", "str", 1, 8), ("size", "int", 1, _NUMBER), ("hash", "str", 64, 64))
# verb: (the rows of its keys, as core.command's; whether it has a body; what does it)
VERBS: "dict[Any, tuple[tuple[Row, ...], bool, Callable[..., Any]]]" = {
    "start": (_CONNECTOR, False, _start),
    "stop": (_CONNECTOR, False, _stop),
    "time": ((("utc_s", "int", 0, _NUMBER),), False, _set_time),
    "time_back": ((("utc_s", "int", 0, _NUMBER),), False, _set_back),
    "resend": ((("from", "int", 1, _NUMBER), ("to", "int", 1, _NUMBER)), False, _resend),
    "config": ((), True, _configure),
    "tariff": ((("at", "int", 0, 4095), ("hash", "str", 1, 16)), True, _tariff),
    "consent": (_CONSENT, False, _consent),
    "audit": ((("after", "int", 0, _NUMBER),), False, _export),
    "erase": ((("session", "str", 1, 16),), False, _erase),
    "correct": ((("pg", "int", 1, _NUMBER), ("reason", "str", 1, 60)), False, _correct),
    "update": (_PACKAGE, False, _update),
}


def _place(reach: "Reach", number: int) -> "tuple[Place, Controls]":
    if reach.controls is None:
        raise CommandError("this board takes no starts and stops from far")
    for place in reach.connectors:
        if place.id == number:
            return place, reach.controls
    raise CommandError("there is no connector %d" % number)


def _all_idle(reach: "Reach") -> None:
    for place in reach.connectors:
        if not place.idle:
            raise CommandError(_IN_USE % place.id)
