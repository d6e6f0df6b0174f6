"""Wires what answers a person at the console, and stays with it, which `starting` does not."""

import gc

import micropython
from micropython import const

from wattseal import late
from wattseal.app.console import Console
from wattseal.app.newest_lines import say

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.app.console_desk import Commands
    from wattseal.assembly import Firmware
    from wattseal.console.access import Access
    from wattseal.console.commissioning import Commissioning
    from wattseal.contracts import Controls, Lines

    Log = Callable[[str], None]

_WRITING_LEVEL = const(2)
_WORDS = (
    b" help show unlock answer lock live selftest time faults fault meter session journal mqtt log"
    b" audit report erase "
)


def run(
    firmware: "Firmware", lines: "Lines", controls: "Controls",
    extra: "Commands | None" = None, log: "Log" = say,
) -> "Awaitable[None]":  # fmt: skip
    """`extra`: further words with their levels (app.console_desk)."""
    made: list[Access] = []

    def levelled(words: "list[str]") -> "Awaitable[str]":
        if not made:
            from wattseal.console.access import Access  # imported late: few ask

            made.append(Access(firmware, extra, _free_bytes, log))
        return made[0].answer(words)

    async def heap() -> str:
        """How much is free, and in how large a piece, once the rubbish is gone, and how many names
        there are. In one step: a signature that is computed beside it would leave 10 KB of new
        rubbish in between."""
        await firmware.calm()
        gc.collect()
        micropython.mem_info()
        micropython.qstr_info()
        return "heap shown"

    def commissioning() -> "Commissioning":
        from wattseal.console.commissioning import Commissioning

        return Commissioning(
            firmware, log, _free_bytes, lambda: bool(made) and made[0].level >= _WRITING_LEVEL
        )

    numbers = [connector.id for connector in firmware.connectors]
    return Console(
        lines, controls, numbers,
        lambda: firmware.greeting.status(firmware.publisher.connected), heap, log,
        late.Later(commissioning), levelled, _WORDS,
    ).run()  # fmt: skip


def _free_bytes() -> int:
    gc.collect()
    return gc.mem_free()
