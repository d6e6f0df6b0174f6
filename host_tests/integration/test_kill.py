"""kill -9 of the firmware at 20 random moments: each begun session is closed once, none lost."""

import asyncio
import collections
import random

from tools import charge_run, run, run_summary, sessions

KILLS = 20


class KilledRun(charge_run.ChargeRun):
    """A run whose firmware is killed again and again."""

    kills = 0

    async def _play(self, tasks, on_change):
        killer = asyncio.create_task(self._kill())
        try:
            await super()._play(tasks, on_change)
        finally:
            killer.cancel()

    async def _kill(self):
        chance = random.Random(20261124)
        while self.kills < KILLS:
            await asyncio.sleep(chance.uniform(0.4, 2.0))
            if self.firmware.running:
                self.firmware.kill()
                self.kills += 1


def test_every_begun_session_is_closed_exactly_once(tmp_path):
    plan = charge_run.Plan(
        sessions.load(sessions.DEFAULT, 12, run.BUILD_DATE), 240, "sdm630", None, tmp_path
    )
    killed = KilledRun(plan)
    asyncio.run(killed.run(lambda: None))
    records = killed.receiver.records
    begun = collections.Counter(r.session for r in records.values() if r.kind == "begin")
    closed = collections.Counter(r.session for r in records.values() if r.kind != "begin")
    assert killed.kills == KILLS
    assert begun == closed and set(begun.values()) == {1} and len(begun) >= len(plan.sessions)
    assert sorted(records) == list(range(1, len(records) + 1))
    assert not killed.receiver.alarms and not killed.receiver.leaks
    assert {r.kind for r in records.values()} == {"begin", "session"}
    assert [r.findings for r in records.values() if not r.ok] == []
    ends = [r for r in records.values() if r.kind == "session" and run_summary.energy_wh(r)]
    assert len(ends) >= len(plan.sessions) / 2
    assert [r.ocmf for r in ends if not run_summary.is_exact(killed, r)] == []
