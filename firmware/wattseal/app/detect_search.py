"""Looks for meters on a line of which nothing is known; decides the order, sets and asks nothing.

First quickly at the usual units of every line; then with patience, and at every unit, where meters
are delivered to be; at last the same on all other lines. The first line on which somebody answers
is the line: a bus has one. `core.detect_lines.worst_ms` adds up what it all takes at most.
"""

from micropython import const

from wattseal.core import detect_lines

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Coroutine, Protocol

    from wattseal.core.detect_lines import Line

    class Probe(Protocol):
        """drivers.detect_units.Probe."""

        functions: "tuple[int, ...]"
        line: "Line | None"

        def use(self, line: Line) -> bool: ...
        async def ask(self, unit: int, function: int, patient: bool) -> str: ...
        async def listen(self) -> bool: ...


_MOST_NOISES = const(4)


class Search:
    """`first_lines`, `first_units`: to begin with, as configured or delivered. `named`: all these
    units are written down, so that nobody else is looked for. `wanted`: how many meters there are
    where they are not; 0: as many as there may be. `say(sentence)`: told of the progress.
    """

    def __init__(
        self, probe: "Probe", say: "Callable[[str], None]", first_lines: "tuple[Line, ...]" = (),
        first_units: "tuple[int, ...]" = (), wanted: int = 0, named: bool = True,
    ) -> None:  # fmt: skip
        self._probe = probe
        self._say = say
        self._lines = list(detect_lines.lines(first_lines))
        self._likely = detect_lines.likely(first_lines)
        self._usual = detect_lines.units(first_units)
        self._configured = first_units if named else ()
        self._wanted = wanted
        self._left_ms = detect_lines.worst_ms(first_lines, first_units)
        self._late = False  # something came that was no answer to what was asked
        self.noises: list[str] = []  # what came that was no answer

    async def run(self) -> "list[int]":
        """The units that answer on `probe.line`, [] for none on any. OSError: the line is gone."""
        if not self._probe.use(self._lines[0]):
            self._lines, self._likely = self._lines[:1], 1
        likely, others = self._lines[: self._likely], self._lines[self._likely :]
        found = await self._quick_tour() or await self._patient_tour(likely)
        if not found:
            minutes = detect_lines.worst_ms(self._lines) // 60000 + 1
            self._say("nobody is where meters are delivered to be; %d min at most" % minutes)
            found = await self._sweeps(likely) or await self._others(others)
            if not found and self._left_ms <= 0:
                self.noises.append("the line is too noisy: not every unit of every line was asked")
            return found
        if self._enough(found):
            return found
        assert self._probe.line
        seconds = detect_lines.wait_ms(self._probe.line, False) * detect_lines.LAST_UNIT // 1000
        told = (_listed(found), seconds)
        self._say("units %s answer; now all others on this line, about %d s" % told)
        return sorted(found + await self._sweep(found, found))

    async def _quick_tour(self) -> "list[int]":
        for line in self._lines:
            if self._use(line):
                self._late = False
                found = await self._those(self._quick)
                # A late reply would be heard on the next line as if it were of there.
                if self._late or (not found and await self._probe.listen()):
                    found = await self._those(self._patient)
                if found:
                    return found
        return []

    async def _patient_tour(self, lines: "list[Line]") -> "list[int]":
        for line in lines:
            if self._use(line):
                self._say("asking with patience at %s" % detect_lines.text(line))
                found = await self._those(self._patient)
                if found:
                    return found
        return []

    async def _others(self, lines: "list[Line]") -> "list[int]":
        """Lines that nothing is known of: with patience, then every unit."""
        for line in lines:
            found = await self._patient_tour([line]) or await self._sweeps([line])
            if found:
                return found
        return []

    async def _sweeps(self, lines: "list[Line]") -> "list[int]":
        for line in lines:
            if self._use(line):
                self._say("asking every unit at %s" % detect_lines.text(line))
                found = await self._sweep([], self._usual)
                if found:
                    return found
        return []

    async def _sweep(self, known: "list[int]", asked: "list[int]") -> "list[int]":
        """Units beside those `known` that answer on this line; those `asked` already are left out.

        Quickly, but for the last: so a late reply of those before it is heard. None is asked with
        patience twice: with noise that would be all of them, again and again.
        """
        found: list[int] = []
        line = self._probe.line
        assert line
        last, patiently = detect_lines.LAST_UNIT, 0
        for unit in range(detect_lines.FIRST_UNIT, last + 1):
            if unit in asked or unit in found:
                continue
            outcome = await self._ask(unit, self._probe.functions[0], unit == last)
            if outcome == "answer":
                found.append(unit)
            elif outcome:
                for late in detect_lines.again(line, unit):
                    new = late > patiently and late not in known and late not in found
                    if new and await self._patient(late):
                        found.append(late)
                patiently = unit
            if self._enough(known + found) or not (known or found or self._left_ms > 0):
                break
        return found

    def _enough(self, found: "list[int]") -> bool:
        """Whether nobody else is looked for. Devices that are no meters of ours answer as well:
        where all units are written down, only all of those are enough."""
        if self._configured:
            return all(unit in found for unit in self._configured)
        return 0 < self._wanted <= len(found)

    def _use(self, line: "Line") -> bool:
        if self._left_ms <= 0:
            return False
        try:
            if self._probe.line != line:
                self._probe.use(line)
            return True
        except OSError:
            self._note("this line cannot be set to " + detect_lines.text(line))
            return False

    async def _those(self, answers: "Callable[[int], Coroutine[Any, Any, bool]]") -> "list[int]":
        found: list[int] = []
        for unit in self._usual:
            if await answers(unit):
                found.append(unit)
            if self._enough(found):
                break
        return found

    async def _quick(self, unit: int) -> bool:
        outcome = await self._ask(unit, self._probe.functions[0], False)
        self._late = self._late or outcome not in ("", "answer")
        return outcome == "answer"

    async def _patient(self, unit: int) -> bool:
        for function in self._probe.functions:
            outcome = await self._ask(unit, function, True)
            if outcome not in ("", "answer"):  # once more: a disturbance does not come twice
                outcome = await self._ask(unit, function, True)
            if outcome == "answer":
                return True
            if outcome:
                told = (unit, detect_lines.text(self._probe.line or self._lines[0]), outcome)
                self._note("unit %d at %s: what comes is no good reply (%s)" % told)
        return False

    async def _ask(self, unit: int, function: int, patient: bool) -> str:
        line = self._probe.line
        assert line
        self._left_ms -= detect_lines.wait_ms(line, patient)
        return await self._probe.ask(unit, function, patient)

    def _note(self, sentence: str) -> None:
        if len(self.noises) < _MOST_NOISES and sentence not in self.noises:
            self.noises.append(sentence)


def _listed(units: "list[int]") -> str:
    return ", ".join(["%d" % unit for unit in units])
