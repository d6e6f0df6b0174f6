"""Files whose time of change is what a test says, in place of a module's `os`; changes no file."""

import os


class TimedFiles:
    """`changed`: of every file, in seconds; until `restore`."""

    def __init__(self, module):
        self.changed = 77
        self.rename, self.remove = os.rename, os.remove
        self._module = module
        module.os = self

    def restore(self):
        self._module.os = os

    def stat(self, path):
        return os.stat(path)[:8] + (self.changed, 0)  # noqa: RUF005 - MicroPython has no stars here
