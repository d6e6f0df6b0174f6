"""Runs one unittest file under MicroPython; prints one result line a runner must match.

micropython-lib's `unittest.main()` has exited with 0 on failures in several releases, so the exit
status alone proves nothing: the runner on the host accepts only the line printed here.
"""

import sys
import unittest


def test_cases(module):
    for name in sorted(dir(module)):
        item = getattr(module, name)
        if not isinstance(item, type) or item is unittest.TestCase:
            continue
        if issubclass(item, unittest.TestCase):
            yield item


def run(name):
    """Run the tests of a module that can be imported; True when all that ran were good."""
    suite = unittest.TestSuite()
    for case in test_cases(__import__(name)):
        suite.addTest(case)
    result = unittest.TestRunner().run(suite)
    for text in getattr(result, "exceptions", None) or []:
        print(text)
    bad = result.failuresNum + result.errorsNum
    print("WATTSEAL-RESULT ran=%d bad=%d skipped=%d" % (result.testsRun, bad, result.skippedNum))
    return bad == 0 and result.testsRun > 0


def main(path):
    folder, name = path.rsplit("/", 1)
    sys.path.insert(0, folder)
    sys.exit(0 if run(name[:-3]) else 1)


if __name__ == "__main__":
    main(sys.argv[1])
