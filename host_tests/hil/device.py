"""A board for the suite, through mpremote's transport: puts files in a folder of its own, runs
scripts, and takes the folder away; touches no configuration, key or journal."""

import ast
import errno
from pathlib import Path, PurePosixPath

import plan
from mpremote.transport import TransportExecError
from mpremote.transport_serial import SerialTransport

from tools import attached

FOLDER = "hil"
_ASK = """
import os, sys
print(repr((os.getcwd(), sys.platform, sys.implementation._mpy >> 10 & 15, sys.path[:1])))
"""
_FORGET = """
import gc, sys
for _name in list(sys.modules):
    if _name != "__main__":
        del sys.modules[_name]
gc.collect()
"""
_REMOVE = """
import os
def _remove(path):
    for row in list(os.ilistdir(path)):
        if row[0] in (".", ".."):
            continue
        if row[1] == 0x4000:
            _remove(path + "/" + row[0])
        else:
            os.remove(path + "/" + row[0])
    os.rmdir(path)
try:
    os.stat(%r)
except OSError:
    pass
else:
    _remove(%r)
"""


class HilFault(Exception):
    """The board cannot be used; the argument is one sentence."""


class Device:
    """The board at `port`. With `resume` it is not restarted, ever: a unix port would end. As a
    context it takes its folder away, however that ends."""

    def __init__(self, port: str, resume: bool) -> None:
        self._port, self._resume = port, resume
        self._there: set[str] = set()
        self._folders: set[str] = set()
        self.stays = ""  # after it is left: what was not taken away, in words
        self._transport = self._connect()
        try:
            self._begin()
        except (HilFault, KeyboardInterrupt):
            attached.give_up(self._transport, resume)
            raise

    def _begin(self) -> None:
        """A folder of an earlier run that was cut off goes first. HilFault."""
        said = self._exec(_ASK)
        try:
            folder, self.platform, architecture, path = ast.literal_eval(said.strip())
            self._base = folder.rstrip("/") + "/" + FOLDER
            self.architecture = plan.ARCHITECTURES[architecture]
        except (ValueError, SyntaxError, TypeError, IndexError, AttributeError) as fault:
            raise HilFault(
                f"the board at {self._port} says what no MicroPython says of itself: {said[:80]!r}"
            ) from fault
        self._home = folder
        self.has_image = path == [".frozen"]  # our _boot.py has run
        self._exec(_REMOVE % (self._base, self._base))

    def __enter__(self) -> "Device":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.stays = f"{FOLDER} stays on the board"
        try:
            if kind:  # a script may still run there
                attached.waiting(self._transport)
            self._leave()
        except (HilFault, *attached.LOST) as fault:
            attached.give_up(self._transport, self._resume)
            if not kind:
                told, self.stays = self.stays or "the board was not restarted", ""
                raise HilFault(f"{told}: {attached.reason(fault)}") from fault

    def _connect(self) -> SerialTransport:
        try:
            return attached.connect(self._port, self._resume)
        except attached.AttachedFault as fault:
            raise HilFault(str(fault)) from fault

    def _exec(self, script: str, patience_s: int = 10) -> str:
        said, trouble = self._said(script, patience_s)
        if trouble:
            raise HilFault(f"the board refuses a command: {trouble.strip().splitlines()[-1]}")
        return said

    def _said(self, script: str, patience_s: int) -> tuple[str, str]:
        try:
            with attached.muted():
                said, trouble = self._transport.exec_raw(script, timeout=patience_s)
        except attached.LOST as fault:
            raise HilFault(
                f"the board at {self._port} went quiet for {patience_s} s; press its reset"
            ) from fault
        return said.decode(errors="replace"), trouble.decode(errors="replace")

    def put(self, files: dict[str, Path]) -> None:
        """{name below the folder: source}; what is there already is not sent again. HilFault."""
        for name, source in files.items():
            if name in self._there:
                continue
            path = PurePosixPath(self._base) / name
            for folder in [str(each) for each in reversed(path.parents)]:
                if folder.startswith(self._base) and folder not in self._folders:
                    self._exec(f"import os\nos.mkdir({folder!r})")
                    self._folders.add(folder)
            try:
                data = plan.content(source, self.architecture)
                self._transport.fs_writefile(str(path), data, chunk_size=1024)
            except attached.LOST as fault:
                raise HilFault(self._not_put(name, fault)) from fault
            self._there.add(name)

    def _not_put(self, name: str, fault: Exception) -> str:
        # mpremote makes an OSError of what the board says of its file system
        if isinstance(fault, TransportExecError) or getattr(fault, "errno", 0) == errno.ENOSPC:
            return f"{name} does not fit on the board; flash our image, which holds the firmware"
        return f"the board at {self._port} is gone ({attached.reason(fault)}); plug it in"

    def run(self, folders: list[str], script: str, patience_s: int) -> tuple[str, str]:
        """(what it printed, traceback or "") of a script with these folders on its path, ours the
        current one, on a heap as after a start. HilFault."""
        if not self._resume:
            self._transport.serial.close()
            self._transport = self._connect()
        self._exec(_FORGET)  # after a restart too: our _boot.py has loaded asyncio
        paths = [f"{self._base}/{folder}" for folder in folders]
        # Our image's own modules come first there: what is tested is what is shipped.
        order = f"_path + {paths!r}" if self.has_image else f"{paths!r} + _path"
        head = f"import os, sys\nos.chdir({self._base!r})\n"
        head += "try:\n _path\nexcept NameError:\n _path = list(sys.path)\n"
        head += f"sys.path[:] = {order}\n"
        return self._said(head + script, patience_s)

    def data_folder(self) -> str:
        return self._base + "/data"

    def _leave(self) -> None:
        """Nothing of the suite stays; the board starts its own firmware. HilFault, or of LOST."""
        home = f"import os\nos.chdir({self._home!r})\n"
        self._exec(home + _REMOVE % (self._base, self._base), 60)
        self.stays = ""
        attached.leave(self._transport, self._resume)
