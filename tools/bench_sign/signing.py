"""Times signing on the MicroPython unix port and on CPython in turns; judges only their ratios.

Times on a busy machine mean little, and so do two runs after each other. So every round lets each
contestant sign a few times, the least time of each over all rounds counts, and there are more
rounds when a promise is missed: on a busy machine some have not yet had a quiet moment.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import ecdsa
from ecdsa import ellipticcurve
from ecdsa.util import sigencode_der

from tools.bench_figures import BenchFault, Figure, Outcome

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = (200, 400, 800)  # judged after each of these
NATIVE = ROOT / "build/native/x64"
IN_ROUND = {"sign": 8, "textbook": 1, "verify": 1}  # MicroPython's share of a round
IN_ROUND_NATIVE = {"sign_native": 32}
IN_ROUND_CPYTHON = 12
TEXTBOOK_BY_ECDSA = (12, 17)  # a yardstick outside of this is not the textbook's
FASTER_THAN_TEXTBOOK = 8
SIGN_BY_ECDSA = 1.9
NATIVE_FASTER_THAN_ECDSA = 5


class Device:
    """MicroPython with tools/bench_sign/device.py, waiting for orders."""

    def __init__(self, interpreter: str) -> None:
        places = ["firmware", "tools/bench_sign", "build/lib", "build/comb", NATIVE]
        path = ":".join([*(str(ROOT / place) for place in places), ".frozen"])
        process = subprocess.Popen(
            [interpreter, str(ROOT / "tools/bench_sign/device.py")],
            env=dict(os.environ, MICROPYPATH=path), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert process.stdin and process.stdout  # both are pipes
        self._process, self._orders, self._answers = process, process.stdin, process.stdout

    def time_ns(self, name: str, count: int) -> int:
        """Time of one, the mean of `count`. BenchFault."""
        try:
            self._orders.write(f"{name} {count}\n")
            self._orders.flush()
        except BrokenPipeError:
            pass  # what it printed tells more
        answer = self._answers.readline()
        if not answer.strip().isdigit():
            text = (answer + self._answers.read()).strip()
            raise BenchFault(f"MicroPython stopped in the bench of signing: {text[-300:]}")
        return int(answer)

    def close(self) -> None:
        self._orders.close()
        self._process.wait()


class Cpython:
    """python-ecdsa on this interpreter, its table of the generator warm."""

    def __init__(self) -> None:
        if ellipticcurve.GMPY:
            raise BenchFault("python-ecdsa found gmpy2 and is no pure Python; uninstall gmpy2")
        key = hashlib.sha256(b"a key for the bench alone").digest()
        self._key = ecdsa.SigningKey.from_string(key, ecdsa.NIST256p, hashlib.sha256)
        self._digests = [hashlib.sha256(bytes([i])).digest() for i in range(32)]

    def time_ns(self, count: int) -> int:
        start = time.perf_counter_ns()
        for digest in self._digests[:count]:
            self._key.sign_digest_deterministic(digest, hashlib.sha256, sigencode_der)
        return (time.perf_counter_ns() - start) // count


def run() -> Outcome:
    """Figures "sign", "sign_textbook", "verify". BenchFault without a MicroPython."""
    device, cpython = Device(interpreter()), Cpython()
    in_round = dict(IN_ROUND)
    if (NATIVE / "wattseal_p256.mpy").exists():
        in_round.update(IN_ROUND_NATIVE)
    else:
        print("bench: no figure of the native module: run: make native")
    least: dict[str, int] = {}
    missed: list[str] = []
    done = 0
    try:
        for rounds in ROUNDS:
            for _ in range(rounds - done):
                _round(device, cpython, in_round, least)
            done = rounds
            missed = judge(least)
            if not missed:
                break
    finally:
        device.close()
    return Outcome(_figures(least), missed)


def judge(least: Mapping[str, float]) -> list[str]:
    """One sentence for each promise that these times break."""
    sign, textbook, by_ecdsa = least["sign"], least["textbook"], least["ecdsa"]
    native = least.get("sign_native", 0)
    missed = []
    low, high = TEXTBOOK_BY_ECDSA
    if not low <= textbook / by_ecdsa <= high:
        missed.append(
            f"the textbook's signing takes {textbook / by_ecdsa:.1f} times CPython's ecdsa, not "
            f"{low} to {high}, so it measures nothing; look at tools/bench_sign/textbook.py"
        )
    if textbook / sign < FASTER_THAN_TEXTBOOK:
        missed.append(
            f"signing is {textbook / sign:.2f} times as fast as the textbook's, "
            f"less than {FASTER_THAN_TEXTBOOK}"
        )
    if sign / by_ecdsa > SIGN_BY_ECDSA:
        missed.append(
            f"signing takes {sign / by_ecdsa:.2f} times CPython's ecdsa, more than {SIGN_BY_ECDSA}"
        )
    if native and by_ecdsa / native < NATIVE_FASTER_THAN_ECDSA:
        missed.append(
            f"the native module is {by_ecdsa / native:.2f} times as fast as CPython's ecdsa, "
            f"less than {NATIVE_FASTER_THAN_ECDSA}"
        )
    return missed


def _round(
    device: Device, cpython: Cpython, in_round: dict[str, int], least: dict[str, int]
) -> None:
    times = {name: device.time_ns(name, count) for name, count in in_round.items()}
    times["ecdsa"] = cpython.time_ns(IN_ROUND_CPYTHON)
    for name, time_ns in times.items():
        least[name] = min(time_ns, least.get(name, time_ns))


def _figures(least: dict[str, int]) -> dict[str, Figure]:
    host = f"python-ecdsa {ecdsa.__version__} signing on CPython"
    sign, textbook, by_ecdsa = least["sign"], least["textbook"], least["ecdsa"]
    figures = {
        "sign": Figure(sign / 1e6, "ms", host, round(sign / by_ecdsa, 3)),
        "sign_speed": Figure(
            round(textbook / sign, 3), "times as fast", "textbook Jacobian on MicroPython",
            round(textbook / sign, 3),
        ),
        "sign_textbook": Figure(textbook / 1e6, "ms", host, round(textbook / by_ecdsa, 3)),
        "verify": Figure(least["verify"] / 1e6, "ms"),
    }  # fmt: skip
    if "sign_native" in least:
        native, speed = least["sign_native"], round(by_ecdsa / least["sign_native"], 3)
        figures["sign_native"] = Figure(native / 1e6, "ms")
        figures["sign_native_speed"] = Figure(speed, "times as fast", host, speed)
    return figures


def interpreter() -> str:
    """The 64-bit MicroPython: `make bench MICROPYTHON=path`, else the one beside this Python."""
    named = os.environ.get("WATTSEAL_MICROPYTHON")
    beside = Path(sys.executable).with_name("micropython")
    found = named or (str(beside) if beside.exists() else shutil.which("micropython"))
    if not found or not shutil.which(found):
        raise BenchFault("there is no MicroPython to measure on; name one with MICROPYTHON=path")
    return found
