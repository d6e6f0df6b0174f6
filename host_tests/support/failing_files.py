"""Lets every file call of chosen modules fail, one after another; MicroPython and CPython.

A call that fails has done nothing, half of its work, or all of it: the last two are what a full
disk and a KeyboardInterrupt just after the call leave behind.
"""

import os


class Faults:
    """Which call fails, and how. Counts from 1; 0 fails never."""

    def __init__(self, fail_at=0, error=None, done="nothing", forever=False):
        self.fail(fail_at, error, done, forever)

    def fail(self, fail_at, error, done, forever):
        self.fail_at, self._error, self.done, self.forever = fail_at, error, done, forever
        self.calls = 0

    @property
    def error(self):
        """A new one each time: what is raised again keeps all that it came through."""
        return type(self._error)(*self._error.args)

    def restore(self):
        self.fail_at = 0

    def strikes(self):
        self.calls += 1
        return self.fail_at and (
            self.calls == self.fail_at or (self.forever and self.calls > self.fail_at)
        )


class FailingFiles(Faults):
    """Stands in for `open` and `os` of `modules` until `restore`."""

    def __init__(self, modules, fail_at=0, error=None, done="nothing", forever=False):
        super().__init__(fail_at, error, done, forever)
        self.modules = modules
        self.left_open = 0
        for module in modules:
            module.open = self.open
            if hasattr(module, "os"):
                module.os = self

    def restore(self):
        super().restore()
        for module in self.modules:
            del module.open
            if hasattr(module, "os"):
                module.os = os

    def call(self, action, *arguments):
        if not self.strikes():
            return action(*arguments)
        if self.done == "all":
            action(*arguments)
        raise self.error

    def open(self, path, mode="r"):
        if not self.strikes():
            return FailingFile(self, open(path, mode))
        if self.done != "nothing":
            open(path, mode).close()
        raise self.error

    def rename(self, old, new):
        return self.call(os.rename, old, new)

    def remove(self, path):
        return self.call(os.remove, path)

    def mkdir(self, path):
        return self.call(os.mkdir, path)

    def listdir(self, path):
        return self.call(os.listdir, path)

    def stat(self, path):
        return self.call(os.stat, path)


class FailingFile:
    def __init__(self, files, file):
        self.files = files
        self.file = file
        files.left_open += 1

    def write(self, data):
        if not self.files.strikes():
            return self.file.write(data)
        if self.files.done != "nothing":
            self.file.write(data if self.files.done == "all" else data[: len(data) // 2])
            self.file.flush()
        raise self.files.error

    def flush(self):
        return self.files.call(self.file.flush)

    def close(self):
        # What was written before is committed all the same, as a finaliser would.
        try:
            return self.files.call(lambda: None)
        finally:
            self.file.close()
            self.files.left_open -= 1

    def read(self, *size):
        return self.files.call(self.file.read, *size)

    def readline(self, *size):
        return self.files.call(self.file.readline, *size)

    def readinto(self, buffer):
        if not self.files.strikes():
            return self.file.readinto(buffer)
        if self.files.done != "nothing":
            size = len(buffer) if self.files.done == "all" else len(buffer) // 2
            self.file.readinto(memoryview(buffer)[:size])
        raise self.files.error

    def seek(self, *where):
        return self.files.call(self.file.seek, *where)

    def fileno(self):
        return self.file.fileno()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
