"""Runs on MicroPython and CPython: plays a support module's `cases`, a line of JSON for each.

The arguments come as JSON on standard input: as a word of the command they may be too long.
"""

import json
import sys


def main(module):
    cases = __import__(module).cases
    for what, tried, wrong in cases(**json.loads(sys.stdin.readline())):
        print(json.dumps([what, tried, wrong]))


main(sys.argv[1])
