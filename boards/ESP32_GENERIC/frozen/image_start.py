"""Starts a slot's firmware where the image holds one as well; part of no slot, as slot_loader.

What the image's start-up has imported is forgotten before a slot is mounted, and the slot's own
board.py counts, for it fits the drivers beside it: modules of two versions never run together.
A slot's modules are in RAM, the image's are not: where the heap is too small, the image's run.
"""

import gc
import os
import sys

import slot_loader
from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

# From files the firmware needs 208 KB (`make soak FROM=files`); Wi-Fi and TLS take of the same RAM
# outside of MicroPython's heap. An ESP32 has less without PSRAM, an S3 with PSRAM megabytes.
_LEAST_FREE_BYTES = const(524288)
_WHOLE = ("main", "board", "slot_loader", "p256_table", "wattseal/__init__")
_TRIES = const(3)  # to look into the flash
_MOST = const(200)  # bytes of an image's name
# Start-up's own, in no slot: a slot's board.py asks it to keep a person at the prompt.
_PROMPT = "wattseal.hal.esp32_prompt"


def run(
    folder: str, watch: "Callable[[], object]", least_free_bytes: int = _LEAST_FREE_BYTES
) -> None:
    """`folder`: of the slots. `watch()`: begins a watchdog, for a slot on trial may hang. Returns
    when a person must put something right; a slot on trial that ends, however it does, is started
    again, and that is counted."""
    state = _state(folder, gc.mem_free() >= least_free_bytes)
    again = None
    if state == slot_loader.TRIAL:
        again = slot_loader.again
        watch()
    for name in ("main", "slot_loader"):  # the version that runs has its own
        sys.modules.pop(name, None)
    if state == slot_loader.DEPLOYED:
        import firmware.main  # noqa: F401 - the image's own

        return
    try:
        for name in _WHOLE:  # what a slot lacks would come from the image
            os.stat("/a/%s.mpy" % name)
        import main  # noqa: F401 - the slot's
    except KeyboardInterrupt:
        again = None  # a person wants the prompt
        raise
    finally:
        if again:
            again()


def _state(folder: str, has_room: bool) -> int:
    """What runs; mounted, if that is a slot. Raises nothing of the flash."""
    if has_room:
        import module_vfs  # noqa: F401 - stays loaded: by it commanding/updates.py takes firmware
    try:
        os.stat(folder)
    except OSError:
        return slot_loader.DEPLOYED  # nothing was ever updated
    for _ in range(_TRIES if has_room else 0):
        if _is_done(_end_of_another_image, folder):
            return slot_loader.start(folder, _mount)
    _is_done(lambda path: _pass_over(path, has_room), folder)
    return slot_loader.DEPLOYED


def _is_done(step: "Callable[[str], None]", folder: str) -> bool:
    try:
        step(folder)
    except OSError as fault:
        print("update: the slots fail (%s); the image's firmware runs" % fault)
        return False
    return True


def _pass_over(folder: str, has_room: bool) -> None:
    """The slots, for this start: they cannot be judged, or there is no heap: PSRAM that failed, or
    another module. For want of heap no trial is left; else it has lost no boot. OSError."""
    record = slot_loader.load(folder)
    if record.trial and not has_room:
        slot_loader.give_up(record, slot_loader.FELL_BACK)
    elif not record.running:
        return
    record.running = 0  # or the image would take itself for the trial
    record.outcome = slot_loader.FELL_BACK
    slot_loader.save(folder, record)


def _end_of_another_image(folder: str) -> None:
    """A slot ends when an image is flashed, as by `make deploy`: what a person has put there last
    is what runs. The file is written behind the record: a cut between them ends no slot that
    came after. One while it is made leaves it empty, which is as if it were not there: before the
    first trial here it is not. Slots that did more come from a stock image's start. OSError."""
    path, name, known = folder + "/image", _image(), ""
    if "image" in os.listdir(folder):
        with open(path) as file:
            known = file.read(_MOST)
    if known == name:
        return
    record = slot_loader.load(folder)
    if known or record.active or record.running:
        record.active = record.trial = record.boots = record.running = 0
        slot_loader.save(folder, record)
    with open(path, "w") as file:
        file.write(name)


def _image() -> str:
    """Its firmware's version, and MicroPython's with the day of its build."""
    from wattseal import VERSION

    return "%s, %s" % (VERSION, sys.version)


def _mount(path: str, base: int) -> None:
    """slot_loader.UNFIT: what was imported is there again."""
    import module_vfs

    held = {}
    try:
        for name in list(sys.modules):
            if name.split(".")[0] == "wattseal" and name != _PROMPT:
                held[name] = sys.modules.pop(name)
        module_vfs.begin(path, base)
    except slot_loader.UNFIT:
        sys.modules.update(held)
        raise
