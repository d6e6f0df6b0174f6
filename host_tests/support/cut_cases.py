"""The power cuts as `make faults` and the tests count them; MicroPython only. See power_cuts."""

import virtual_time

virtual_time.install()

import virtual_power  # noqa: E402 - asyncio comes after virtual time
from cut_lives import SCENARIOS  # noqa: E402
from flash_media import Files  # noqa: E402
from naive_store import NaiveStore  # noqa: E402
from power_cuts import GARBAGE, VARIANTS, Recording, pairs, points  # noqa: E402


def cases(
    scenario, what="", first=0, step=1, progsize=32, lines=1, real=False, naive=False, again=False,
    garbage=False, ring=False, tell=False,
):  # fmt: skip
    """`lines` times (what, points tried, [what was wrong]).

    `first`, `step`: which of the points. `real`: signed by the key file. `again`: pairs, with
    another cut during each recovery. `garbage`: seven more ways to tear
    an operation, in place of the four. `ring`: journal and checkpoints are on raw flash. `tell`:
    print what the audit log is after each boot, for tools.audit.
    """
    signer = None if real else virtual_power.PlainSigner
    medium = SCENARIOS[scenario].medium(ring, progsize)
    recording = Recording(scenario, signer, Files(progsize, NaiveStore) if naive else medium)
    if tell:
        recording.judge.tells = print
    if again:
        found = pairs(recording, first, step)
    else:
        found = points(recording, first, step, GARBAGE if garbage else VARIANTS)
    count, line, tried = len(recording.log), 0, 0
    wrong = recording.wrong
    for row in found:
        while row[0] * lines // count > line:
            yield what or scenario, tried, wrong
            line, tried, wrong = line + 1, 0, []
        tried += 1
        wrong += ["%s, cut at %s" % (finding, row[:-1]) for finding in row[-1]]
    while line < lines:
        yield what or scenario, tried, wrong
        line, tried, wrong = line + 1, 0, []
