"""The boards' pulse counters: what is asked of the chips, and what the simulated one counts.

The PIO program itself is tested where it runs: emulator/test_pulse_counter.py.
"""

import sys
import types

import pytest
from board_config import BOARDS, BUSES, config

from wattseal.core.settings import ConfigError
from wattseal.hal.unix_pulses import SimCounter

each_board = pytest.mark.parametrize("name", BOARDS)


class StateMachine:
    """rp2.StateMachine whose FIFO holds old counts and then gives new ones."""

    made = []

    def __init__(self, number, program, freq, jmp_pin):
        self.calls = [("init", number, program.__name__, freq, jmp_pin.number)]
        self.fifo = [1, 2, 3, 4]
        self.now = 7
        self.made.append(self)

    def put(self, word):
        self.calls.append(("put", word))

    def active(self, on):
        self.calls.append(("active", on))

    def rx_fifo(self):
        return len(self.fifo)

    def get(self):
        return self.fifo.pop(0) if self.fifo else self.now


@pytest.fixture
def pio(monkeypatch):
    rp2 = types.ModuleType("rp2")
    rp2.asm_pio = lambda: lambda program: program
    rp2.StateMachine = type("Fresh", (StateMachine,), {"made": []})
    monkeypatch.setitem(sys.modules, "rp2", rp2)
    return rp2.StateMachine.made


def test_a_pico_counts_in_one_state_machine_for_each_input(bench, pio):
    board = bench.board("RPI_PICO").build(config(1, meter="s0"))
    assert list(board.pulses) == [10, 11]
    first, second = pio
    # 10 ms are 250 looks of 40 us
    assert first.calls == [
        ("init", 0, "_count_pulses", 100000, 12), ("put", 250), ("active", 1),
    ]  # fmt: skip
    assert second.calls[0] == ("init", 1, "_count_pulses", 100000, 13)


def test_what_the_fifo_has_kept_is_no_count(bench, pio):
    counter = bench.board("RPI_PICO").build(config(1, meter="s0")).pulses[10]
    assert counter.modulus == 1 << 32
    assert counter.count() == 7
    pio[0].fifo, pio[0].now = [7, 7], 9
    assert counter.count() == 9


def test_an_esp32_counts_falling_edges_and_never_clears(bench):
    import machine

    board = bench.board("ESP32_GENERIC").build(config(meter="s0"))
    made = [call for call in bench.chip.names() if call[0] == "counter"]
    settings = {"edge": "FALLING", "filter_ns": 12787}
    assert made == [("counter", 0, 5, settings), ("counter", 1, 18, settings)]
    counter = board.pulses[10]
    machine.Counter.pulses = 32001
    assert counter.count() == 32001
    machine.Counter.pulses = counter.modulus + 2
    assert counter.count() == 2


def test_an_image_or_chip_without_a_counter_is_told(bench, monkeypatch):
    import machine

    monkeypatch.delattr(machine, "Counter")
    with pytest.raises(ConfigError, match="MicroPython 1.26"):
        bench.board("ESP32_GENERIC").build(config(meter="s0"))


@each_board
def test_an_input_is_held_while_it_is_low(bench, pio, name):
    import machine

    board = bench.board(name)
    counter = board.build(config(BUSES[name], meter="s0")).pulses[10]
    assert not counter.held()
    machine.Pin.levels[board._S0[0]] = 0
    assert counter.held()


@each_board
def test_without_an_s0_meter_nothing_is_counted(bench, name):
    assert bench.board(name).build(config(BUSES[name])).pulses == {}
    assert "counter" not in [call[0] for call in bench.chip.names()]


def test_a_board_without_an_input_says_so(bench):
    module = bench.load("board")
    chip = bench.load("rp2")
    places = ((1, 2, 3, 4), (5, 6, 7, 8))
    with pytest.raises(ConfigError, match="S0 inputs for the first 0"):
        module.Board(config(1, meter="s0"), chip, ((0, 9, 10, 11),), places, None, "/data")


def play(*levels, width_ms=10):
    counter = SimCounter(width_ms)
    for part in levels:
        counter.play(part)
    return counter


def test_the_simulated_counter_has_the_pio_program_s_filter():
    assert play("L9 H100").count() == 0
    assert play("L10 H100").count() == 1
    assert play("L5 L5 H100").count() == 1  # one level in two messages
    assert play("L3 H2 L1 H9 L30 H4 L2 H40").count() == 1
    assert play("L30 H9 L30 H40").count() == 1  # no pause
    assert play("L30 H10 L30 H40").count() == 2
    assert play("L30").held() and not play("L30 H10").held()


def test_the_simulated_counter_overflows_at_16_bits():
    counter = play(*["L10 H10"] * 65537)
    assert (counter.modulus, counter.count()) == (65536, 1)


@pytest.mark.parametrize("levels", ["Lx", "L", "L5 7"])
def test_the_simulated_counter_refuses_nonsense(levels):
    with pytest.raises(ValueError, match="int"):
        play(levels + " H")
