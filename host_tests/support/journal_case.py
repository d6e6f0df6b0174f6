"""What the tests of the journal share: small journals, on host files, LittleFS and a ring."""

import os

import scratch_folder
from nor_flash import NorFlash, RawNor

from wattseal.storage import on_files, on_flash

FRAME = 40  # bytes of the frames of `record`
RING_HEADER = 40  # of a ring's sector: two frames of five bytes
CHECKPOINT_SECTORS = 4


def record(sequence):
    return b"record %06d, padded out" % sequence


def put(journal, count):
    for _ in range(count):
        number = journal.next
        assert journal.append(1, record(number)) == number


def unacked(journal, after=0):
    """(sequence, kind, payload) of what is not acknowledged, above `after`, in order."""
    sequence = max(after, journal.acked) + 1
    while sequence < journal.next:
        record = journal.read(sequence)
        if record:
            yield sequence, record[0], record[1]
        sequence = max(sequence, journal.acked) + 1


def sequences(journal, after=0):
    return [row[0] for row in unacked(journal, after)]


class JournalCase:
    """Mixed into a TestCase together with OnHost or OnLittleFs."""

    journal = None

    def opened(self, **changes):
        """A journal as a restart finds it: only the file is let go, there is nothing to save."""
        self.let_go()
        settings = {"segment_bytes": 5 * FRAME, "limit_bytes": 40 * FRAME, "keep_acked": 5}
        settings.update(changes)
        journal = on_files(self.folder, **settings)
        journal.open()
        self.journal = journal
        return journal

    def let_go(self):
        if self.journal:
            self.journal.close()
            self.journal = None

    def names(self):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(".seg"))

    def change(self, name, edit):
        path = self.folder + "/" + name
        with open(path, "rb") as file:
            content = bytearray(file.read())
        with open(path, "wb") as file:
            file.write(edit(content))

    def scanned(self, journal):
        seen = []
        journal.scan_all(lambda kind, sequence, payload: seen.append(payload), lambda: None)
        return seen

    def folder_made(self):
        if self.folder.split("/")[-1] not in os.listdir(self.folder.rsplit("/", 1)[0]):
            os.mkdir(self.folder)
        return self.folder


class OnRing:
    """Before JournalCase: areas of one sector each, with as many frames as a segment of files."""

    def setUp(self):
        self.flash = None

    def tearDown(self):
        self.journal = self.flash = None

    def opened(self, segment_bytes=5 * FRAME, limit_bytes=40 * FRAME, keep_acked=5):
        if self.flash is None:
            areas = limit_bytes // segment_bytes
            self.flash = RawNor(areas + CHECKPOINT_SECTORS, RING_HEADER + segment_bytes)
        self.journal, _ = on_flash(self.flash, CHECKPOINT_SECTORS, 1, keep_acked)
        self.journal.open()
        return self.journal


class OnHost:
    def setUp(self):
        self.folder = scratch_folder.on_host()

    def tearDown(self):
        self.let_go()
        scratch_folder.remove(self.folder)


class OnLittleFs:
    flash = NorFlash(96) if scratch_folder.VfsLfs2 else None

    def setUp(self):
        self.folder = scratch_folder.on_littlefs(self.flash)

    def tearDown(self):
        self.let_go()
        scratch_folder.leave_littlefs()
