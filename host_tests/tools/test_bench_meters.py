"""The bench of meters: its line keeps the time it says, its judgement can fail."""

import asyncio
import os

import pytest

from tools.bench_figures import BenchFault
from tools.bench_meters import metering
from tools.paced_line import Exchange, PacedLine

GOOD = {"overhead": 1.0, "overhead_worst": 5.0, "read": 221.0, "one_by_one": 8 * 221.0,
        "late_samples": 0}  # fmt: skip
TOLD = {"beats": 4, "good": [4, 4, 4], "missed": 0}


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({}, 0),
        ({"overhead": 5.1}, 1),
        ({"overhead_worst": 5.1}, 1),
        ({"one_by_one": 8 * 221.0 - 2}, 1),
        ({"late_samples": 1}, 1),
    ],
)
def test_judges_each_promise(change, missed):
    assert len(metering.judge({**GOOD, **change})) == missed


def on_grid(shift=None):
    """Three meters a second, one after the other; `shift`: (number of the request, seconds)."""
    found = []
    for number in range(12):
        at_s = 5 + number // 3 + 0.1 * (number % 3)
        at_s += shift[1] if shift and shift[0] <= number < 3 * (shift[0] // 3 + 1) else 0
        request = bytes([metering.UNITS[number % 3], metering.READ_INPUT])
        found.append(Exchange(request, at_s, at_s + 0.099))
    return found


@pytest.mark.parametrize(
    ("shift", "change", "count"),
    [
        (None, {}, 0),
        ((3, 0.09), {}, 0),
        ((3, 0.11), {}, 1),  # the first meter's, the others follow it in their turn
        ((4, 0.11), {}, 1),
        ((11, 0.11), {}, 1),
        (None, {"missed": 2}, 2),
        (None, {"good": [4, 3, 2]}, 3),
    ],
)
def test_counts_late_samples(shift, change, count):
    assert metering.late(on_grid(shift), {**TOLD, **change}) == count


def test_the_line_takes_the_time_of_its_characters_and_of_the_meter():
    async def scenario():
        line = PacedLine(9600, 0.02)
        meter, device = (
            os.open(end, os.O_RDWR | os.O_NONBLOCK) for end in (line.meter_end, line.device_end)
        )
        loop = asyncio.get_running_loop()
        loop.add_reader(meter, lambda: os.write(meter, os.read(meter, 99)))
        came = []
        loop.add_reader(device, lambda: came.append((loop.time(), os.read(device, 99))))
        line.start()
        start_s = loop.time()
        os.write(device, b"question")
        await asyncio.sleep(0.4)
        loop.remove_reader(meter)
        loop.remove_reader(device)
        line.stop()
        return [at_s - start_s for at_s, _ in came], b"".join(data for _, data in came), line

    times_s, data, line = asyncio.run(scenario())
    assert data == b"question"
    assert len(times_s) > 2  # in pieces
    (exchange,) = line.exchanges
    assert exchange.request == b"question"
    whole_s = 16 * 10 / 9600 + 0.02
    assert exchange.ended_s - exchange.asked_s == pytest.approx(whole_s)
    assert times_s[0] >= 9 * 10 / 9600 + 0.02 - 0.001
    assert times_s[-1] >= whole_s - 0.001
    assert len(exchange.late_s) == 8 and min(exchange.late_s) >= 0


def test_reads_a_whole_meter_on_it():
    (took_us,), (exchange,) = metering._on_line("at_once", 1)
    assert len(exchange.late_s) == metering.REPLY_BYTES
    assert 1000 * (exchange.ended_s - exchange.asked_s) <= took_us / 1000 < 1600


def test_a_firmware_that_stops_is_a_fault_with_its_last_words():
    with pytest.raises(BenchFault, match="KeyError"):
        metering._timed("backwards", 1)


def test_goes_on_until_a_round_was_calm(monkeypatch):
    worst = iter([9, 9, 9, 9, 4])
    monkeypatch.setattr(metering, "_round", lambda: metering.Round([next(worst)], [0]))
    assert len(metering._rounds()) == 5
    monkeypatch.setattr(metering, "_round", lambda: metering.Round([9], [0]))
    assert len(metering._rounds()) == metering.MOST_ROUNDS


def test_leaves_out_a_torn_reading_and_the_one_that_waited_for_it(monkeypatch):
    exchanges = [Exchange(b"", 0, 0, [0.001]) for _ in range(metering.READS)]
    told = [300_000] * metering.READS
    told[3], told[4] = None, 1_500_000
    monkeypatch.setattr(metering, "_on_line", lambda *_: (told, exchanges))
    overhead_ms = metering._round().overhead_ms
    assert len(overhead_ms) == metering.READS - 2
    assert max(overhead_ms) == pytest.approx(300 - 1 - 40 - 173 / 0.96)
    told[:11] = [None] * 11
    with pytest.raises(BenchFault, match="too busy"):
        metering._round()
