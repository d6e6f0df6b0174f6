"""A register that breaks at any sample of a session, for tests and `make faults`; runs everywhere.

What must come of it: a break is in the record, which is not billable and holds what was metered
before it; one wrong answer costs nothing. A jump that the connection can carry is no break.
"""

import asyncio

from charge_point import STEP_MWH, ChargePoint

BEGIN_MWH = 5 * 10**9
AFTER_S = 4  # samples after a break, in which it must be noticed


def reset(point, meter):
    meter.energy_mwh = 0


def reset_to_some(point, meter):
    meter.energy_mwh = 7 * 10**6


def fall_back_a_step(point, meter):
    meter.energy_mwh -= STEP_MWH + _next_mwh(point)


def fall_back_far(point, meter):
    meter.energy_mwh -= 4 * 10**6


def jump_a_little(point, meter):
    """By the least that the connection cannot carry in the second and the meter's own one."""
    meter.energy_mwh += point.p_max_w * 2000 * 12 // 36000 + STEP_MWH + 1


def jump_far(point, meter):
    meter.energy_mwh += 10**12


def roll_over(point, meter):
    """The register's last digit is the one it has just reached."""
    modulus_mwh = meter.energy_mwh + 1
    point.points[0].judge = point.gate(modulus_mwh)
    meter.energy_mwh -= modulus_mwh


def swap(point, meter):
    meter.serial, meter.energy_mwh = "S2", 77 * 10**9


def swap_unseen(point, meter):
    """The other meter shows what the first one would have shown; noticed at the end."""
    meter.serial = "S2"


def wrong_zero(point, meter):
    meter.once_mwh = 0


def wrong_low(point, meter):
    meter.once_mwh = meter.energy_mwh - STEP_MWH


def wrong_high(point, meter):
    meter.once_mwh = meter.energy_mwh + 10**9


def jump_in_a_cut(point, meter):
    """By the least that the connection cannot have carried since the register was noted."""
    meter.energy_mwh += point.p_max_w * 61000 * 12 // 36000 + STEP_MWH + 1001


def swap_without_number(point, meter):
    """Of a meter that tells no serial number: only its register can give it away."""
    meter.energy_mwh += 77 * 10**9


def _next_mwh(point):
    """The break is of the register: what is drawn in the second goes on top."""
    return point.draw_mwh.next_mwh


# what happens -> the record's reason, the event's status; nothing: the record is a good one
BREAKS = {
    "reset": (reset, "meter_reset", "E"),
    "reset to some value": (reset_to_some, "meter_reset", "E"),
    "fall-back by a step": (fall_back_a_step, "meter_reset", "E"),
    "fall-back": (fall_back_far, "meter_reset", "E"),
    "jump by the least": (jump_a_little, "meter_jump", "E"),
    "jump": (jump_far, "meter_jump", "E"),
    "rollover": (roll_over, "meter_rollover", "O"),
    "swap": (swap, "meter_changed", "X"),
    "swap, register as before": (swap_unseen, "meter_changed", "X"),
    "one answer of 0": (wrong_zero, "", ""),
    "one answer below": (wrong_low, "", ""),
    "one answer above": (wrong_high, "", ""),
}
# The same while the power is away; the first reading after it is judged by the newest one noted.
_CUT = ", in a power cut"
BREAKS.update({
    "reset" + _CUT: (reset, "meter_reset", "E"),
    "fall-back" + _CUT: (fall_back_far, "meter_reset", "E"),
    "jump by the least" + _CUT: (jump_in_a_cut, "meter_jump", "E"),
    "jump" + _CUT: (jump_far, "meter_jump", "E"),
    "swap" + _CUT: (swap, "meter_changed", "X"),
    "swap without a number" + _CUT: (swap_without_number, "meter_jump", "E"),
    "swap, register as before" + _CUT: (swap_unseen, "meter_changed", "X"),
})  # fmt: skip
AT_THE_END = ("swap, register as before",)


class Draw:
    """What the car takes in one second after the other, nothing after the last one."""

    def __init__(self, steps_mwh):
        self._steps_mwh = steps_mwh
        self._at = 0

    @property
    def next_mwh(self):
        return self._steps_mwh[self._at] if self._at < len(self._steps_mwh) else 0

    def __call__(self):
        drawn_mwh = self.next_mwh
        self._at += 1
        return drawn_mwh


class Play:
    """A session of these steps, up to some sample; then `broken` says what came of a break."""

    def __init__(self, steps_mwh, p_max_w):
        self.point = ChargePoint(p_max_w=p_max_w)
        self.point.p_max_w = p_max_w
        self.point.draw_mwh = Draw(steps_mwh)
        self.meter = self.point.meters[0]
        self.meter.energy_mwh = BEGIN_MWH

    async def begin(self):
        self.point.boot()
        await self.point.begun()

    async def broken(self, what):
        """ "" or what is wrong with the record."""
        point, meter = self.point, self.meter
        happens, reason, status = BREAKS[what]
        last_wh = meter.energy_mwh // 1000
        happens(point, meter)
        in_a_cut = what.endswith(_CUT)
        if in_a_cut:
            point.inputs.unplug(1)  # or the car would begin anew behind it
            await point.restart()
        await point.seconds(AFTER_S)
        noticed = point.kinds() == ["begin", "not_billable"]
        if noticed != bool(reason) and what not in AT_THE_END:
            return "undetected" if reason else "a good session is not billable"
        point.inputs.unplug(1)
        await point.seconds(AFTER_S)
        if not reason:
            return self._good()
        return self._flagged(reason, status, None if in_a_cut or what in AT_THE_END else last_wh)

    def _good(self):
        point = self.point
        if point.kinds() != ["begin", "session"] or point.points[0].doubted != {"glitch": 1}:
            return "not one good session: %s, %s" % (point.kinds(), point.points[0].doubted)
        begin, end = point.readings()
        booked_wh = end["RV"] - begin["RV"]
        if booked_wh != point.delivered_mwh // 1000 or point.letters() != "BL":
            return "booked %d Wh of %d mWh" % (booked_wh, point.delivered_mwh)
        return ""

    def _flagged(self, reason, status, last_wh):
        point = self.point
        if point.kinds() != ["begin", "not_billable"]:
            return "undetected: " + " ".join(point.kinds())
        event, end = point.readings()[-2:]
        if (point.records()[-1]["reason"], event["ST"], end["ST"]) != (reason, status, status):
            return "another reason: %s %s" % (point.records()[-1]["reason"], event["ST"])
        if not ("E" in event["EF"] and "E" in end["EF"] and point.contactor.closed == []):
            return "no event, or a closed contactor"
        if last_wh is not None and end["RV"] != last_wh:
            return "booked up to %d, not %d" % (end["RV"], last_wh)
        return ""

    async def end(self):
        await self.point.shut_down()


def cases(steps_mwh, p_max_w):
    """(what, tried, [what was wrong]): each break at each sample, the session anew every time."""
    for what in sorted(BREAKS):
        for at in range(len(steps_mwh)):
            found = asyncio.run(_played(steps_mwh, p_max_w, what, at))
            yield what, 1, ["%s, sample %d: %s" % (what, at, found)] if found else []


async def _played(steps_mwh, p_max_w, what, at):
    play = Play(steps_mwh, p_max_w)
    await play.begin()
    await play.point.seconds(at)
    found = await play.broken(what)
    await play.end()
    return found
