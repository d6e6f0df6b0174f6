"""The console's service words on the emulated board: each answers, and metering stays in time."""

import re
from itertools import pairwise

import pytest
from board_person import Person, private

from tools.emulate import scene
from tools.emulate.heap import heaps
from tools.emulator.driver import Answer
from tools.emulator.rig import Rig

WORDS = {
    "meter": "bus 0: requests", "mqtt": "in flight", "log": "log lines", "audit": "self-audit: ",
    "live 1": "connector 1: ", "selftest": "key good; flash good; meters read 2 of 2",
}  # fmt: skip
EACH_S, ASK_S = 3, 8
LATE_MS = 100
LOST_BYTES = 4000  # of the heap: words in modules that were loaded stay until the restart


class Service(Person):
    """Unlocks level 1, asks the heap, says each word four seconds apart, and asks again."""

    def __init__(self):
        super().__init__(1, private())
        self._lines = ["heap", *WORDS, "live 0", "heap", "meter"]
        self.at_s = {}

    def tick(self, t_s):
        # A stock Pico has no room for what asks for an answer.
        if "answer" not in self._typed and b"refused" not in self.said:
            told = super().tick(min(t_s, 6.9))
            return told if t_s < 60 else Answer(stop="no challenge came")
        at = len(self.at_s)
        if at == len(self._lines):
            return Answer(stop="all is said" if t_s > max(self.at_s) + EACH_S else "")
        if t_s < ASK_S + EACH_S * at:
            return Answer()
        self.at_s[t_s] = self._lines[at]
        return Answer(console=self._lines[at].encode() + b"\r")


def said(tmp_path, image):
    uf2, files = image
    built = scene.build([], "sdm630", uf2, files, 0, quiet=True)
    person = Service()
    outcome = Rig(tmp_path / "board", built.flash).run(built.scenario, person)
    return person, outcome


def longest_gap_ms(outcome, from_s):
    """Between two requests to the first meter, which come at whole seconds; from the wire."""
    asked = [e["asked_s"] for e in outcome.of("modbus") if e["unit"] == 2]
    asked = [at for at in asked if at > from_s]
    # A meter that is asked more than once in a sample is asked at once.
    begun = [at for before, at in pairwise([-1.0, *asked]) if at - before > 0.4]
    return max(round(1000 * (later - at)) for at, later in pairwise(begun))


@pytest.mark.parametrize("image", ["frozen", "stock"])
def test_each_answers_and_metering_goes_on(firmware_from, tmp_path, record_property, image):
    person, outcome = said(tmp_path, firmware_from(image))
    told = person.said.decode(errors="replace")
    assert outcome.report["boots"] == 1, told
    late_ms = 0
    if image == "frozen":
        assert "level 1, until" in told and "refused" not in told, told
        assert [word for word, answer in WORDS.items() if answer not in told] == [], told
        late_ms = max(int(figure) for figure in re.findall(r"late by at most (\d+) ms", told))
    else:  # no level opens, and what the next session needs of the heap stays free
        assert told.count("refused: not enough memory") == len(WORDS) + 3, told
        assert "level 1, until" not in told, told
    gap_ms = longest_gap_ms(outcome, ASK_S)
    before, after = list(heaps(outcome.events))
    record_property("board", f"service words on {image}: late by {late_ms} ms at most, requests "
        f"{gap_ms} ms apart, {before.free} bytes of heap free before, {after.free} after, in one "
        f"piece {before.largest} and {after.largest}")  # fmt: skip
    assert late_ms <= LATE_MS and gap_ms <= 1000 + LATE_MS
    assert after.free > before.free - LOST_BYTES
