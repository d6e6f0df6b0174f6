"""kill -9 of the firmware at 20 random moments: each begun session is closed once, none lost."""

import asyncio
import collections
import random

from tools import run, sessions

KILLS = 20


class KilledRun(run.Run):
    """A run whose firmware is killed again and again."""

    kills = 0

    async def _play(self, keeper):
        killer = asyncio.create_task(self._kill())
        try:
            await super()._play(keeper)
        finally:
            killer.cancel()

    async def _kill(self):
        chance = random.Random(20261124)
        while self.kills < KILLS:
            await asyncio.sleep(chance.uniform(0.4, 2.0))
            if self.firmware.returncode is None:
                self.firmware.kill()
                self.kills += 1


def test_every_begun_session_is_closed_exactly_once(tmp_path):
    plan = sessions.load(sessions.DEFAULT, 12, run.BUILD_DATE)
    killed = KilledRun(plan, 240, "sdm630", None, tmp_path)
    asyncio.run(killed.run())
    records = killed.receiver.records
    begun = collections.Counter(r.session for r in records.values() if r.kind == "begin")
    closed = collections.Counter(r.session for r in records.values() if r.kind != "begin")
    assert killed.kills == KILLS
    assert begun == closed and set(begun.values()) == {1} and len(begun) >= len(plan)
    assert sorted(records) == list(range(1, len(records) + 1))
    assert not killed.receiver.alarms
    assert [r.findings for r in records.values() if not r.ok] == []
