"""Imports modules one by one and prints what each took itself; run by MicroPython.

Arguments: the modules' names. Prints {module: [microseconds, bytes of the heap that it keeps]} as
JSON. What a module imports is taken off: it has figures of its own. Garbage does not count, save
an object that a stale word of the stack names. A pool of names that grows is put down to the
module that had one name too many.
"""

import builtins
import gc
import json
import sys
import time


class Costs:
    """Time and heap go to the innermost module that is being imported."""

    def __init__(self):
        self.rows = {"": [0, 0]}
        self._importing = [""]
        self._really = builtins.__import__
        self._rest()

    def _rest(self):
        gc.collect()
        self._held = gc.mem_alloc()
        self._since = time.ticks_us()

    def _charge(self):
        took = time.ticks_diff(time.ticks_us(), self._since)
        gc.collect()
        row = self.rows[self._importing[-1]]
        row[0] += took
        row[1] += gc.mem_alloc() - self._held

    def import_(self, name, in_globals=None, in_locals=None, wanted=(), level=0):
        """As __import__, a package before what is in it. MicroPython tells no globals: who asks is
        the module that is being imported."""
        if level:
            package = self._importing[-1]
            for _ in range(level - hasattr(sys.modules[package], "__path__")):
                package = package.rpartition(".")[0]
            name = package + "." + name if name else package
        at = name.find(".")
        while at > 0:
            self._one(name[:at])
            at = name.find(".", at + 1)
        self._one(name)
        return self._really(name, None, None, wanted, 0)

    def _one(self, name):
        if name in sys.modules or name in self.rows:
            return
        self._charge()
        self.rows[name] = [0, 0]
        self._importing.append(name)
        self._rest()
        try:
            self._really(name)
        finally:
            self._charge()
            self._importing.pop()
            self._rest()


def main(names):
    costs = Costs()
    builtins.__import__ = costs.import_
    for name in names:
        __import__(name)
    print(json.dumps({name: costs.rows[name] for name in names}))


main(sys.argv[1:])
