"""Bit flips and wiped blocks as `make faults` counts them; MicroPython only. See store_damage.

`silent`, `altered`, `pg_reuse` and `unbootable` must not be. The rest the device says itself, or
LittleFS: `neighbours` (more than one record is gone, for a folder went back in time), `refused`
(the configuration or the key is damaged) and `unmountable`.
"""

import virtual_time

virtual_time.install()

from flash_media import BLOCK_BYTES  # noqa: E402 - asyncio comes after virtual time
from store_damage import Store  # noqa: E402


def cases(first=0, step=8, progsize=32, lines=1, ring=False, new=False):
    """`lines` times ("flips, files", bits tried, [what was found]): each `step`-th bit that a boot
    reads.

    `step` 0: "wipes", each block alone. `ring`: of a store on raw flash. `new`: a new device.
    """
    medium = "ring" if ring else "new device" if new else "files"
    store = Store(progsize, ring, new)
    read = store.bytes_read()
    if not step:
        blocks = sorted({at // BLOCK_BYTES for at in read})
        yield "wipes, " + medium, len(blocks), wipes(store, blocks)
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
        found += _told(store.flip(at, (bit + at) % 8), "bit %d" % (8 * at + (bit + at) % 8))
    yield "flips, " + medium, tried, found


def wipes(store, blocks):
    found = []
    for block in blocks:
        found += _told(store.wipe(block), "block %d" % block)
    return found


def _told(findings, where):
    return ["%s, %s" % (finding, where) for finding in findings]
