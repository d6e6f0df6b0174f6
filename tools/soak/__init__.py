"""A year of the shipped assembly in virtual time, on a small heap; changes nothing of it."""

import sys

from tools.stage import ROOT

sys.path += [
    str(ROOT / place) for place in ("host_tests/support", "host_tests/cpython", "firmware")
]
