"""The PIO program on the emulated RP2040: each pulse once, no bounce, whatever the CPU does."""

import random

import interpreters
import pytest

from tools.emulator import raw_repl

PIN, OTHER_PIN = 12, 13
SOURCE = interpreters.ROOT / "firmware/wattseal/hal/rp2_pulses.py"
START_S = 0.6  # the board has booted, and the script runs

SCRIPT = """
import machine, time
from machine import Pin
from rp2_pulses import PioCounter
counters = [PioCounter(n, Pin(pin, Pin.IN, Pin.PULL_UP), %d) for n, pin in enumerate((12, 13))]
print("ready", time.ticks_ms())
end = time.ticks_add(time.ticks_ms(), %d)
looks = 0
while time.ticks_diff(end, time.ticks_ms()) > 0:
    print(*[counter.count() for counter in counters])
    looks += 1
    if looks %% 4 == 0:  # as long as an erase takes, with interrupts off
        state = machine.disable_irq()
        begin = time.ticks_us()
        while time.ticks_diff(time.ticks_us(), begin) < 400000:
            pass
        machine.enable_irq(state)
    else:
        time.sleep_ms(90)
print(*[counter.count() for counter in counters])
print([counter.held() for counter in counters], counters[0].modulus == 1 << 32)
"""


class Wave:
    """Levels of a pin by the time, for the emulator's `inputs`."""

    def __init__(self, pin, level=1, start_s=START_S):
        self.pin = pin
        self.at_ms = start_s * 1000
        self.inputs = [{"t_s": 0, "pin": pin, "level": level}]

    def hold(self, level, ms):
        self.inputs.append({"t_s": self.at_ms / 1000, "pin": self.pin, "level": level})
        self.at_ms += ms


def count(board, width_ms, *waves):
    """[first input's counts, second one's] and whether each is held at the end."""
    script = SCRIPT % (width_ms, max(wave.at_ms for wave in waves) + 200)
    outcome = board({"rp2_pulses.py": SOURCE.read_bytes()}).run({
        "console": raw_repl.steps(script), "until": raw_repl.DONE, "max_s": 60,
        "inputs": [entry for wave in waves for entry in wave.inputs],
    })  # fmt: skip
    ready, *rows, held = raw_repl.printed(outcome.console).splitlines()
    assert int(ready.split()[1]) < START_S * 1000 - 50, "the pulses came before their counter"
    assert held.endswith("True")
    counts = [[int(text) for text in column] for column in zip(*[row.split() for row in rows])]
    return counts, held


def test_pulses_with_bounce_are_counted_once_each_through_stalls(board):
    draw = random.Random(4)
    wave, pulses = Wave(PIN), 150
    for _ in range(pulses):
        for level in (0, 1):  # each edge bounces for less than the width
            for _ in range(draw.randrange(4)):
                wave.hold(level, draw.uniform(0.05, 9.8))
                wave.hold(1 - level, draw.uniform(0.05, 9.8))
            wave.hold(level, draw.uniform(30, 50))
    (counts, other), _ = count(board, 10, wave, Wave(OTHER_PIN))
    assert counts[-1] == pulses
    assert counts == sorted(counts)
    assert max(b - a for a, b in zip(counts, counts[1:])) > 2  # a stall had pulses in it
    assert set(other) == {0}


@pytest.mark.parametrize("width_ms", [1, 10, 32])
def test_the_shortest_width_is_true_on_both_edges(board, width_ms):
    short_ms, long_ms = width_ms - 0.05, width_ms + 0.2
    pulses, pauses = Wave(PIN), Wave(OTHER_PIN)
    for _ in range(20):
        pulses.hold(0, short_ms)  # no pulse
        pulses.hold(1, 40)
        pulses.hold(0, long_ms)  # one
        pulses.hold(1, 40)
        pauses.hold(0, 40)  # one
        pauses.hold(1, short_ms)  # no pause: what follows is the same pulse
        pauses.hold(0, 40)
        pauses.hold(1, long_ms)
    counts, _ = count(board, width_ms, pulses, pauses)
    assert [column[-1] for column in counts] == [20, 20]


def test_a_pulse_that_was_on_at_the_start_was_the_last_life_s(board):
    wave, held = Wave(PIN, level=0), Wave(OTHER_PIN, level=0)
    wave.hold(1, 50)
    wave.hold(0, 50)
    wave.hold(1, 50)
    counts, told = count(board, 10, wave, held)
    assert [column[-1] for column in counts] == [1, 0]
    assert told.startswith("[False, True]")
