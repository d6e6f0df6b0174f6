"""A frozen image that takes updates: whose modules run, on each MicroPython, with small versions.

test_frozen_update.py does it with the whole firmware, frozen in.
"""

import os

import interpreters
import pytest
import slot_loader
from started_image import REFUSE_ONCE, TOO_MUCH, Image

from wattseal.drivers.update_slots import Slots


@pytest.fixture(params=interpreters.found(), ids=lambda row: row[0])
def image(request, tmp_path):
    return Image(tmp_path, request.param)


OWN = ["runs 1.0.0 image image image image slot_loader.py True start-up", "a person"]
SLOT = ["runs 1.1.0 slot slot slot slot slot_loader.mpy True start-up", "a person"]
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


def test_slots_that_cannot_be_judged_are_passed_over_for_this_start_alone(image):
    image.update()
    assert ended(image.start())
    os.rename(image.slots + "/image", image.slots + "/kept")
    os.mkdir(image.slots + "/image")  # in the place of the file that names the image
    said = image.start()
    assert said[-2:] == OWN and said[0].startswith("update: the slots fail"), said
    record = image.record()
    assert (record.running, record.trial, record.boots) == (0, 1, slot_loader.BOOTS - 1)
    os.rmdir(image.slots + "/image")
    os.rename(image.slots + "/kept", image.slots + "/image")
    assert ended(image.start()) and image.record().running == 1


def test_an_image_that_cannot_be_noted_once_is_noted_at_the_next_try(image):
    image.update()
    said = image.start(before=REFUSE_ONCE)
    assert said[0].startswith("update: the slots fail") and ended(said[1:]), said


def test_an_image_that_is_flashed_over_a_stock_one_ends_its_slots(image):
    image.update()
    slot_loader.start(image.slots, lambda path, base: None)  # as the stock image's start
    Slots(image.slots).confirm()
    assert image.start() == OWN
    assert image.start() == OWN
    assert image.record().active == 0


@pytest.mark.parametrize("module", ["main", "wattseal/__init__"])
def test_a_trial_for_another_micropython_is_counted_and_rolled_back(image, module):
    """A module of another format raises ValueError when it is imported."""
    image.update(another=module)
    for _ in range(slot_loader.BOOTS + 1):
        said = image.start()
        if said[-2:] == OWN:
            break
    assert said[-2:] == OWN
    record = image.record()
    assert (record.running, record.trial, record.outcome) == (0, 0, slot_loader.ROLLED_BACK)
    assert image.start() == OWN
