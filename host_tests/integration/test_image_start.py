"""A frozen image that takes updates: whose modules run, on each MicroPython, with small versions.

test_frozen_update.py does it with the whole firmware, frozen in.
"""

import os
import subprocess

import interpreters
import pytest
import slot_loader
import update_versions
from update_versions import ROOT, compiled

from tools.module_archive import pack
from wattseal.drivers.update_slots import Slots

MAIN = """
import sys
from wattseal import VERSION, part
from wattseal.hal import esp32_files
import board, slot_loader, p256_table
told = [VERSION, esp32_files.WHO, part.WHO, board.WHO, p256_table.WHO]
told.append(slot_loader.__file__.split("/")[-1])
told.append("/a" in sys.path or "module_vfs" in sys.modules)  # as commanding/updates.py asks
print("runs", *told)
"""
BEGIN = """
import sys
sys.path[:] = %r.split(":")
from wattseal.hal import esp32_files  # as _boot.py does
import image_start
image_start.run(%r, lambda: print("watched"), %s)
print("a person")
"""
ENOUGH, TOO_MUCH = 1000, 1 << 29  # bytes of heap that are asked for


def version(who, number):
    return {
        "main": MAIN, "board": f"WHO = {who!r}", "p256_table": f"WHO = {who!r}",
        "wattseal/__init__": f'VERSION = "{number}"', "wattseal/part": f"WHO = {who!r}",
        "wattseal/hal/esp32_files": f"WHO = {who!r}",
    }  # fmt: skip


class Image:
    """Its own version lies in files that stand for frozen ones; `number`: its version."""

    def __init__(self, folder, interpreter):
        _, self._micropython, self._heap = interpreter
        self._files, self.slots = folder / "image", str(folder / "update")
        self.flash("1.0.0")

    def flash(self, number):
        for name, text in version("image", number).items():
            path = self._files / f"{name.replace('main', 'firmware/main')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def update(self, without="", **changed):
        """A package, verified: on trial from the next start on."""
        texts = {**version("slot", "1.1.0"), **changed}
        modules = {
            f"{name}.mpy": compiled(f"{name}.py", text)
            for name, text in texts.items()
            if name != without
        }
        own = (ROOT / "firmware/slot_loader.py").read_text()
        modules["slot_loader.mpy"] = compiled("slot_loader.py", own)
        update_versions.put(self.slots, pack(modules), 1)

    def start(self, least=ENOUGH):
        path = ":".join(
            str(place)
            for place in (
                self._files, ROOT / "boards/ESP32_GENERIC/frozen", ROOT / "firmware/stock",
                ROOT / "firmware", ".frozen",
            )
        )  # fmt: skip
        done = subprocess.run(
            [self._micropython, "-X", "heapsize=" + self._heap, "-c",
             BEGIN % (path, self.slots, least)],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
        )  # fmt: skip
        return done.stdout.splitlines()

    def record(self):
        return slot_loader.load(self.slots)


@pytest.fixture(params=interpreters.found(), ids=lambda row: row[0])
def image(request, tmp_path):
    return Image(tmp_path, request.param)


OWN = ["runs 1.0.0 image image image image slot_loader.py True", "a person"]
SLOT = ["runs 1.1.0 slot slot slot slot slot_loader.mpy True", "a person"]
AGAIN = "update: the version on trial has ended; starting again"


def ended(said):
    return said[0] == "watched" and AGAIN in said and "a person" not in said


def test_without_an_update_the_image_runs_and_takes_one(image):
    assert image.start() == OWN
    assert image.start(TOO_MUCH) == [OWN[0].replace("True", "False"), "a person"]


def test_a_slot_runs_with_its_own_modules_alone(image):
    image.update()
    said = image.start()
    assert ended(said) and SLOT[0] in said
    Slots(image.slots).confirm()
    assert image.start() == SLOT


def test_a_trial_that_ends_is_counted_and_rolled_back(image):
    image.update(main="raise ValueError(4711)")
    for _ in range(slot_loader.BOOTS):
        assert ended(image.start())
    assert image.start() == OWN
    record = image.record()
    assert (record.running, record.trial, record.outcome) == (0, 0, slot_loader.ROLLED_BACK)


@pytest.mark.parametrize("module", ["main", "board", "p256_table", "wattseal/__init__"])
def test_what_a_slot_lacks_is_never_the_images(image, module):
    image.update(without=module)
    for _ in range(slot_loader.BOOTS):
        said = image.start()
        assert ended(said) and not [line for line in said if line.startswith("runs")], said
    assert image.start() == OWN


def test_a_changed_byte_of_a_slot_runs_the_image(image):
    image.update()
    path = image.slots + "/a"
    with open(path, "r+b") as file:
        file.seek(400)
        byte = file.read(1)
        file.seek(400)
        file.write(bytes([byte[0] ^ 1]))
    assert image.start() == OWN
    assert image.record().outcome == slot_loader.FELL_BACK


def test_with_too_little_heap_the_image_runs_and_no_trial_is_left(image):
    image.update()
    own = [OWN[0].replace("True", "False"), "a person"]
    assert image.start(TOO_MUCH) == own
    record = image.record()
    assert (record.running, record.trial, record.outcome) == (0, 0, slot_loader.FELL_BACK)
    image.update()
    assert ended(image.start())
    Slots(image.slots).confirm()
    assert image.start(TOO_MUCH) == own
    assert not Slots(image.slots).on_trial and image.record().running == 0
    assert image.start() == SLOT  # the heap is back, and so is what was confirmed


def test_an_image_that_is_flashed_ends_the_slots(image):
    image.update()
    assert ended(image.start())
    Slots(image.slots).confirm()
    assert image.start() == SLOT
    image.flash("1.0.1")
    own = [OWN[0].replace("1.0.0", "1.0.1"), "a person"]
    assert image.start() == own
    assert image.start() == own
    image.update()
    assert ended(image.start())  # what comes after is taken as ever
    Slots(image.slots).confirm()
    assert image.start() == SLOT


def test_a_cut_while_the_image_is_noted_ends_no_trial(image):
    image.update()
    with open(image.slots + "/image", "w"):
        pass
    assert ended(image.start())
    assert image.record().running == 1


def test_slots_that_cannot_be_judged_are_passed_over_and_leave_no_trial(image):
    image.update()
    os.mkdir(image.slots + "/image")  # in the place of the file that names the image
    said = image.start()
    assert said[-2:] == OWN and said[0].startswith("update: the slots fail"), said
    assert not Slots(image.slots).on_trial and image.record().running == 0
