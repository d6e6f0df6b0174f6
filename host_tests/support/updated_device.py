"""A commanded device that takes packages, and `tools.update` as an operator runs it."""

import asyncio
import json
import sys

import interpreters
from commanded_device import Device

from tools import private_key


class UpdatedDevice(Device):
    """`config`: what its configuration has beside a commanded device's."""

    def __init__(self, folder, port, **config):
        super().__init__(folder, port)
        self.config |= {"update_key": private_key.new(folder / "update.pem"), **config}
        (folder / "config.json").write_text(json.dumps(self.config))

    async def update(self, *words):
        """(exit code, what `tools.update` answers, {} for nothing)."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tools.update", *[str(word) for word in words], "--json",
            cwd=interpreters.ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await process.communicate()
        return process.returncode, json.loads(out or b"{}")

    async def send(self, path):
        """(exit code, answer)."""
        code, told = await self.update(
            "send", path, "--device", self.id, "--command-key", self.folder / "command.pem",
            "--broker", f"127.0.0.1:{self.broker.port}", "--silence", 60, "--trial", 0,
        )  # fmt: skip
        assert told.pop("device") == self.id
        return code, told
