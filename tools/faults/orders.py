"""Every order of up to six events that can befall a session (support/event_orders)."""

from event_orders import LONGEST, batches

from tools.faults.play import DEVICE, Job, everywhere, on_cpython
from tools.faults.section import Play, Row

NAME = "Orders of events in a session"
MUST = "sessions without their one closing record, untold energy, cars that cannot begin"
_SAMPLE = 300  # orders that every interpreter plays, in each way


def run(full: bool, play: Play) -> list[Row]:
    free_longest = LONGEST if full else LONGEST - 1
    jobs = [_all(hasty, False, LONGEST) for hasty in (False, True)]
    jobs += [_all(hasty, True, free_longest) for hasty in (False, True)]
    for hasty in (False, True):
        for free in (False, True):
            arguments = {"hasty": hasty, "free": free, "longest": LONGEST, "most": _SAMPLE}
            jobs += everywhere("event_orders", arguments, _SAMPLE)
    return play(jobs)


def _all(hasty: bool, free: bool, longest: int) -> Job:
    arguments = {"hasty": hasty, "free": free, "longest": longest}
    way = ("hasty" if hasty else "calm") + (" free" if free else "")
    return on_cpython(DEVICE, ["event_orders"], arguments, batches(longest), way)
