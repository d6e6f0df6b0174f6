"""`detect` on the emulated board: found, written by who may, and the heap given back."""

import json

from board_person import Person, private

from tools.emulate import scene
from tools.emulate.heap import heaps
from tools.emulator.flash_image import PICO_RING, files_in
from tools.emulator.rig import Rig

LINE = {"baud": 19200, "parity": "E"}  # what the meters are set to, and the configuration is not
LEFT_BYTES = 10000  # of a heap: names in modules that were loaded stay until the restart


def asked(tmp_path, image, level=0):
    """(what was said, the board afterwards, the run)"""
    uf2, files = image
    built = scene.build([], "sdm630", uf2, files, 0, quiet=True)
    built.scenario["modbus"] = LINE
    rig = Rig(tmp_path / "board", built.flash)
    person = Person(level, private())
    outcome = rig.run(built.scenario, person)
    return person.said.decode(), rig, outcome


def test_finds_the_line_and_gives_the_heap_back(firmware_from, tmp_path, record_property):
    said, rig, outcome = asked(tmp_path, firmware_from("frozen"), 2)
    assert "level 2, until" in said, said
    assert "detect: the line is 19200 8E1" in said, said
    assert "detect: unit 2: sdm630" in said and "detect: unit 3: sdm630" in said, said
    assert "the configuration is written; restart to use it" in said, said
    config = json.loads(files_in(rig.flash, PICO_RING)["data/config.json"])
    assert config["buses"] == [{"baud": 19200, "parity": "E", "stop_bits": 1}]
    assert [row["meter"] for row in config["connectors"]] == ["sdm630", "sdm630"]
    assert outcome.report["boots"] == 1
    before, after = list(heaps(outcome.events))
    record_property("board", "detect: %d bytes of heap free before, %d after" % (
        before.free, after.free))  # fmt: skip
    assert after.free > before.free - LEFT_BYTES


def test_below_level_2_it_tells_and_writes_nothing(firmware_from, tmp_path):
    said, rig, _ = asked(tmp_path, firmware_from("frozen"))
    assert "detect: unit 2: sdm630" in said and "detect: unit 3: sdm630" in said, said
    assert "detect: nothing was written; that needs level 2" in said, said
    config = json.loads(files_in(rig.flash, PICO_RING)["data/config.json"])
    assert config["buses"] == [{"baud": 9600, "parity": "N", "stop_bits": 1}]


def test_is_refused_where_the_heap_is_too_small_for_it(firmware_from, tmp_path):
    said, _, outcome = asked(tmp_path, firmware_from("stock"))
    assert "refused: not enough memory; use make detect on a PC" in said, said
    assert "detect:" not in said and outcome.report["boots"] == 1
