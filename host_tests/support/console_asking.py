"""A console of the shipped assembly in virtual time, asked line by line; MicroPython only."""

import asyncio

from console_case import answer_to

from wattseal.console import wiring


class Said:
    """`all`: every line that was said. contracts.Lines."""

    def __init__(self, world):
        self._lines, self._told, self.all = [], [], []
        self._come, self._gone = asyncio.Event(), asyncio.Event()
        run = wiring.run(world.firmware, self, world.inputs, None, self._say)
        self._task = asyncio.create_task(self._until_it_ends(run))

    async def _until_it_ends(self, run):
        try:
            await run
        finally:
            self._gone.set()  # or whoever asks would wait for ever

    async def read_line(self):
        while not self._lines:
            self._gone.set()  # the answer before may have had several lines
            self._come.clear()
            await self._come.wait()
        return self._lines.pop(0).encode()

    def _say(self, text):
        self.all.append(text)
        self._told.append(text)

    async def lines(self, line):
        """All that is said to it."""
        self._told.clear()
        self._gone.clear()
        self._lines.append(line)
        self._come.set()
        await self._gone.wait()
        if self._task.done():
            await self._task
        return list(self._told)

    async def ask(self, line):
        """The last that is said to it."""
        return (await self.lines(line))[-1]

    def end(self):
        self._task.cancel()


async def unlocked(said, signer, level):
    challenge = await said.ask("unlock %d" % level)
    digits = answer_to(challenge, signer, device_id=signer.device_id)
    told = await said.ask("answer " + digits)
    assert told.startswith("level %d," % level), told
