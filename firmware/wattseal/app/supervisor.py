"""Runs the tasks and feeds the watchdog only while all of them progress; decides nothing else.

No task is restarted in place: the first one to end takes the firmware down, and a reset starts it.
"""

import asyncio

from micropython import const

_BEAT_MS = const(1000)
_PATIENCE_BEATS = const(60)  # a meter with a slow line may take several grid points


def run_until_fault(firmware: "object", show: "object", reset: "object") -> None:
    """Run the coroutine `firmware`, which must never end; `show` what ended it, then `reset`.

    Ctrl-C at a console passes through: a person wants the prompt.
    """
    try:
        asyncio.run(firmware)
    except Exception as fault:  # whatever it was: a charger must come back by itself
        show(fault)
    reset()


class Supervisor:
    """`hearts`: objects whose `beats` must go up; `tasks`: coroutines that must never return."""

    def __init__(self, tasks: list, hearts: list, watchdog: "object") -> None:
        self._tasks = tasks
        self._hearts = hearts
        self._watchdog = watchdog

    async def run(self) -> None:
        """Raises what the first failing task raised."""
        await asyncio.gather(self._watch(), *self._tasks)

    async def _watch(self) -> None:
        seen = [-1] * len(self._hearts)
        silent = [0] * len(self._hearts)
        while True:
            for i, heart in enumerate(self._hearts):
                silent[i] = silent[i] + 1 if heart.beats == seen[i] else 0
                seen[i] = heart.beats
            if all(beats < _PATIENCE_BEATS for beats in silent):
                self._watchdog.feed()
            await asyncio.sleep_ms(_BEAT_MS)
