"""Whoever commands the emulated board: when signed commands are sent; judges no answer.

Soon after a session began a `time`, which a board refuses then: what it takes to verify one falls
into a session. At last, when all is delivered, another one, which is done; then `audit`, which
has the log sent; and the same again, which must do nothing.
"""

import json
from dataclasses import dataclass, field

from tools.emulate.scene_key import SceneKey

_TIME, _AUDIT = "time", "audit"
_LIFE_S = 3600
_PATIENCE_S = {_TIME: 8.0, _AUDIT: 16.0}  # one comes soon after another, and sends a log
_REPLAY_S = 5.0  # longer than the pause between two commands, and a cheap check
_TELL_S = 0.2
_REST_S = 1.0
_MOST_UNANSWERED = 3  # then no more is tried


@dataclass
class Order:
    """A command. `lost`: the board or its connection went before it had answered."""

    id: str
    payload: bytes
    in_session: bool
    sent_s: float
    verb: str
    answer: dict = field(default_factory=dict)
    lost: bool = False

    @property
    def until_s(self) -> float:
        """When it should have been answered."""
        return self.sent_s + _PATIENCE_S[self.verb]


class Commander:
    """`device`: whose commands they are. `rest_s`: after an answer it waits so long, for the board
    then writes to flash, deaf to its serial line, that a command came."""

    def __init__(self, key: SceneKey, device: str, rest_s: float = _REST_S) -> None:
        self._rest_s = rest_s
        self._answered = ("", 0.0)  # which order, and when that was seen
        self._key = key
        self._device = device
        self.orders: list[Order] = []
        self.strays = 0  # answers to no command, or a second one to the same
        self._replayed_s = 0.0
        self._asked = False

    def broken(self, t_s: float) -> None:
        """The connection is over. What should have been answered by then is not excused."""
        last = self.orders[-1] if self.orders else None
        if last and not last.answer and t_s <= last.until_s:
            last.lost = True

    def answered(self, payload: bytes) -> None:
        answer = json.loads(payload)
        order = self.orders[-1] if self.orders else None
        if order and order.id == answer["id"] and not order.answer:
            order.answer = answer
        else:
            self.strays += 1

    def unanswered(self, t_s: float) -> list[Order]:
        return [o for o in self.orders if not (o.answer or o.lost) and t_s > o.until_s]

    def due(self, t_s: float, session_began: bool, at_rest: bool) -> bytes:
        """The payload to send now, or nothing. `at_rest`: no car, and all is delivered."""
        last = self.orders[-1] if self.orders else None
        if last and not (last.answer or last.lost) and t_s <= last.until_s:
            return b""
        if len(self.unanswered(t_s)) >= _MOST_UNANSWERED or self._replayed_s:
            return b""
        if self._rests(last, t_s):
            return b""
        if at_rest and last and last.answer and not last.in_session:
            if last.verb == _TIME:
                return self._ordered(t_s, False, _AUDIT)
            self._replayed_s = t_s
            return last.payload
        if at_rest or (session_began and not any(o.in_session and o.answer for o in self.orders)):
            return self._ordered(t_s, not at_rest, _TIME)
        return b""

    def _rests(self, last: Order | None, t_s: float) -> bool:
        if not last or not last.answer:
            return False
        if self._answered[0] != last.id:
            self._answered = (last.id, t_s)
        return t_s < self._answered[1] + self._rest_s

    def asks_for_status(self, t_s: float) -> bool:
        """Once, when the replay has been judged: the status counts it."""
        asks = bool(self._replayed_s) and t_s >= self._replayed_s + _REPLAY_S and not self._asked
        self._asked = self._asked or asks
        return asks

    def done(self, t_s: float) -> bool:
        """There is nothing more to be learnt."""
        if self._replayed_s:
            return t_s >= self._replayed_s + _REPLAY_S + _TELL_S
        return len(self.unanswered(t_s)) >= _MOST_UNANSWERED

    def _ordered(self, t_s: float, in_session: bool, verb: str) -> bytes:
        key, device = self._key, self._device
        if verb == _TIME:
            payload = key.set_time(device)
        else:
            payload = key.command(_AUDIT, device, lifetime_s=_LIFE_S, after=0)
        name = json.loads(payload.partition(b".")[2])["id"]
        self.orders.append(Order(name, payload, in_session, t_s, verb))
        return payload
