"""Notes what stood at each operation of a flash: what was promised, received, and metered."""

import kept_watch
import read_records
from flash_media import BLOCK_BYTES
from nor_flash import NorFlash

_NEVER = 1 << 24  # operations


class WatchedFlash(NorFlash):
    """Beside each operation of its log: what the meters of `world` showed at that moment."""

    def __init__(self, blocks, image=None):
        super().__init__(blocks, BLOCK_BYTES, image)
        self.energies = None
        self._meters = []

    def begin(self, world):
        self.log, self.energies = [], []
        self._meters = world.meters

    def end(self):
        log, self.log = self.log, None
        return log

    def length(self):
        return len(self.log) if self.log is not None else 0

    def _note_energies(self):
        if self.log is not None:
            self.energies.append([meter.energy_mwh for meter in self._meters])

    def writeblocks(self, block, buffer, offset=0):
        self._note_energies()
        super().writeblocks(block, buffer, offset)

    def ioctl(self, operation, block):
        if operation == 6:
            self._note_energies()
        return super().ioctl(operation, block)


class Watch:
    """`promised`, `received`: (length of the log, pagination, payload), in the order they came.
    `kept`: (length, name, blob) of the connectors' checkpoints. `told`: (length, what, ...) of the
    audit log and the key slots, where kept_watch is installed.

    `before`: the Moment that the world goes on from.
    """

    def __init__(self, flash, world, before=None):
        self.flash = flash
        self.provisioned_at = 0 if before is None or before.provisioned else _NEVER
        self.promised = [(0,) + row for row in before.promised] if before else []
        self.received = [(0,) + row for row in before.received] if before else []
        self.kept = [(0,) + row for row in before.kept.items()] if before else []
        self.told = [(0,) + row for row in before.told] if before else []
        self.keys = list(before.keys) if before else []
        self._known = {row[1] for row in self.received}
        kept_watch.tell(self._tell)
        self._appended, self._take = world.appended, world.receiver.take
        world.appended, world.receiver.take = self._promise, self._receive
        world.provisioned, world.kept = self._provisioned, self._keep

    def _promise(self, kind, pagination, payload):
        self._appended(kind, pagination, payload)
        self.promised.append((self.flash.length(), pagination, payload))

    def _receive(self, payload):
        self._take(payload)
        pagination = read_records.envelope(payload)["pg"]
        if pagination not in self._known:
            self._known.add(pagination)
            self.received.append((self.flash.length(), pagination, payload))

    def _keep(self, name, blob):
        if name.startswith("session"):
            self.kept.append((self.flash.length(), name, blob))

    def _tell(self, what, *row):
        self.told.append((self.flash.length(), what) + row)
        if what == kept_watch.PUT:
            self.keys.append(row)

    def _provisioned(self):
        self.provisioned_at = self.flash.length()


class Moment:
    """What stood when the power failed in the operation `at` of a watched flash's log."""

    def __init__(self, watch, at):
        self.promised = [row[1:] for row in watch.promised if row[0] <= at]
        self.received = [row[1:] for row in watch.received if row[0] <= at]
        self.kept = dict([row[1:] for row in watch.kept if row[0] <= at])
        self.told = [row[1:] for row in watch.told if row[0] <= at]
        self.keys = watch.keys  # all of them: what is being put is in no `told` yet
        self.energies_mwh = watch.flash.energies[at]
        self.provisioned = at >= watch.provisioned_at
