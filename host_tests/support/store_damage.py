"""Flips each bit of a store that a boot reads, wipes each block, and boots the assembly on it.

The store was in use for a while. It has five records that nobody acknowledged, an open session
with its checkpoint, and the notes of it, on LittleFS. A damaged record may be lost if the device
says so; nothing else may. A new device has had one session before those, and all of the root
folder's past is still in its log.
"""

import scratch_folder
import virtual_power
from cut_scenarios import begun, session
from flash_media import BLOCK_BYTES, Files, small_journal, small_ring
from nor_flash import NorFlash
from virtual_board import VirtualWorld
from virtual_power import Ended, Power

POINT = "/nor"
_DRAIN_S = 60


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

    def __init__(self, progsize=32, ring=False, new=False):
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
        world.broker.cut_off()
        power.on(_left_open)
        scratch_folder.leave_littlefs()
        self.image = bytearray(flash.image)
        self.promised = dict(world.promised)
        self.received = dict(world.receiver.stored)
        self.energy_mwh = world.meters[0].energy_mwh
        self.flash = flash

    def bytes_read(self):
        """The offsets of what an undamaged boot reads up to the last acknowledgement."""
        self.flash.read = bytearray(len(self.image))
        found = self.boot()
        read, self.flash.read = self.flash.read, None
        assert not found, found
        return [at for at in range(len(read)) if read[at]]

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

        return self.boot(erase)

    def boot(self, damage=None):
        self.flash.image[:] = self.image
        if damage:
            damage(self.flash.image)
        world = VirtualWorld(POINT)
        world.meters[0].energy_mwh = self.energy_mwh
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
        return self._compare(world)

    def _compare(self, world):
        """Of what was durable, only one record may be missing, and only if that is declared."""
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
        if missing > 1:
            wrong.append("neighbours: %d records are gone" % missing)
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


async def _drain(world):
    """Return once all is delivered, or nothing more comes."""
    firmware = world.firmware
    connector, journal = firmware.connectors[0], firmware.journal

    def drained():
        return connector.idle and journal.oldest == journal.next

    await world.until(drained, _DRAIN_S)
