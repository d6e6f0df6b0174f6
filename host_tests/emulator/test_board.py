"""A stock MicroPython on the emulated board: console, meter, contactor, cuts, the same twice."""

import pytest

from tools.emulator import raw_repl
from tools.emulator.driver import Answer, Driver
from tools.emulator.flash_image import files_in
from tools.emulator.meter_profile import profile
from tools.sim_meter import SimMeter

CONTACTOR, PLUG, DIRECTION = 14, 6, 3

READ_METER = """
import time
from machine import UART, Pin
direction = Pin(3, Pin.OUT, value=0)
contactor = Pin(14, Pin.OUT, value=0)
plug = Pin(6, Pin.IN, Pin.PULL_UP)
uart = UART(1, baudrate=9600, tx=Pin(4), rx=Pin(5), txbuf=64, rxbuf=64)
def ask(request, length):
    begin = time.ticks_us()
    direction.value(1)
    uart.write(request)
    while not uart.txdone():
        pass
    direction.value(0)
    answer = b""
    while len(answer) < length and time.ticks_diff(time.ticks_us(), begin) < 200000:
        if uart.any():
            answer += uart.read(uart.any())
    print(answer.hex(), time.ticks_diff(time.ticks_us(), begin))
energy = b"\\x01\\x04\\x00\\x48\\x00\\x02\\xf1\\xdd"
print(plug.value(), contactor.value())
ask(energy, 9)
contactor.value(1)
time.sleep(2)
print(plug.value(), contactor.value())
contactor.value(0)
ask(energy, 9)
"""

COUNT_ON = b"""
import os, time
try:
    with open("count") as file:
        n = int(file.read())
except OSError:
    n = 0
print("found", n)
while True:
    n += 1
    with open("new", "w") as file:
        file.write(str(n))
    os.rename("new", "count")
    print("stored", n)
    time.sleep_ms(100)
"""
CUTS = [
    {"flash_op": 12, "fraction": 0.3},
    {"flash_op": 1, "after_s": 1.5, "fraction": 0.7, "off_s": 0.5},
    {"t_s": 3, "off_s": 0.25},
]


def script(source, **more):
    return {"console": raw_repl.steps(source), "until": raw_repl.DONE, "max_s": 20, **more}


def test_it_boots_and_runs_a_script_through_the_raw_repl(board):
    outcome = board().run(script("import sys\nprint(sys.platform, 6 * 7)"))
    assert "MicroPython" in outcome.console
    assert raw_repl.printed(outcome.console) == "rp2 42\n"
    assert outcome.report["boots"] == 1


def test_what_a_script_raises_is_told(board):
    outcome = board().run(script("1 / 0"))
    with pytest.raises(raw_repl.ScriptFault, match="ZeroDivisionError"):
        raw_repl.printed(outcome.console)


def test_a_meter_is_read_and_counts_while_the_contactor_is_closed(board):
    meter = SimMeter("sdm630", 1, "4711", 5_000_000)
    outcome = board().run(script(
        READ_METER,
        uart1={"peer": "meters", "direction_pin": DIRECTION},
        meters=[{"profile": profile(meter), "energy_mwh": 5_000_000, "contactor_pin": CONTACTOR,
                 "rows": [[0, 0, 11_000], [10, 10_000_000, 11_000]]}],
        inputs=[{"t_s": 0, "pin": PLUG, "level": 1}, {"t_s": 1, "pin": PLUG, "level": 0}],
        trace_modbus=True,
    ))  # fmt: skip
    before, first, after, second = raw_repl.printed(outcome.console).splitlines()
    assert (before, after) == ("1 0", "0 1")
    assert int(first.split()[1]) == pytest.approx(41_400, rel=0.01)  # as measured on hardware
    seen = outcome.of("modbus")[0]
    assert seen["answered_s"] - seen["asked_s"] == pytest.approx(0.0414, rel=0.01)
    assert seen["t_s"] - seen["asked_s"] == pytest.approx((8 + 3.5) / 960, rel=0.01)
    closed, opened = outcome.of("contactor")
    begin_mwh, end_mwh = (e["registers"][0]["energy_mwh"] for e in (closed, opened))
    assert begin_mwh == 5_000_000
    assert end_mwh - begin_mwh == pytest.approx((opened["t_s"] - closed["t_s"]) * 1e6, abs=2)
    for line, energy_mwh in ((first, begin_mwh), (second, end_mwh)):
        meter.energy_mwh = energy_mwh
        words = [meter._words[72], meter._words[73]]
        assert line[6:14] == "%04x%04x" % tuple(words)
    assert outcome.report["modbus"]["replies"] == 2


def test_files_survive_power_cuts_in_flash_writes_and_runs_are_the_same(board):
    rigs = [board({"main.py": COUNT_ON}, name) for name in ("one", "two")]
    scenario = {"max_s": 5, "cuts": CUTS, "trace_flash": True}
    first, second = (rig.run(scenario) for rig in rigs)
    assert [e["why"] for e in first.of("power cut")] == 2 * ["in a flash operation"] + [
        "at a time"
    ]
    assert first.report["flash"]["torn"] >= 2
    assert len(first.of("flash")) == first.report["flash"]["operations"]
    torn = [e["torn"] for e in first.of("power cut")[:2]]
    for operation, cut in zip(torn, CUTS):
        assert operation["what"] in ("erase", "program")
        assert operation["part"] == pytest.approx(cut["fraction"], abs=0.001)
    stored = 0
    for text in first.console.splitlines():
        word, _, number = text.partition(" ")
        if word == "found":
            assert int(number) >= stored  # what was said to be stored is there
        elif word == "stored":
            stored = int(number)
    assert stored > 20
    assert int(files_in(rigs[0].flash)["count"]) >= stored
    assert first.events == second.events
    assert rigs[0].flash == rigs[1].flash
    for outcome in (first, second):
        del outcome.report["wall_s"]
    assert first.report == second.report


HANG = b"""
import machine, time
machine.WDT(timeout=400)
time.sleep_ms(200)
print("cause", machine.reset_cause())
time.sleep_ms(20)
while True:
    pass
"""


def test_the_watchdog_resets_and_ram_that_lost_its_power_is_told_apart(board):
    outcome = board({"main.py": HANG}).run({"max_s": 1})
    assert [e["by"] for e in outcome.of("boot")] == ["power", "reset", "reset"]
    assert outcome.of("watchdog")[0]["t_s"] == pytest.approx(0.4, abs=0.05)
    assert [t for t in outcome.console.splitlines() if "cause" in t] == ["cause 1", "cause 3"]


class Echo(Driver):
    """Sends back in capitals what UART0 says, and ends when a pin goes high."""

    def data(self, t_s, port, data):
        assert port == "uart0"
        return Answer(uart0=data.upper())

    def output(self, t_s, pin, level):
        return Answer(stop="pin %d is %d" % (pin, level))


TALK = b"""
import time
from machine import UART, Pin
uart = UART(0, baudrate=115200, tx=Pin(0), rx=Pin(1))
uart.write(b"hello")
time.sleep_ms(10)
heard = uart.read()
time.sleep_ms(100)
print("heard", heard)
time.sleep_ms(20)
Pin(25, Pin.OUT, value=1)
time.sleep(1)
"""


def test_a_driver_takes_part_in_simulated_time(board):
    scenario = {"max_s": 5, "uart0": {"peer": "driver"}, "watch": [25]}
    outcome = board({"main.py": TALK}).run(scenario, Echo())
    assert "heard b'HELLO'" in outcome.console
    assert outcome.report["stopped"] == "pin 25 is 1"
    assert outcome.report["simulated_s"] < 0.5


EXERCISE = """
import array, hashlib, json, math, struct
numbers = array.array("i", [(i * 2654435761) % 65521 - 30000 for i in range(60)])
print(sum(numbers), sorted(numbers)[:3], [(n >> 3, n // 7) for n in numbers[:4]])
print(hashlib.sha256(numbers).digest().hex(), pow(3, 2**127 - 2, 2**127 - 1))
print(math.sqrt(2), 1.5e3 / 7, json.dumps({"a": [1, 2.5, None]}), struct.pack("<hIq", -2, 3, -4))
print("%08x" % 0xDEADBEEF, "éa".encode(), -7 % 3, [c.upper() for c in "wattseal"])
"""


def test_the_fast_core_does_what_the_library_does_in_the_same_time(board):
    wanted = script(EXERCISE)
    fast = board(name="fast").run(wanted)
    library = board(name="library").run({**wanted, "timing": {"library_core": True}})
    assert fast.events == library.events
    for figure in ("instructions", "xip_misses", "busy_s"):
        assert fast.report[figure] == library.report[figure]
    assert "DEADBEEF".lower() in raw_repl.printed(fast.console)
