"""The hash of what runs from files is of each module's path and bytes, and of nothing else."""

import asyncio
import hashlib
import os
import sys
import unittest
from binascii import hexlify

import scratch_folder

from wattseal.privacy import audit_running

MODULES = {
    "main.py": b"import wattseal",
    "board.mpy": b"M\x06",
    "wattseal/core/ocmf.mpy": b"M" * 3000,
    "wattseal/assembly.mpy": b"",
}
ARCHIVED = {"main.py": b"import main", "module_vfs.mpy": b"M", "modules.archive": b"WSMA\1"}
OTHERS = {"notes.txt": b"x", "wattseal/notes.txt": b"x", "data/other.py": b"x"}


def expected(modules):
    lines = [b"%s %s\n" % (path.encode(), hexlify(hashlib.sha256(data).digest()))
             for path, data in sorted(modules.items())]  # fmt: skip
    return hashlib.sha256(b"".join(lines)).digest()


class TestFiles(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        for name in ("wattseal", "wattseal/core", "data"):
            os.mkdir(self.folder + "/" + name)
        for path, data in list(MODULES.items()) + list(OTHERS.items()):
            self.put(path, data)
        self.path = list(sys.path)
        sys.path[:] = [".frozen", self.folder]

    def tearDown(self):
        sys.path[:] = self.path
        for path in ("wattseal/core", "wattseal", "data"):
            scratch_folder.remove(self.folder + "/" + path)
        scratch_folder.remove(self.folder)

    def put(self, path, data):
        with open(self.folder + "/" + path, "wb") as file:
            file.write(data)

    def files(self):
        return asyncio.run(audit_running.files())

    def test_of_all_modules_and_nothing_else(self):
        self.assertEqual(self.files(), expected(MODULES))

    def test_one_byte_more_or_another_name_is_another_hash(self):
        found = {self.files()}
        for change in ({"wattseal/assembly.mpy": b"x"}, {"wattseal/core/new.py": b""}):
            for path, data in change.items():
                self.put(path, data)
            found.add(self.files())
        self.assertEqual(len(found), 3)

    def test_an_archive_counts_as_a_file_and_what_is_mounted_from_it_does_not(self):
        mounted = list(sys.path)
        flash = self.folder + "/flash"
        os.mkdir(flash)
        try:
            for path, data in ARCHIVED.items():
                self.put("flash/" + path, data)
            sys.path[:] = mounted[::-1] + [flash]  # the modules that it holds come first
            self.assertEqual(self.files(), expected(ARCHIVED))
            self.put("flash/modules.archive", b"WSMA\2")
            self.assertEqual(self.files() == expected(ARCHIVED), False)
        finally:
            scratch_folder.remove(flash)

    def test_where_all_is_frozen_there_is_none(self):
        sys.path[:] = [".frozen", self.folder + "/data"]
        self.assertEqual(self.files(), b"")


class TestImage(unittest.TestCase):
    def test_of_its_bytes_however_they_are_cut(self):
        def whole(*pieces):
            return asyncio.run(audit_running.image(lambda: iter(pieces)))

        self.assertEqual(whole(b"ab", b"", b"c"), hashlib.sha256(b"abc").digest())
        self.assertEqual(whole(), b"")
