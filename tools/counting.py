"""Which records of a device are here, and up to where nothing is wanting; keeps no record itself.

Anybody may have written the `status` that it is given; what that may move is said at `done_upto`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator


class Counting:
    """By pagination. `upto`: what was acknowledged last. `gone`: what will never come: the
    caller's, and what was declared lost below a record that came."""

    def __init__(self) -> None:
        self.upto = 0
        self.gone: set[int] = set()
        self._numbers: list[int] = []  # sorted
        self._have: set[int] = set()
        self._first = 1  # where counting began
        self._solid = 0  # the newest record up to which all came or are lost; 0: none yet
        self._tail: set[int] = set()  # acknowledged as lost at the journal's end
        self._ending: list[int] = []  # of it, what `done_upto` has just found

    def __contains__(self, number: int) -> bool:
        return number in self._have

    def add(self, number: int) -> None:
        if not self._numbers or number > self._numbers[-1]:
            self._numbers.append(number)
        else:
            self._numbers.insert(bisect_right(self._numbers, number), number)
        self._have.add(number)

    def done_upto(self, status: dict) -> int:
        """Up to here every record is stored, or declared lost and older than one that is.

        The status' `oldest` says where to begin, until the first record of a chain from there has
        come; later it only repeats what we acknowledged. Its `lost` bridges gaps below a record.
        Beyond the newest record it is believed in one case, or the device would wait for ever:
        when it leaves not one number of the journal to come.
        """
        before = max(0, status.get("oldest", 1) - 1)
        lost = set(status.get("lost", ()))
        known = self._solid or before
        if before <= self.upto:
            known = max(known, before)
        # one by one as they were declared: what a status' bounds lie apart is anybody's word
        reached, solid, passed = known, self._solid, []
        while self._is_done(reached + 1, lost, before):
            reached += 1
            if reached in self._have:
                solid = reached
            else:
                passed.append(reached)
        if solid > self._solid:
            self._rise(solid, known, passed)
        if known < reached == status.get("next", 1) - 1:
            self._ending = [number for number in passed if number > solid]
            return reached
        self._ending = []
        return max(self._solid, min(self.upto, before))

    def acknowledged(self, upto: int) -> None:
        """The device was told what `done_upto` gave: it forgets what it lost up to there."""
        self.upto = upto
        self._tail.update(self._ending)

    def _is_done(self, number: int, lost: set[int], before: int) -> bool:
        """`upto` may have fallen since a loss was acknowledged; that holds where the device, too,
        begins behind it."""
        if number in self._have or number in lost or number in self.gone:
            return True
        return number <= before and number in self._tail

    def _rise(self, solid: int, known: int, passed: list[int]) -> None:
        """To a newer record: no restart knows what was lost below it, but by `gone`."""
        if self._solid:
            passed = [*passed, *self._tail]
        else:
            self._first = known + 1
        self.gone.update(n for n in passed if n < solid and n not in self._have)
        self._tail = {n for n in self._tail if n > solid}
        self._solid = solid

    def missing(self) -> list[int]:
        """Numbers between the first and the newest that have not come, lost ones too."""
        newest = self._numbers[-1] if self._numbers else 0
        return [n for n in range(self._first, newest) if n not in self._have]

    def is_missing(self, number: int) -> bool:
        """One of those."""
        newest = self._numbers[-1] if self._numbers else 0
        return self._first <= number < newest and number not in self._have

    def gaps(self, status: dict) -> Iterator[tuple[int, int]]:
        """(first, last) of each span that is wanting below a record, declared losses left out."""
        if not self._solid and "oldest" not in status:
            return  # nobody has said where this journal begins
        wanted = self._solid + 1 if self._solid else max(1, status["oldest"])
        lost = sorted({n for n in (*status.get("lost", ()), *self.gone) if n >= wanted})
        for at in range(bisect_left(self._numbers, wanted), len(self._numbers)):
            number = self._numbers[at]
            if number > wanted:
                yield from without(lost, wanted, number - 1)
            wanted = number + 1


def without(lost: list[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """What is left of a span. `lost` is sorted."""
    for number in lost[bisect_left(lost, first) : bisect_right(lost, last)]:
        if number > first:
            yield first, number - 1
        first = number + 1
    if first <= last:
        yield first, last
