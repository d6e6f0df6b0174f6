"""Every fault of a line on every golden frame, for tests and `make faults`; runs everywhere.

A wrong value is one that is not what the meter answered to the question it is given for; of a
frame that is wrong in itself, any value. A fault of the line may cost the answer, never the next
one.
"""

import golden_frames
from line_faults import GAP_MS, MIXED, NEAR_MS, WRONG, echoes
from scripted_line import ScriptedLine, bus_on, frame, run

SLOWEST_MS = 500  # a late reply, from when the master gave it up: what every question says
SLOW_MS = 400  # an answer that a late reply may come before
ASKS = 4  # after a fault, until there must be a good answer again
PAUSES_MS = (0, 250, 1400)  # before the next question


def none_taken(got):
    return "taken: %s" % (got,) if is_value(got) else ""


def verdict(golden, answers, judge=None, pause_ms=0, warm=0, later_ms=NEAR_MS):
    """Ask on a line whose answer number `warm` is `answers`; "" or what was wrong.

    `judge(outcome)`: that much of it that is more than a wrong value. `later_ms`: how long the
    answers to the questions behind it take.
    """
    line = ScriptedLine()

    def answer(request):
        number = len(line.sent) - 1
        near_ms = later_ms if number > warm else NEAR_MS
        return answers if number == warm else [(near_ms, golden.answer(number))]

    line.answer = answer
    bus = bus_on(line, gap_ms=GAP_MS)
    return run(_verdict(golden, line, bus, judge, pause_ms, warm))


async def _verdict(golden, line, bus, judge, pause_ms, warm):
    for _ in range(warm):
        await golden.ask(bus)
    got = await golden.ask(bus)
    if line.sent[-1] != golden.request:
        return "asked " + line.sent[-1].hex()
    if judge is not None and judge(got):
        return judge(got)
    if judge is None and is_value(got) and not same(got, golden.told(warm)):
        return "a wrong value: %s" % (got,)
    line.ms += pause_ms
    for _ in range(ASKS):
        got = await golden.ask(bus)
        if is_value(got):
            told = golden.told(len(line.sent) - 1)
            return "" if same(got, told) else "an older question's value: %s" % (got,)
    return "no good answer any more: %s" % got


def is_value(got):
    return not isinstance(got, str) or got.startswith("exception")


def same(got, told):
    return type(got) is type(told) and got == told


def gives_up_ms(golden, warm):
    """When the master gives up a question that nobody answers, after so many good ones."""
    line = ScriptedLine()
    line.answer = lambda _: [] if len(line.sent) > warm else [(NEAR_MS, golden.answer())]
    bus = bus_on(line, gap_ms=GAP_MS)

    async def main():
        for _ in range(warm + 1):
            got = await golden.ask(bus)
        assert not is_value(got), got

    run(main())
    return line.ms - line.sent_ms[-1]


def late(golden, step_ms):
    """(tried, wrong): a reply at any time until the slowest one can no longer come."""
    tried, wrong = 0, []
    for warm in (0, 5):
        last_ms = gives_up_ms(golden, warm) + SLOWEST_MS
        for pause_ms in PAUSES_MS:
            for delay_ms in range(0, last_ms, step_ms):
                answers = [(delay_ms, golden.answer(warm))]
                found = verdict(golden, answers, None, pause_ms, warm, SLOW_MS)
                tried += 1
                if found:
                    wrong.append("%s, %d ms: %s" % (golden.name, delay_ms, found))
    return tried, wrong


def cases(every=1, late_step_ms=1):
    """(kind, tried, [what was wrong]) of each kind of fault on each frame.

    `every`: only so many-th case of each kind, for a test.
    """
    for golden in golden_frames.load():
        for kind in sorted(WRONG):
            yield _some(kind, golden, WRONG[kind](golden), every, none_taken)
        for kind in sorted(MIXED):
            yield _some(kind, golden, MIXED[kind](golden), every, None)
        told = None if golden.function == 6 else _must_be(golden.told())
        yield _some("echo", golden, echoes(golden), every, told)
        yield _exceptions(golden, every)
        tried, wrong = late(golden, late_step_ms)
        yield "late replies", tried, wrong


def _must_be(told):
    return lambda got: "" if same(got, told) else "%s, not %s" % (got, told)


def _exceptions(golden, every):
    """Each has its code."""
    tried, wrong = 0, []
    for code in range(0, 256, every):
        spoiled = [[(NEAR_MS, frame(golden.unit, golden.function | 0x80, code))]]
        told = _must_be("exception %d" % code)
        tried += 1
        wrong += _some("exceptions", golden, spoiled, 1, told)[2]
    return "exceptions", tried, wrong


def _some(kind, golden, spoiled, every, judge):
    tried, wrong = 0, []
    for number, answers in enumerate(spoiled):
        if number % every:
            continue
        tried += 1
        found = verdict(golden, answers, judge)
        if found:
            wrong.append("%s, %s: %s" % (kind, golden.name, found))
    return kind, tried, wrong
