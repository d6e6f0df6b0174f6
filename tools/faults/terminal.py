"""The console: control bytes at random moments and floods (support/console_flood)."""

import tempfile
from pathlib import Path

import console_flood

from tools.faults.section import Play, Row

NAME = "console, control bytes and floods"
MUST = "prompts reached; samples late by more than 100 ms; heap grown"
_CONTROL, _LINES = 10_000, 1000
_LONG_BYTES, _LONGER_BYTES = 1 << 20, 10 << 20


def run(full: bool, play: Play) -> list[Row]:
    """One life of the firmware, in real time."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = console_flood.played(
            Path(folder), _CONTROL, _LINES, _LONGER_BYTES if full else _LONG_BYTES
        )
    return [
        Row(what, "micropython-unix64", outcome.sent, wrong)
        for what, wrong in outcome.wrong().items()
    ]
