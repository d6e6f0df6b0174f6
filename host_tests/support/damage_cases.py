"""Bit flips and wiped blocks as `make faults` counts them; MicroPython only. See store_damage.

What must not be is in tools/faults/damage. The rest the device says itself, or LittleFS:
`neighbours` (more records are gone than were damaged, for a folder went back in time), `refused`
(the configuration or the key is damaged) and `unmountable`. Of damage that is not in LittleFS,
these are `undeclared`. `taken_back`: two blocks were the newest of both folders with the cursor.
"""

import virtual_time

virtual_time.install()

from flash_media import BLOCK_BYTES  # noqa: E402 - asyncio comes after virtual time
from store_damage import Store  # noqa: E402

_OF_LITTLEFS = ("neighbours", "refused", "unmountable")


def cases(first=0, step=8, progsize=32, lines=1, ring=False, new=False, closed=False):
    """`lines` times ("flips, files", bits tried, [what was found]): each `step`-th bit that a boot
    reads.

    `step` 0: "wipes", each block alone; below: "pairs", each -`step`-th pair of blocks. `ring`: of
    a store on raw flash. `new`: a new device. `closed`: the newest session has ended.
    """
    medium = ("closed, " if closed else "") + (
        "ring" if ring else "new device" if new else "files"
    )
    store = Store(progsize, ring, new, closed)
    read = store.bytes_read()
    if step <= 0:
        blocks = sorted({at // BLOCK_BYTES for at in read})
        chosen = pairs(blocks)[first::-step] if step else [(block,) for block in blocks]
        yield ("pairs, " if step else "wipes, ") + medium, len(chosen), wipes(store, chosen)
        return
    # Of step 8: one bit of each byte, and another one in the next.
    chosen = range(first, 8 * len(read), step)
    line, tried, found = 0, 0, []
    for number, bit in enumerate(chosen):
        while number * lines // len(chosen) > line:
            yield "flips, " + medium, tried, found
            line, tried, found = line + 1, 0, []
        at = read[bit // 8]
        tried += 1
        findings = store.flip(at, (bit + at) % 8)
        where = "bit %d" % (8 * at + (bit + at) % 8)
        found += _told(store, findings, where, at // BLOCK_BYTES)
    yield "flips, " + medium, tried, found


def pairs(blocks):
    return [(one, other) for one in blocks for other in blocks if one < other]


def wipes(store, chosen):
    found = []
    for blocks in chosen:
        where = "block %s" % " and ".join([str(block) for block in blocks])
        found += _told(store, store.wipe(*blocks), where, blocks[0])
    return found


def _told(store, findings, where, block):
    """`block`: the first that is damaged."""
    told = []
    for finding in findings:
        if block >= store.files_blocks and finding.split(":")[0] in _OF_LITTLEFS:
            finding = "undeclared: " + finding
        told.append("%s, %s" % (finding, where))
    return told
