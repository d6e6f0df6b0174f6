"""A MicroPython unix REPL on a pseudo-terminal, a device for mpremote; CPython only."""

import contextlib
import os
import pty
import subprocess
import tty


@contextlib.contextmanager
def repl(interpreter, folder, arguments=("-X", "heapsize=4M", "-i")):
    """The path of the terminal; `folder` is the device's file system."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    port = os.ttyname(slave)
    # The interpreter gets the master: what mpremote writes to the slave is what it reads.
    process = subprocess.Popen(
        [interpreter, *arguments], cwd=folder,
        stdin=master, stdout=master, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield port
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)
