"""The power fails at each program and erase of an audit log on LittleFS: nothing is lost."""

import sys
import unittest

_STEP_64, _STEP_32 = 1, 5


class AuditCutTest(unittest.TestCase):
    def cut(self, progsize):
        if sys.implementation.name != "micropython":
            raise unittest.SkipTest("CPython has no LittleFS")
        from audit_cuts import cases  # imported late: CPython has nothing for it

        step = _STEP_64 if sys.maxsize > 1 << 32 else _STEP_32
        ((_, tried, wrong),) = cases(progsize, step)
        print("%d cuts" % tried, end=" ")
        self.assertTrue(tried > 40)
        self.assertEqual(wrong[:3], [])

    def test_in_pieces_of_32_bytes(self):
        self.cut(32)

    def test_in_pages(self):
        self.cut(256)


if __name__ == "__main__":
    unittest.main()
