"""A meter behind libmodbus' server, the second independent one: built from Debian's package."""

import asyncio
import os
import shutil
import subprocess
from fractions import Fraction

import interpreters
import pytest

SOURCE = interpreters.ROOT / "host_tests/support/libmodbus_meter.c"


def build(folder):
    """The program, compiled into `folder`. Skips the test where something is missing."""
    if not shutil.which("gcc"):
        pytest.skip("gcc is missing; install it with: sudo apt-get install gcc libc6-dev")
    program = folder / "libmodbus_meter"
    command = ["gcc", "-Wall", "-Wextra", "-Werror", "-O1", "-o", program, SOURCE, "-lmodbus"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=dict(os.environ, LC_ALL="C")
    )
    if "modbus/modbus.h: No such file" in done.stderr:
        pytest.skip(
            "libmodbus-dev is missing; install it with: sudo apt-get install libmodbus-dev"
        )
    assert done.returncode == 0, done.stderr
    return program


class LibmodbusMeter:
    """Serves what a SimMeter is set to, encoded by libmodbus, on a serial line."""

    def __init__(self, program, device, unit):
        self._command = [str(program), device, str(unit)]

    async def __aenter__(self):
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe
        )
        assert await self._process.stdout.readline() == b"ready\n"
        return self

    async def __aexit__(self, *_):
        self._process.stdin.close()
        await self._process.wait()

    async def put(self, function, address, kind, order, value):
        """Returns what libmodbus says it is."""
        line = "%d %d %s %s %s\n" % (function, address, kind, order, value)
        self._process.stdin.write(line.encode())
        return (await self._process.stdout.readline()).decode().strip()

    async def put_words(self, functions, words):
        """{address: word} as they are."""
        for address, word in words.items():
            for function in functions:
                await self.put(function, address, "raw", "big", "%04x" % word)

    async def put_measured(self, meter):
        """The numbers of a SimMeter; returns [energy in mWh, power in W] as served."""
        energy_mwh, powers_w = Fraction(0), []
        for number, count in meter.counts():
            for function in meter._map.measured:
                served = await self._put_number(function, number, count, meter._map.order)
            if number in meter._map.energy:
                exact = served * meter.step_wh(number) * 1000
                energy_mwh += int(exact + Fraction(1, 2))
            else:
                powers_w.append(served * number.step)
        return [int(energy_mwh), int(powers_w[0] - sum(powers_w[1:]))]

    async def _put_number(self, function, number, count, order):
        kind = "i32" if number.kind == "t6" else number.kind
        if number.kind == "t6":  # with the power of ten 0
            count = int(count) & 0xFFFFFF
        value = repr(float(count)) if kind[0] == "f" else int(count)
        told = Fraction(await self.put(function, number.address, kind, order, value))
        if number.kind == "t6":
            told -= (int(told) >> 23) << 24
        return told
