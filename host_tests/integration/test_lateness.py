"""At SPEED=1 no sample is late: while signing, connecting, and with the broker stopped or gone.

But for what other processes of this machine take.
"""

import asyncio
import signal
import time
from pathlib import Path

import mqtt_peers as peers
import pytest
import run_queue

from tools import broker_address, charge_run, serial_line, sessions

LATE_MS = 50
START_MS = 1_800_000_000_000
# connector, arrival and departure in seconds: begins and ends, and so signatures, all along
CARS = [
    (1, 2, 7), (2, 3, 9), (1, 10, 14), (2, 12, 17), (1, 16, 21), (2, 20, 26), (1, 24, 30),
    (2, 29, 36), (1, 33, 38), (2, 39, 44), (1, 41, 46),
]  # fmt: skip
# when what is done to the broker, in seconds from the first request on
STOPPED, GOES_ON, KILLED, BACK = 6, 17, 22, 31


class WatchedLine(serial_line.SerialLine):
    """Notes when the device asks for anything, in seconds."""

    newest = None

    def __init__(self):
        super().__init__()
        self.asked = []
        WatchedLine.newest = self

    def _pump(self, source, target):
        if source == self._pairs[1][0]:
            self.asked.append(time.monotonic())
        super()._pump(source, target)


def plan(folder, port):
    cars = [
        sessions.Session(str(n), c, START_MS + 1000 * a, START_MS + 1000 * d, 50.0, 60_000)
        for n, (c, a, d) in enumerate(CARS)
    ]
    return charge_run.Plan(cars, 1, "sdm630", broker_address.parse(f"127.0.0.1:{port}"), folder)


async def watch(run, waits):
    """Append what the firmware waited for a processor, in each two tenths of a second."""
    earlier = [0, 0]
    while True:
        await asyncio.sleep(0.1)
        firmware = getattr(run, "firmware", None)
        if firmware and firmware.running:
            now = run_queue.waited_ms(firmware._process.pid)
            waits.append(now - earlier.pop(0))
            earlier.append(now)


async def ill_treat(folder, port, first):
    """Stop the broker, let it go on, kill it, bring it back."""
    while WatchedLine.newest is None or not WatchedLine.newest.asked:
        await asyncio.sleep(0.05)
    start = time.monotonic()

    async def at(second):
        await asyncio.sleep(start + second - time.monotonic())

    await at(STOPPED)
    first.send_signal(signal.SIGSTOP)
    await at(GOES_ON)
    first.send_signal(signal.SIGCONT)
    await at(KILLED)
    first.kill()
    await asyncio.to_thread(first.wait)
    await at(BACK)
    with peers.mosquitto(folder, port=port):
        await asyncio.sleep(3600)


@pytest.mark.needs_mosquitto
@pytest.mark.skipif(not Path(peers.MOSQUITTO).exists(), reason="mosquitto is not installed")
def test_not_one_sample_is_late(tmp_path, monkeypatch):
    monkeypatch.setattr(charge_run, "SerialLine", WatchedLine)
    port = peers.free_port()

    async def scenario(run, first):
        beside = [ill_treat(tmp_path, port, first), watch(run, waits)]
        beside = [asyncio.create_task(part) for part in beside]
        await run.run(lambda: None)
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)

    waits = []

    with peers.mosquitto(tmp_path, port=port) as (_, first):
        run = charge_run.ChargeRun(plan(tmp_path, port))
        asyncio.run(scenario(run, first))
    records, status = run.receiver.records, run.receiver.status
    assert [r.findings for r in records.values() if not r.ok] == []
    assert sorted(records) == list(range(1, 2 * len(CARS) + 1))
    assert run.subscriber.connections >= 2  # the broker was really gone
    busy_ms = max(waits)
    assert status["late_max_ms"] <= LATE_MS + busy_ms, busy_ms
    assert status["missed"] == 0 or busy_ms > LATE_MS
    times = WatchedLine.newest.asked
    gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    assert times[-1] - times[0] > CARS[-1][2] - CARS[0][1]
    assert (
        max(gaps) < 1.2 + 2 * busy_ms / 1000
    )  # seen from the line: two meters every second, none left out
    print("worst lateness", status["late_max_ms"], "ms, of the machine's making", busy_ms, "ms")
