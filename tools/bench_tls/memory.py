"""Counts what mbedTLS takes for one mutual TLS connection; the largest piece is what is promised.

On the unix port it takes its memory of the C library, on RP2 of MicroPython's heap, in blocks of
16 bytes and with 8 of its own before each piece: so it is counted here.
"""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from tools.bench_figures import BenchFault, Figure, Outcome
from tools.bench_sign.signing import interpreter
from tools.bench_site import server_side
from tools.soak import limits

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
IN_BUFFER_BYTES = 16384  # mbedTLS's MBEDTLS_SSL_IN_CONTENT_LEN; nothing else is as large
MOST_IN_ONE_PIECE = limits.LEAST_BYTES  # what the soak shows to be free before each connection
_PATIENCE_S = 60


@dataclass
class Pieces:
    """Bytes as a board's heap counts them; `largest` as asked for."""

    context: int = 0  # before a connection: authorities, own certificate and key
    connected: int = 0
    peak: int = 0
    largest: int = 0


def run() -> Outcome:
    """Figures "tls.*", of the 32-bit interpreter where there is one. BenchFault."""
    if not shutil.which("gcc"):
        raise BenchFault("gcc is missing; install it with: sudo apt-get install gcc libc6-dev")
    named = os.environ.get("WATTSEAL_MICROPYTHON32")
    small = Path(named or ROOT / "build/micropython32/micropython")
    path, bits = (str(small), 32) if small.exists() else (str(interpreter()), 64)
    with tempfile.TemporaryDirectory() as name:
        pieces, own = _measured(Path(name), path, bits)
    unit = f"byte, {bits} bits"
    values = {
        "context": pieces.context + own["context"],
        "connected": pieces.connected + own["connected"],
        "peak": pieces.peak + own["connected"],
        "largest_piece": pieces.largest,
    }
    figures = {f"tls.{key}": Figure(value, unit) for key, value in values.items()}
    return Outcome(figures, judge(pieces))


def judge(pieces: Pieces) -> list[str]:
    """One sentence for the promise, when it is broken."""
    if pieces.largest <= MOST_IN_ONE_PIECE:
        return []
    return [f"tls.largest_piece is {pieces.largest} bytes, more than {MOST_IN_ONE_PIECE}"]


def count(told: str) -> Pieces:
    """Of the lines that heap.c writes."""
    found = Pieces()
    held = 0
    for line in told.splitlines():
        size = int(line[2:])
        cost = (size + 8 + 15) // 16 * 16
        if line[0] == "+":
            if size >= IN_BUFFER_BYTES and not found.context:
                found.context = held
            held += cost
            found.largest = max(found.largest, size)
        else:
            if size >= IN_BUFFER_BYTES:
                found.connected = held
            held -= cost
        found.peak = max(found.peak, held)
    return found


def _measured(folder: Path, path: str, bits: int) -> tuple[Pieces, dict[str, int]]:
    library, told = folder / "heap.so", folder / "heap.txt"
    build = ["gcc", f"-m{bits}", "-O1", "-shared", "-fPIC", "-o", str(library), HERE / "heap.c"]
    if subprocess.run(build, capture_output=True, timeout=_PATIENCE_S).returncode:
        raise BenchFault(f"gcc -m{bits} cannot build tools/bench_tls/heap.c; make micropython32")
    env = dict(os.environ, MICROPYPATH=f"{ROOT}/firmware:.frozen")
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer, args=(server, server_side(folder)), daemon=True).start()
        port = str(server.getsockname()[1])
        command = [path, "-X", "heapsize=256k", HERE / "device.py", str(folder), port, str(told)]
        done = subprocess.run(
            command, env=dict(env, LD_PRELOAD=str(library), HEAP_FILE=str(told)),
            capture_output=True, text=True, timeout=_PATIENCE_S,
        )  # fmt: skip
    if done.returncode or not told.exists() or not told.stat().st_size:
        last = (done.stdout + done.stderr).strip().rpartition("\n")[2]
        raise BenchFault(f"the TLS connection failed: {last}")
    return count(told.read_text()), json.loads(done.stdout)


def _answer(server: socket.socket, context: ssl.SSLContext) -> None:
    try:
        with context.wrap_socket(server.accept()[0], server_side=True) as sock:
            sock.sendall(sock.recv(16))
            sock.recv(16)
    except OSError as fault:
        print(f"bench: the TLS server: {fault}", file=sys.stderr)
