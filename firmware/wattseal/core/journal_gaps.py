"""Sequence numbers whose frame is gone, as ranges in a bounded list; does no I/O."""

from micropython import const

_MAX_RANGES = const(128)


class Gaps:
    """Ordered ranges of lost numbers. Beyond 128 ranges the newest are dropped and counted."""

    def __init__(self) -> None:
        # [first, last], ascending, neither touching nor overlapping
        self._ranges: list[list[int]] = []
        self.dropped = 0

    def add(self, first: int, last: int) -> None:
        """Everything from `first` to `last` is lost, as far as it was not known to be."""
        kept: list[list[int]] = []
        for start, end in self._ranges:
            if end + 1 < first or last + 1 < start:
                kept.append([start, end])
            else:
                first, last = min(first, start), max(last, end)
        at = len([1 for start, _ in kept if start < first])
        kept.insert(at, [first, last])
        self.dropped += max(0, len(kept) - _MAX_RANGES)
        self._ranges = kept[:_MAX_RANGES]

    def has(self, sequence: int) -> bool:
        return any(start <= sequence <= end for start, end in self._ranges)

    def forget_upto(self, sequence: int) -> None:
        """Numbers up to `sequence` are acknowledged and of no interest any more."""
        self._ranges = [
            [max(start, sequence + 1), end] for start, end in self._ranges if end > sequence
        ]

    def numbers(self, limit: int) -> "list[int]":
        """The lowest lost numbers, `limit` of them at most."""
        found: list[int] = []
        for start, end in self._ranges:
            found.extend(range(start, min(end, start + limit - len(found) - 1) + 1))
            if len(found) >= limit:
                break
        return found
