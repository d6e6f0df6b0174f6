"""The billing register breaks at every sample of real sessions (support/register_faults).

Whole sessions, a sample each second, on CPython; on the others the same energy in few samples.
"""

from itertools import pairwise

from register_faults import BREAKS

from tools import sessions, world
from tools.faults.play import FORKED, Job, everywhere, on_cpython
from tools.faults.section import Play, Row
from tools.run import BUILD_DATE
from tools.sessions import Session

NAME = "Registers of real sessions"
MUST = "wrong energy booked, breaks undetected"
_WHOLE, _MORE = 2, 12  # sessions, the shortest ones
_FEW_SAMPLES = 60


def run(full: bool, play: Play) -> list[Row]:
    found = sorted(sessions.load(sessions.DEFAULT, None, BUILD_DATE), key=_duration_s)
    whole = [_whole(session) for session in found[: _MORE if full else _WHOLE]]
    first = found[0]
    few = {"steps_mwh": _steps_mwh(first, _FEW_SAMPLES), "p_max_w": _few_p_max_w(first)}
    jobs = everywhere("register_faults", few, len(BREAKS) * _FEW_SAMPLES)
    return _summed(play([*whole, *jobs]))


def _duration_s(session: Session) -> int:
    return (session.departure_ms - session.arrival_ms) // 1000


def _whole(session: Session) -> Job:
    steps_mwh = _steps_mwh(session, _duration_s(session))
    arguments = {"steps_mwh": steps_mwh, "p_max_w": session.p_max_w}
    return on_cpython(
        FORKED, [], arguments, len(BREAKS) * len(steps_mwh), f"session {session.name}"
    )


def _few_p_max_w(session: Session) -> int:
    return session.p_max_w * _duration_s(session) // _FEW_SAMPLES


def _steps_mwh(session: Session, samples: int) -> list[int]:
    """What is metered in each of so many samples, along a car's falling power."""
    duration_ms = session.departure_ms - session.arrival_ms
    registers_mwh = [
        int(world.profile(session, duration_ms, at / samples)[0] * 1000)
        for at in range(samples + 1)
    ]
    return [after - before for before, after in pairwise(registers_mwh)]


def _summed(rows: list[Row]) -> list[Row]:
    """One row for each break and interpreter, over all sessions."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        of_all = found.setdefault((row.what, row.on), Row(row.what, row.on))
        of_all.tried += row.tried
        of_all.wrong += row.wrong
    return list(found.values())
