"""Flips each bit of a store that a boot reads, wipes each block, and boots the assembly on it.

The store was in use for a while. It has five records that nobody acknowledged, an open session
with its checkpoint, and the notes of it, on LittleFS. A damaged record may be lost if the device
says so; nothing else may. A new device has had one session before those, and all of the root
folder's past is still in its log. A closed one's newest session has ended, and was acknowledged:
whatever is damaged then, nobody may be billed for it again.
"""

from array import array

import read_records
import scratch_folder
import virtual_power
from cut_scenarios import begun, session
from cut_verdict import of_boot
from flash_media import BLOCK_BYTES, Files, small_journal, small_ring
from nor_flash import NorFlash
from virtual_board import VirtualWorld
from virtual_power import Ended, Power

POINT = "/nor"
_DRAIN_S = 60
_PIECE_BYTES = 24  # of a record, to find it in the image: no two have as many in common


class ReadFlash(NorFlash):
    """Notes which bytes are read, while `read` is not None."""

    read = None

    def readblocks(self, block, buffer, offset=0):
        if self.read is not None:
            at = block * self.block_bytes + offset
            self.read[at : at + len(buffer)] = b"\1" * len(buffer)
        super().readblocks(block, buffer, offset)


class Store:
    """`image`: the flash as the power cut left it; `promised`: pagination -> payload."""

    def __init__(self, progsize=32, ring=False, new=False, closed=False):
        files = Files(progsize, small_journal(4096, 36864))
        medium = self.medium = small_ring(progsize) if ring else files
        flash = ReadFlash(medium.blocks, BLOCK_BYTES)
        medium.mount(flash, True)
        world = VirtualWorld(POINT)
        world.flash = medium.raw(flash)
        power = Power(world, **medium.stores, collects=False)
        _unconfigured(power)
        virtual_power.provision(POINT)
        power.on(session if new else _in_use)
        if closed:
            power.on(_closed)
        else:
            world.broker.cut_off()
            power.on(_left_open)
        scratch_folder.leave_littlefs()
        self.image = bytearray(flash.image)
        self.promised = dict(world.promised)
        self.received = dict(world.receiver.stored)
        self.energies_mwh = [world.meters[0].energy_mwh]
        self.flash = flash
        # Blocks of LittleFS, which takes folders back in time and more than one record with them.
        self.files_blocks = medium.first if ring else medium.blocks

    def bytes_read(self):
        """The offsets of what an undamaged boot reads up to the last acknowledgement."""
        self.flash.read = bytearray(len(self.image))
        found = self.boot()
        read, self.flash.read = self.flash.read, None
        assert not found, found
        # In one piece that is no larger than it must be: a list doubles as it grows.
        offsets, count = array("I", bytes(4 * sum(1 for byte in read if byte))), 0
        for at, byte in enumerate(read):
            if byte:
                offsets[count] = at
                count += 1
        return offsets

    def flip(self, at, bit):
        """[what is wrong] with one bit of the byte at `at` the other way round."""

        def flip(image):
            image[at] ^= 1 << bit

        return self.boot(flip)

    def wipe(self, *blocks):
        """[what is wrong] with whole blocks erased."""

        def erase(image):
            for block in blocks:
                at = block * BLOCK_BYTES
                image[at : at + BLOCK_BYTES] = b"\xff" * BLOCK_BYTES

        return self.boot(erase, blocks)

    def boot(self, damage=None, wiped=()):
        self.flash.image[:] = self.image
        if damage:
            damage(self.flash.image)
        world = VirtualWorld(POINT)
        world.meters[0].energy_mwh = self.energies_mwh[0]
        world.receiver.stored.update(self.received)
        world.flash = self.medium.raw(self.flash)
        power = Power(world, **self.medium.stores, collects=False)
        try:
            self.medium.mount(self.flash)
        except OSError as fault:
            return ["unmountable: %s" % fault]
        try:
            power.on(_drain)
        except Ended as end:
            text = str(end)
            return [("refused: " if "could not start" in text else "unbootable: ") + text[-300:]]
        finally:
            scratch_folder.leave_littlefs()
        found = self._compare(world, wiped) + self._ends(world, wiped) + of_boot(self, world)
        if self._taken_back(world, wiped):
            return ["taken_back: %s" % finding for finding in found]
        return found

    def _taken_back(self, world, wiped):
        """Both folders that tell how far the records went are as they were before: nothing on the
        device knows. One block does not do that."""
        known = world.firmware.journal.next - 1 - len(world.promised)
        return self._are_two_of_files(wiped) and known < max(self.promised)

    def _end_is_gone(self, world, wiped, second):
        """The first end is not there any more, nor the folder's newest state, which noted it:
        LittleFS has its root folder in its first two blocks."""
        root = self._are_two_of_files(wiped) and wiped[0] < 2
        return root and world.firmware.journal.read(second - 1) is None

    def _are_two_of_files(self, wiped):
        return len(wiped) > 1 and wiped[1] < self.files_blocks

    def _compare(self, world, wiped):
        """Of what was durable, only one record may be missing, or those in blocks that were
        `wiped`, and only if that is declared."""
        receiver = world.receiver
        wrong, missing = [], 0
        for pagination, payload in self.promised.items():
            found = receiver.stored.get(pagination)
            if found is None:
                missing += 1
                if pagination not in receiver.declared:
                    wrong.append("silent: T%d is gone without a word" % pagination)
            elif found != payload:
                kind = "pg_reuse" if found in dict(world.promised).values() else "altered"
                wrong.append("%s: T%d is another record" % (kind, pagination))
        if missing > max(1, self._within(wiped)):
            wrong.append("neighbours: %d records are gone" % missing)
        wrong += ["pg_reuse: T%d left twice, and differs" % number for number in receiver.altered]
        if not _drained(world):
            wrong.append("undrained: from T%d on" % world.firmware.journal.oldest)
        return wrong

    def _within(self, wiped):
        """How many records have a part in these blocks."""
        blocks = [self.image[n * BLOCK_BYTES : (n + 1) * BLOCK_BYTES] for n in wiped]
        found = 0
        for payload in self.promised.values():
            ats = range(0, len(payload) - _PIECE_BYTES, _PIECE_BYTES)
            pieces = [bytes(payload[at : at + _PIECE_BYTES]) for at in ats]
            found += any(piece in block for block in blocks for piece in pieces)
        return found

    def _ends(self, world, wiped):
        """A session has one end record, though that may be lost. Where two blocks are gone, begin
        record and checkpoint may be; then the record is told to be lost."""
        begun, ended, wrong = [], [], []
        records = dict(self.promised)
        records.update(world.receiver.stored)
        for pagination, payload in sorted(records.items()):
            record = read_records.envelope(payload)
            if record["kind"] == "begin":
                if len(wiped) < 2 or pagination not in world.receiver.declared:
                    begun.append(record["session"])
            elif record["session"] in ended:
                kind = "taken_back: " if self._end_is_gone(world, wiped, pagination) else ""
                wrong.append(kind + "second_end: T%d" % pagination)
            else:
                ended.append(record["session"])
        open_ones = len([named for named in begun if named not in ended])
        if open_ones > world.firmware.open_sessions.unreadable:
            wrong.append("unclosed: %d sessions have no end" % open_ones)
        return wrong


def _unconfigured(power):
    """The first start, before anyone has put anything on the device."""
    try:
        power.on(session)
    except Ended:
        return
    assert False, "it started without a configuration"


async def _in_use(world):
    """Long enough that every folder of the file system was written anew."""
    for _ in range(24):
        await session(world, 1)
    await world.seconds(5)


async def _left_open(world):
    await session(world)
    await session(world, 40)
    await begun(world, 40)
    world.pause()
    await world.seconds(70)
    world.pause(offers=True)
    await world.seconds(70)


async def _closed(world):
    await session(world, 40)
    await world.until(lambda: _drained(world), _DRAIN_S)


async def _drain(world):
    """Return once all is delivered, or nothing more comes."""
    await world.until(lambda: _drained(world), _DRAIN_S)


def _drained(world):
    journal = world.firmware.journal
    return world.firmware.connectors[0].idle and journal.oldest == journal.next
