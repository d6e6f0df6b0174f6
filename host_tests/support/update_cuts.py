"""Cuts the power at each flash operation of an update, and starts the device on what is left.

An update is played once on a watched flash. For each of its operations, and each way to tear it,
the image of that moment is put back. What starts must be whole, the old version or the new one,
and the same update must then come to its end.
"""

import gc

import scratch_folder
from nor_flash import TORN_MODES, NorFlash, check_step
from update_life import BASE, Device, payload_of, version

from wattseal.drivers.update_slots import Slots

BLOCKS, BLOCK_BYTES = 40, 512
_BOOTS = 4  # more than a trial has
_FLASH, _START = NorFlash(BLOCKS, BLOCK_BYTES), NorFlash(BLOCKS, BLOCK_BYTES)  # in a whole heap


class Scenario:
    """`before`: numbers of the versions that were confirmed before the one that is watched."""

    def __init__(self, before, progsize=32):
        self.progsize = progsize
        self.old = payload_of(before[-1]) if before else BASE
        self.number = before[-1] + 1 if before else 1
        self.new = payload_of(self.number)
        flash = _FLASH
        folder = scratch_folder.on_littlefs(flash, True, progsize) + "-update"
        try:
            device = Device(folder)
            Slots(folder)  # makes the folder
            for number in before:
                assert device.update(version(number)) == ""
            _START.image[:] = flash.image
            flash.log = []
            self.steps = []
            device.on_step = lambda what: self.steps.append((len(flash.log), what))
            assert device.update(version(self.number)) == ""
        finally:
            scratch_folder.leave_littlefs()
        self.log, flash.log = flash.log, None

    def step(self, at):
        """Of the update: what operation `at` belongs to."""
        for end, what in self.steps:
            if at < end:
                return what
        return "after"


def points(scenario, first=0, step=1):
    """(operation, its step, mode, [what is wrong]) of each `step`-th point from `first` on.
    Of one scenario at a time, once."""
    check_step(step)
    start, flash = _START, _FLASH
    count = 0
    for at, entry in enumerate(scenario.log):
        for mode in TORN_MODES:
            count += 1
            if count % step == first:
                flash.image[:] = start.image
                flash.replay_torn(entry, mode)
                yield at, scenario.step(at), mode, _wrong(scenario, flash, scenario.step(at))
        start.replay(entry)
        scenario.log[at] = None  # a small heap needs the room
        gc.collect()


def _wrong(scenario, flash, step):
    try:
        folder = scratch_folder.on_littlefs(flash, False, scenario.progsize) + "-update"
    except OSError as fault:
        return ["neither: it cannot be mounted (%s)" % fault]
    try:
        return _started(scenario, Device(folder), step)
    finally:
        scratch_folder.leave_littlefs()


def _started(scenario, device, step):
    wrong = []
    for _ in range(_BOOTS):  # nobody confirms
        running, trial = device.boot()
        if running not in (scenario.old, scenario.new):
            wrong.append("mixed or neither: %d bytes run" % len(running))
        if running == scenario.new and not trial and step != "confirmed":
            wrong.append("the new version stays, and nobody has confirmed it (%s)" % step)
        if trial and step in ("downloaded", "verified"):
            wrong.append("on trial before it was switched to")
    if trial:
        wrong.append("still on trial after %d starts" % _BOOTS)
    if Slots(device.folder).record.active != (
        0 if running == BASE else 1 + (number(running) + 1) % 2
    ):
        wrong.append("the record names another slot than runs")
    said = device.update(version(scenario.number))
    if said or device.boot() != (scenario.new, False):
        wrong.append("the update cannot be done again: %s" % said)
    return wrong


def number(payload):
    return int.from_bytes(payload[:4], "big")
