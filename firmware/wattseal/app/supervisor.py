"""Runs the tasks and feeds the watchdog only while all of them progress; decides nothing else.

No task is restarted in place: the first one to end takes the firmware down, and a reset starts it.
"""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable, Coroutine, Protocol, Sequence

    from wattseal.contracts import Watchdog

    class Heart(Protocol):
        """What beats as long as it progresses."""

        beats: int


_BEAT_MS = const(1000)
_PATIENCE_BEATS = const(60)  # a meter with a slow line may take several grid points


class TaskEnded(Exception):
    """A task that must run for ever has returned."""


def run_until_fault(
    firmware: "Coroutine[Any, Any, None]", make_safe: "Callable[[], None]",
    show: "Callable[[Exception], None]", reset: "Callable[[], None]",
) -> None:  # fmt: skip
    """Run the coroutine `firmware`, which must never end; when it has, `make_safe` comes first.

    Then `show` what ended it, and `reset`. Ctrl-C at a console passes through: a person wants the
    prompt.
    """
    try:
        try:
            asyncio.run(firmware)
        finally:
            make_safe()
    except Exception as fault:  # whatever it was: a charger must come back by itself
        try:
            show(fault)
        finally:  # a console that fails must not keep it down
            reset()
    else:
        reset()


class Supervisor:
    """`hearts`: objects whose `beats` must go up; `tasks`: coroutines that must never return."""

    def __init__(
        self, tasks: "Sequence[Awaitable[None]]", hearts: "Sequence[Heart]",
        watchdog: "Watchdog", beat_ms: int = _BEAT_MS, patience_beats: int = _PATIENCE_BEATS,
    ) -> None:  # fmt: skip
        self._tasks = tasks
        self._hearts = hearts
        self._watchdog = watchdog
        self._beat_ms = beat_ms
        self._patience_beats = patience_beats

    async def run(self) -> None:
        """Raises what the first failing task raised."""
        await asyncio.gather(self._watch(), *[_for_ever(task) for task in self._tasks])

    async def _watch(self) -> None:
        seen = [-1] * len(self._hearts)
        silent = [0] * len(self._hearts)
        while True:
            for i, heart in enumerate(self._hearts):
                silent[i] = silent[i] + 1 if heart.beats == seen[i] else 0
                seen[i] = heart.beats
            if all(beats < self._patience_beats for beats in silent):
                self._watchdog.feed()
            await asyncio.sleep_ms(self._beat_ms)


async def _for_ever(task: "Awaitable[None]") -> None:
    await task
    raise TaskEnded("a task that must never end has ended")
