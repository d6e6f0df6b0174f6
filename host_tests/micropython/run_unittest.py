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


def main(path):
    folder, name = path.rsplit("/", 1)
    sys.path.insert(0, folder)
    module = __import__(name[:-3])
    suite = unittest.TestSuite()
    for case in test_cases(module):
        suite.addTest(case)
    result = unittest.TestRunner().run(suite)
    for text in getattr(result, "exceptions", None) or []:
        print(text)
    bad = result.failuresNum + result.errorsNum
    print("WATTSEAL-RESULT ran=%d bad=%d skipped=%d" % (result.testsRun, bad, result.skippedNum))
    sys.exit(1 if bad or not result.testsRun else 0)


main(sys.argv[1])
