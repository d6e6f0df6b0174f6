"""What the test files of the power cuts share: a fixed sample of a scenario's points."""

import sys
import unittest

WIDE = sys.maxsize > 1 << 32
_STEP_64, _STEP_32 = 17, 29  # `make test` plays 32 bits, and is to try 3,000 points (cut_sample)
_LOOKS = 200  # how often it is looked whether enough was found


class CutCase(unittest.TestCase):
    def needs_micropython(self):
        if sys.implementation.name != "micropython":
            raise unittest.SkipTest("CPython has no LittleFS")

    def cut(self, scenario, enough=None, **options):
        """Every so many points of a scenario: none may have a finding. `enough`: {kind: number} of
        what is looked for while the firmware is broken; it ends when more than those are found."""
        self.needs_micropython()
        from cut_cases import cases  # imported late: CPython has nothing for it

        step = _STEP_64 if WIDE else _STEP_32
        step = options.pop("step", step)
        if enough is not None:
            options["lines"] = _LOOKS
        tried, wrong = 0, []
        for _, count, findings in cases(scenario, step=step, **options):
            tried += count
            wrong += findings
            if enough is not None and findings and exceeds(counted(wrong), enough):
                break
        print(tried, end=" ")
        self.assertTrue(tried > 0)
        return wrong

    def found_while_broken(self, scenario, owner, name, broken, **options):
        """How often what is found while `owner.name` is `broken(owner.name)`, until `enough`."""
        sound = getattr(owner, name)
        setattr(owner, name, broken(sound))
        try:
            counts = counted(self.cut(scenario, **options))
        finally:
            setattr(owner, name, sound)
        print("cuts", counts, end=" ")
        return counts

    def nothing_wrong(self, scenario, **options):
        wrong = self.cut(scenario, **options)
        print("power cuts", end=" ")
        self.assertEqual(wrong[:3], [])


def exceeds(counts, enough):
    """Whether more of each kind was found than {kind: number} says."""
    return all(counts.get(kind, 0) > number for kind, number in enough.items())


def counted(wrong):
    """How often what was found: the first word of each finding says what it counts as."""
    counts = {}
    for finding in wrong:
        kind = finding.split(":")[0]
        counts[kind] = counts.get(kind, 0) + 1
    return counts
