"""What the test files of the power cuts share: a fixed sample of a scenario's points."""

import sys
import unittest

# On 32 bits a quarter of it: the same code runs, and what differs there is the interpreter.
WIDE = sys.maxsize > 1 << 32
_STEP_64, _STEP_32 = 17, 71


class CutCase(unittest.TestCase):
    def needs_micropython(self):
        if sys.implementation.name != "micropython":
            raise unittest.SkipTest("CPython has no LittleFS")

    def cut(self, scenario, **options):
        """Every so many points of a scenario: none may have a finding."""
        self.needs_micropython()
        from cut_cases import cases  # imported late: CPython has nothing for it

        step = _STEP_64 if WIDE else _STEP_32
        step = options.pop("step", step)
        tried, wrong = 0, []
        for _, count, findings in cases(scenario, step=step, **options):
            tried += count
            wrong += findings
        print("%d cuts" % tried, end=" ")
        self.assertTrue(tried > 0)
        return wrong

    def found_while_broken(self, scenario, owner, name, broken, **options):
        """How often what is found while `owner.name` is `broken(owner.name)`."""
        sound = getattr(owner, name)
        setattr(owner, name, broken(sound))
        try:
            counts = counted(self.cut(scenario, **options))
        finally:
            setattr(owner, name, sound)
        print(counts, end=" ")
        return counts

    def nothing_wrong(self, scenario, **options):
        self.assertEqual(self.cut(scenario, **options)[:3], [])


def counted(wrong):
    """How often what was found: the first word of each finding says what it counts as."""
    counts = {}
    for finding in wrong:
        kind = finding.split(":")[0]
        counts[kind] = counts.get(kind, 0) + 1
    return counts
