"""`detect` on the emulated board: found, written by who may, and the heap given back."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from tools.console import level_keys
from tools.emulate import scene
from tools.emulate.heap import heaps
from tools.emulator.driver import Answer, Driver
from tools.emulator.flash_image import PICO_RING, files_in
from tools.emulator.rig import Rig

BUILT = Path(__file__).resolve().parents[2] / "build/RPI_PICO"
LINE = {"baud": 19200, "parity": "E"}  # what the meters are set to, and the configuration is not
UNLOCK_S, ASK_S, DETECT_S = 4, 7, 9
LEFT_BYTES = 10000  # of a heap: names in modules that were loaded stay until the restart


class Person(Driver):
    """Unlocks a `level`, if any; asks for the heap, for the meters, and for the heap again."""

    every_ms = 100
    wants_console = True

    def __init__(self, level=0, private=b""):
        self.said = b""
        self._level, self._private = level, private
        self._typed = []
        self._ended_s = float("inf")

    def data(self, t_s, port, data):
        if port == "console":
            self.said += data
            if b"detect: ended" in self.said or b"refused:" in self.said:
                self._ended_s = min(self._ended_s, t_s)
        return Answer()

    def tick(self, t_s):
        if self._level and "unlock" not in self._typed and t_s >= UNLOCK_S:
            self._typed.append("unlock")
            return Answer(console=b"unlock %d\r" % self._level)
        if "unlock" in self._typed and "answer" not in self._typed and b"challenge" in self.said:
            asked = self.said.decode().partition("challenge")[2].splitlines(keepends=True)[0]
            if asked.endswith("\n"):
                self._typed.append("answer")
                return Answer(console=self._answer("challenge" + asked))
        for at_s, line in (
            (ASK_S, b"heap\r"),
            (DETECT_S, b"detect\r"),
            (self._ended_s, b"heap\r"),
        ):
            if t_s >= at_s and at_s not in self._typed:
                self._typed.append(at_s)
                return Answer(console=line)
        return Answer(stop="it is told" if t_s > self._ended_s + 2 else "")

    def _answer(self, challenge):
        label = b"derived1\0wattseal console level %d" % self._level
        key = hmac.digest(self._private, label, "sha256")
        told = level_keys.answer(key, scene.DEVICE, level_keys.challenge(challenge))
        return f"answer {told}\r".encode()


def private():
    """As tools.emulate.scene makes the device's key."""
    number = int.from_bytes(hashlib.sha256(scene.DEVICE.encode()).digest(), "big") >> 1
    return number.to_bytes(32, "big")


def asked(tmp_path, image, level=0):
    """(what was said, the board afterwards, the run)"""
    uf2 = BUILT / ("firmware.uf2" if image == "frozen" else "stock.uf2")
    if not uf2.exists() or not (BUILT / "root").exists():
        pytest.skip("no image of ours to boot; run: make emulate")
    tree = BUILT / "root"
    files = {
        path.relative_to(tree).as_posix(): path.read_bytes()
        for path in tree.rglob("*")
        if path.is_file() and image == "stock"
    }
    built = scene.build([], "sdm630", uf2.read_bytes(), files, 0, quiet=True)
    built.scenario["modbus"] = LINE
    rig = Rig(tmp_path / "board", built.flash)
    person = Person(level, private())
    outcome = rig.run(built.scenario, person)
    return person.said.decode(), rig, outcome


def test_finds_the_line_and_gives_the_heap_back(node, tmp_path, record_property):
    said, rig, outcome = asked(tmp_path, "frozen", 2)
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


def test_below_level_2_it_tells_and_writes_nothing(node, tmp_path):
    said, rig, _ = asked(tmp_path, "frozen")
    assert "detect: unit 2: sdm630" in said and "detect: unit 3: sdm630" in said, said
    assert "detect: nothing was written; that needs level 2" in said, said
    config = json.loads(files_in(rig.flash, PICO_RING)["data/config.json"])
    assert config["buses"] == [{"baud": 9600, "parity": "N", "stop_bits": 1}]


def test_is_refused_where_the_heap_is_too_small_for_it(node, tmp_path):
    said, _, outcome = asked(tmp_path, "stock")
    assert "refused: not enough memory; use make detect on a PC" in said, said
    assert "detect:" not in said and outcome.report["boots"] == 1
