"""Cuts the power at each flash operation of an audit log that prunes; MicroPython only.

What an append had returned for is there after the next start, in an unbroken chain that goes on.
"""

import gc

import scratch_folder
from audit_case import broken, opened, put, told
from nor_flash import TORN_MODES, NorFlash, check_step

from wattseal.core import audit_chain

BLOCKS = 32
MOST = 16  # entries: its files change often
PUT = 40


def recorded(flash, progsize):
    """Plays it once: (the log of its operations, [(their count, number, mac)] of each append)."""
    folder = scratch_folder.on_littlefs(flash, True, progsize)
    flash.log, heads = [], [(0, 0, audit_chain.GENESIS)]
    try:
        for start in range(4):
            log, _ = opened(folder, MOST)
            for number in range(PUT // 4):
                put(log, start * PUT // 4 + number + 1)
                heads.append((len(flash.log), log.number, log.mac))
    finally:
        scratch_folder.leave_littlefs()
    operations, flash.log = flash.log, None
    return operations, heads


def recovered(flash, progsize, number, mac):
    """[what is wrong] after a start on `flash`; `number`, `mac`: of the newest durable entry."""
    folder = scratch_folder.on_littlefs(flash, False, progsize)
    try:
        try:
            log, _ = opened(folder, MOST)
        except OSError as fault:
            return ["unbootable: %s" % fault]
        wrong = broken(log)
        heads = [GENESIS_HEAD] + [(audit_chain.number(line), kept) for line, kept in log.entries()]
        if (number, mac) not in heads:
            wrong.append("lost: entry %d, the newest is %d" % (number, log.number))
        before = log.number
        put(log, 1000)
        log, _ = opened(folder, MOST)
        wrong += broken(log)
        if told(log)[-1] != 1000 or log.number <= before:
            wrong.append("stuck: the chain does not go on")
        return wrong
    finally:
        scratch_folder.leave_littlefs()


GENESIS_HEAD = (0, audit_chain.GENESIS)


def cases(progsize=32, step=1, lines=1):
    """`lines` times (what, points tried, [what was wrong])."""
    check_step(step)
    gc.collect()  # two chips are large pieces for the heap of a test
    torn, before = NorFlash(BLOCKS), NorFlash(BLOCKS)
    operations, heads = recorded(torn, progsize)  # what was done to it is in the log
    scratch_folder.on_littlefs(before, True, progsize)
    scratch_folder.leave_littlefs()
    tried, wrong, line = 0, [], 0
    for at, entry in enumerate(operations):
        while at * lines // len(operations) > line:
            yield "cuts of the log alone", tried, wrong
            line, tried, wrong = line + 1, 0, []
        _, number, mac = [row for row in heads if row[0] <= at][-1]
        for which, mode in enumerate(TORN_MODES):
            if (at * len(TORN_MODES) + which) % step == 0:
                torn.image[:] = before.image
                torn.replay_torn(entry, mode)
                tried += 1
                found = recovered(torn, progsize, number, mac)
                wrong += ["%s, cut at %d, %s" % (each, at, mode) for each in found]
        before.replay(entry)
    yield "cuts of the log alone", tried, wrong
