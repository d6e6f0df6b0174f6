"""The firmware's meter driver on a MicroPython, asked from a test as often as it likes."""

import asyncio
import json
import os

import interpreters

SCRIPT = interpreters.ROOT / "host_tests/support/read_meter.py"
_PATIENCE_S = 20


class MeterReader:
    """`async with MeterReader(interpreter, line, model) as reader: await reader.values()`.

    `interpreter`: a row of interpreters.found(); `line`: a pty's path, or a port for Modbus TCP.
    """

    def __init__(self, interpreter, line, model):
        _, path, heap = interpreter
        self._command = [path, "-X", "heapsize=" + heap, str(SCRIPT), str(line), model]

    async def __aenter__(self):
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT,
            cwd=interpreters.ROOT, env=dict(os.environ, MICROPYPATH=interpreters.micropypath()),
        )  # fmt: skip
        return self

    async def __aexit__(self, *_):
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def values(self):
        """[energy in mWh, power in W], or the fault's status."""
        return await self._ask("values")

    async def names(self):
        """[serial number, firmware, code], or the fault's status."""
        return await self._ask("names")

    async def _ask(self, what):
        self._process.stdin.write(what.encode() + b"\n")
        line = await asyncio.wait_for(self._process.stdout.readline(), _PATIENCE_S)
        try:
            return json.loads(line)
        except ValueError:
            raise AssertionError((line + await self._process.stdout.read()).decode())
