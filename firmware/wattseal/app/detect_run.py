"""One commissioning from its start to its sentence; asks and writes through what it is given.

Beside the firmware the line is set back as it was, whatever happens: what was written counts from
the next start on.
"""

import asyncio

from micropython import const

from wattseal.core import detect_lines, detect_models

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Protocol, Sequence

    from wattseal.app.detect_search import Probe, Search
    from wattseal.app.sampler import Sampler
    from wattseal.core.detect_changes import Pair
    from wattseal.core.detect_lines import Line
    from wattseal.core.detect_models import Found
    from wattseal.core.settings import Connector

    class Check(Protocol):
        """drivers.detect_meter.Check."""

        async def look(self, unit: int) -> Found: ...


_LOOK_MS = const(20)
_REST_MS = const(1600)  # no reply to what was asked can come any more: timeout and latency


class Outcome:
    """What came of a search. `sentences`: for a person, the last one says what was written."""

    def __init__(self, line: "Line | None", found: "list[Found]") -> None:
        self.line = line
        self.found = found
        self.sentences = [detect_models.sentence(meter) for meter in found]
        self.ok = False


class Detection:
    """`make_check(probe)`: what checks a meter; `drop(name)`: a module is needed no more.

    `places`: all connectors of the configuration, [] for none; `named`: the unit of each that its
    file names, 0 for none; `write(line, pairs)`: changes the configuration, False when it says all
    of it already; None: nothing is written.
    """

    def __init__(
        self, search: "Search", probe: "Probe", make_check: "Callable[[Any], Check]",
        drop: "Callable[[str], None]", say: "Callable[[str], None]", bus: int,
        places: "Sequence[Connector]", named: "Sequence[int]",
        write: "Callable[[Line, list[Pair]], bool] | None",
    ) -> None:  # fmt: skip
        self._search: Search | None = search
        self._probe: Probe | None = probe
        self._make_check = make_check
        self._drop = drop
        self._say = say
        self._bus = bus
        self._places = places
        self._named = named
        self._write = write

    async def run(self) -> Outcome:
        """Once. OSError: the line is gone, or the configuration cannot be written."""
        search, probe, self._search, self._probe = self._search, self._probe, None, None
        assert search and probe
        units = await search.run()
        noises = search.noises
        search = None  # a small board has no room for all the parts at once
        self._drop("detect_search")
        line = probe.line if units else None
        found = await self._checked(probe, units)
        probe = None
        for name in ("detect_meter", "detect_mains", "detect_units"):
            self._drop(name)
        outcome = Outcome(line, found)
        if line is None:
            outcome.sentences += noises
            outcome.sentences.append("no meter answers on this line; check its wires and power")
            return outcome
        outcome.sentences.insert(0, "the line is %s" % detect_lines.text(line))
        self._conclude(outcome, line)
        return outcome

    async def _checked(self, probe: "Probe", units: "list[int]") -> "list[Found]":
        check = self._make_check(probe)
        found: list[Found] = []
        for unit in units:
            self._say("unit %d answers; asking which model it is" % unit)
            found.append(await check.look(unit))
        return found

    def _conclude(self, outcome: Outcome, line: "Line") -> None:
        if self._write is None:
            outcome.ok = all(meter.sure and not meter.problems for meter in outcome.found)
            return
        from wattseal.core import detect_changes  # late: much else is not needed any more

        pairs, missing = detect_changes.pairs(self._places, self._bus, outcome.found, self._named)
        for i, model, unit in pairs:
            told = (self._places[i].id, unit, model)
            outcome.sentences.append("connector %d: unit %d, %s" % told)
        outcome.sentences += missing
        outcome.ok = not missing
        if not pairs:
            outcome.sentences.append("nothing was written")
        elif self._write(line, pairs):
            outcome.sentences.append("the configuration is written; restart to use it")
        else:
            outcome.sentences.append("the configuration says so already")


async def beside(
    samplers: "Sequence[Sampler]", refusal: "Callable[[], str]", detection: Detection,
    back: "Callable[[], object]", rest_ms: int = _REST_MS,
) -> Outcome:  # fmt: skip
    """Run it while no sampler uses a line: a start that is asked for meanwhile waits for the first
    sample behind it. The samplers' hearts beat on. `refusal()`: why none may begin now, "" when it
    may; `back()` sets the line as it was."""
    try:
        for sampler in samplers:
            sampler.held = True
        while any(sampler.sampling for sampler in samplers):
            await asyncio.sleep_ms(_LOOK_MS)
        why = refusal()  # the sample under way may have served a start
        if why:
            outcome = Outcome(None, [])
            outcome.sentences.append(why)
            return outcome
        try:
            return await detection.run()
        finally:
            try:
                await asyncio.sleep_ms(rest_ms)
            finally:  # whoever cancels it again wants the line back all the same
                back()
    finally:
        for sampler in samplers:
            sampler.held = False
