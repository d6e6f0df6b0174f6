"""Each call of a file and of its folder counts, and may fail: before, half-way and after."""

import os
import sys
import unittest

import scratch_folder
from failing_files import FailingFiles

HERE = sys.modules[__name__]
CONTENT = b"0123456789"


class FailingFilesTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.path = self.folder + "/a"
        with open(self.path, "wb") as file:
            file.write(CONTENT)

    def tearDown(self):
        scratch_folder.remove(self.folder)

    def played(self, fail_at=0, done="nothing"):
        """(number of calls, what had come when one failed)."""
        files = FailingFiles((HERE,), fail_at, OSError(5), done)
        buffer, came = bytearray(10), 0
        try:
            came += len(os.listdir(self.folder))
            came += os.stat(self.path)[6]
            with open(self.path, "rb") as file:
                file.seek(0)
                file.readinto(buffer)
        except OSError:
            pass
        finally:
            files.restore()
        return files.calls, came, bytes(buffer)

    def test_each_of_them_counts(self):
        self.assertEqual(self.played(), (6, 11, CONTENT))

    def test_each_of_them_may_fail(self):
        for at in range(1, 6):
            self.assertEqual(self.played(at)[2], bytes(10))
        self.assertEqual([self.played(at)[1] for at in range(1, 6)], [0, 1, 11, 11, 11])

    def test_what_is_read_into_comes_by_halves(self):
        for done, came in (("half", CONTENT[:5] + bytes(5)), ("all", CONTENT)):
            self.assertEqual(self.played(5, done)[2], came)


if __name__ == "__main__":
    unittest.main()
