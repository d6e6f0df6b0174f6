"""Sessions on S0 meters, our image on the emulated board: exact to the pulse, honest of a cut."""

import json

import pytest

from tools import sessions
from tools.emulate import heap, scene
from tools.emulate.run import SceneDriver
from tools.emulator.flash_image import PICO_RING, files_in, flash_image
from tools.emulator.rig import Rig
from tools.run import BUILD_DATE
from tools.run_summary import registers_wh

S0_PINS = {1: 12, 2: 13}
METER = {"meter": "s0", "imp_per_kwh": 1000, "pulse_ms": 20, "p_max_w": 50_000}  # a pulse: 1 Wh


class PulseDriver(SceneDriver):
    """A pulse of 50 ms and as long a rest, for each connector that charges: 36 kW."""

    def __init__(self, played, out):
        super().__init__(played, out)
        self.closed = {}  # connector: pulses given since its contactor closed
        self.given = []  # by each closing of a contactor, to its opening
        self.low = set()

    def boot(self, t_s):
        self.given += [pulses for _, pulses in sorted(self.closed.items())]
        self.closed.clear()
        self.low.clear()
        answer = super().boot(t_s)
        answer.inputs.extend((pin, 1) for pin in S0_PINS.values())
        return answer

    def output(self, t_s, pin, level):
        for number, pins in scene.PINS.items():
            if pin == pins[3] and level:
                self.closed[number] = 0
            elif pin == pins[3] and number in self.closed:
                self.given.append(self.closed.pop(number))
        return super().output(t_s, pin, level)

    def tick(self, t_s):
        answer = super().tick(t_s)
        for number, pin in S0_PINS.items():
            if number in self.low:
                self.low.discard(number)
                answer.inputs.append((pin, 1))
            elif number in self.closed and self.cars.bays[number].pilot:
                self.low.add(number)
                self.closed[number] += 1
                answer.inputs.append((pin, 0))
        return answer


@pytest.fixture
def play(shipped, tmp_path):
    """play(cars, cuts) -> (driver, outcome) of a charge point with two S0 meters."""
    uf2 = shipped("firmware")

    def run(cars, cuts):
        played = scene.build(
            sessions.load(sessions.DEFAULT, cars, BUILD_DATE), "sdm630", uf2, {}, cuts
        )
        files = files_in(played.flash, PICO_RING)
        config = json.loads(files["data/config.json"])
        config["connectors"] = [{"id": n, "serial": "S0-%d" % n, **METER} for n in S0_PINS]
        files["data/config.json"] = json.dumps(config).encode()
        driver = PulseDriver(played, tmp_path)
        rig = Rig(tmp_path / "board", flash_image(uf2, files, PICO_RING))
        outcome = rig.run(played.scenario, driver)
        driver.receiver.close()
        return driver, outcome

    return run


def energies_wh(driver):
    pairs = [registers_wh(r) for r in driver.receiver.records.values() if r.kind == "session"]
    return [end - begin for begin, end in pairs]


def test_two_cars_are_billed_to_the_pulse(play, record_property):
    driver, outcome = play(2, 0)
    assert outcome.report["stopped"] == "all delivered", outcome.console[-2000:]
    assert sorted(energies_wh(driver)) == sorted(driver.given)
    assert min(driver.given) > 50
    assert all(record.ok for record in driver.receiver.records.values())
    least = min(outcome_heap.free for outcome_heap in heap.heaps(outcome.events))
    record_property("board", "with two S0 meters %d bytes of the heap stay free" % least)


def test_a_power_cut_costs_the_bill_and_never_a_pulse_too_many(play):
    driver, outcome = play(2, 2)
    records = list(driver.receiver.records.values())
    assert outcome.report["stopped"] == "all delivered", outcome.console[-2000:]
    gaps = [json.loads(r.ocmf.split("|")[1])["RD"] for r in records if r.kind == "not_billable"]
    assert gaps
    for *_, event, end in gaps:
        assert [event["TX"], event["EF"], event["ST"]] == ["X", "E", "E"]
        assert [end["TX"], end["EF"], end["ST"]] == ["P", "Et", "E"]
    left = list(driver.given)
    for energy_wh in energies_wh(driver):
        left.remove(energy_wh)  # ValueError: an energy that no session had
