"""Runs the tasks and feeds the watchdog only while the vital ones progress; decides nothing else.

No task is restarted in place: the first one to end takes the firmware down, and a reset starts it.
"""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable, Coroutine, Protocol, Sequence

    from wattseal.contracts import Watchdog

    class Heart(Protocol):
        """What beats as long as it progresses. `resting`: there is nothing to progress with."""

        @property
        def beats(self) -> int: ...
        @property
        def resting(self) -> bool: ...

    Watched = tuple[str, Heart, int, bool]  # name, heart, patience in beats, whether it is vital


_BEAT_MS = const(1000)


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
            try:
                make_safe()
            except KeyboardInterrupt:  # the second of two at once, as mpremote may send them
                make_safe()
                raise
    except Exception as fault:  # whatever it was: a charger must come back by itself
        try:
            show(fault)
        finally:  # a console that fails must not keep it down
            reset()
    else:
        reset()


def made_or_again(
    make: "Callable[[], Any]", refusals: "tuple[type[Exception], ...]",
    again: "Callable[[], None]",
) -> "Any":  # fmt: skip
    """What `make` returns; None once anything else than one of `refusals`, which the caller
    tells, has led to `again`. Ctrl-C passes through."""
    try:
        return make()
    except refusals:
        raise
    except Exception as fault:  # the next time it may go well, and nobody would start it else
        print("wattseal: the start failed (%r); starting again" % fault)
    again()  # the fault and all that it came through are let go of
    return None


class Supervisor:
    """`tasks`: coroutines that must never return. `hearts`: what they are watched by.

    `stalled`: names of those that stand still; a vital one among them starves the watchdog, any
    other is only named: a broker must not be able to reset a charger.
    """

    def __init__(
        self, tasks: "Sequence[Awaitable[None]]", hearts: "Sequence[Watched]",
        watchdog: "Watchdog", stalled: "list[str]", beat_ms: int = _BEAT_MS,
    ) -> None:  # fmt: skip
        self._tasks = tasks
        self._hearts = hearts
        self._watchdog = watchdog
        self._beat_ms = beat_ms
        self._stalled = stalled

    async def run(self) -> None:
        """Raises what the first failing task raised."""
        await asyncio.gather(self._watch(), *[_for_ever(task) for task in self._tasks])

    async def _watch(self) -> None:
        seen = [-1] * len(self._hearts)
        silent = [0] * len(self._hearts)
        while True:
            if self._all_vital_progress(seen, silent):
                self._watchdog.feed()
            await asyncio.sleep_ms(self._beat_ms)

    def _all_vital_progress(self, seen: "list[int]", silent: "list[int]") -> bool:
        progress = True
        self._stalled.clear()
        for i in range(len(self._hearts)):  # `enumerate` takes 10 KB of heap a minute here
            name, heart, patience_beats, vital = self._hearts[i]
            silent[i] = 0 if heart.resting or heart.beats != seen[i] else silent[i] + 1
            seen[i] = heart.beats
            if silent[i] >= patience_beats:
                self._stalled.append(name)
                progress = progress and not vital
        return progress


async def _for_ever(task: "Awaitable[None]") -> None:
    await task
    raise TaskEnded("a task that must never end has ended")
