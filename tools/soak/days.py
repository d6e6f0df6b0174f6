"""What happens on the days of a soak run: cars, flaps, outages, clock steps; keeps no history."""

import gc

_SLOTS = 12  # sessions a day, one every two hours
_SLOT_S = 86400 // _SLOTS
_IN_SESSION_MS, _OUTSIDE_MS = 10000, 60000
_STEPS_MS = (90000, -90000, 3600000, -3600000)
_LONG_DAY, _LONG_SLOTS = 100, 30 * _SLOTS  # the outage of 30 days
_MONTH_SLOTS, _WEEK_SLOTS = 3 * _SLOTS, 2


class Days:
    """`flash`: the journal's. `first`: the day it begins with, 0 for the usual one. `leak`: bytes
    a session that the run itself keeps, as a planted fault. `notes`: so many entries of the audit
    log a session, above those of the firmware itself, for a log that is full within days."""

    def __init__(self, days, flash, first=0, leak=0, notes=0):
        self._flash = flash
        self._days, self._first = days, first
        self._leak, self._leaked = leak, []
        self._notes = notes
        self.no_room = self.audit_missed = 0
        self.slot = 0
        self.plugged = self.samples = self.missed = self.late_max_ms = self.starved_ms = 0
        self._dark = self._held = 0  # slots without a broker
        self.append_erases = 0
        self.limit_bytes = 0
        self.longest_slots = self.wraps = self._ticks = 0

    @property
    def over(self):
        return self.slot >= self._days * _SLOTS

    def left(self):
        """Where the next life goes on."""
        return [self.slot, self._dark, self._held]

    def go_on(self, left, ticks):
        self.slot, self._dark, self._held = left
        self._ticks = ticks

    async def play(self, world):
        """Until the power fails: in the middle of a session once a week, or at the end."""
        self._watch_appends(world.firmware.journal)
        world.grid_ms = _OUTSIDE_MS
        try:
            while not self.over:
                played, slot = divmod(self.slot, _SLOTS)
                day = self._first + played
                self.slot += 1
                self._count_wrap(world.clock.ticks)
                cut = day % 7 == 6 and slot == 5
                self._broker(world, day, slot)
                await self._session(world, day, slot, cut)
                if cut:
                    return
                _tell_heap()
                if slot == _SLOTS - 1:
                    print("D", played + 1)
            world.broker.restore()
            await world.until(lambda: not self._backlog(world), 3600)
        finally:
            self._note(world)

    def _watch_appends(self, journal):
        append = journal.append

        def counted(kind, payload):
            before = self._flash.erases
            pagination = append(kind, payload)
            self.append_erases += self._flash.erases - before
            return pagination

        journal.append = counted

    async def _session(self, world, day, slot, cut):
        minutes = 20 + (7 * day + 5 * slot) % 21
        await world.seconds(600)
        world.grid_ms = _IN_SESSION_MS
        world.plug_in()
        self.plugged += 1
        await world.seconds(300)
        if self._leak:
            self._leaked.append(bytearray(self._leak))
        flaps = slot in (2, 6, 10)
        if flaps:
            await self._flap(world)
        if day % 7 == 3 and slot == 3:
            world.step_ms += _STEPS_MS[day // 7 % len(_STEPS_MS)]
        await world.seconds(60 * minutes - 345)
        if cut:
            return
        for number in range(self._notes if world.firmware.audit else 0):
            world.firmware.audit.note("login", str(number), who="console:2")
            await world.seconds(1)
        world.unplug()
        await world.seconds(60 - (self._notes if world.firmware.audit else 0))
        world.grid_ms = _OUTSIDE_MS
        await world.seconds(_SLOT_S - 60 * minutes - 660 + (0 if flaps else 45))

    async def _flap(self, world):
        reachable = world.broker.reachable
        world.link.set(False)
        world.broker.cut_off()
        await world.seconds(45)
        world.link.set(True)
        if reachable:
            world.broker.restore()

    def _broker(self, world, day, slot):
        """The slot's outage begins, goes on or ends."""
        if self._dark:
            self._dark -= 1
            self._held += 1
            self.longest_slots = max(self.longest_slots, self._held)
            if not self._dark:
                world.broker.restore()
                self._held = 0
            return
        if day == _LONG_DAY and slot == 0:
            self._dark = _LONG_SLOTS
        elif day % 30 == 20 and slot == 0:
            self._dark = _MONTH_SLOTS
        elif day % 7 == 1 and slot == 7:
            self._dark = _WEEK_SLOTS
        elif slot == 4:
            self._dark = 1
        if self._dark:
            world.broker.cut_off()

    def _count_wrap(self, ticks):
        self.wraps += ticks < self._ticks
        self._ticks = ticks

    def _backlog(self, world):
        return world.firmware.journal.next - world.firmware.journal.oldest

    def _note(self, world):
        """What the boot that ends now has counted."""
        counters, audit = world.firmware.journal.counters, world.firmware.audit
        self.limit_bytes = world.firmware.journal.limit_bytes
        self.no_room += counters.get("audit_no_room", 0) + counters.get("audit_off", 0)
        if audit:
            self.audit_missed += audit.counts["audit_missed"] + audit.counts["audit_unkept"]
        sampler = world.firmware.samplers[0]
        self.samples += sampler.beats
        self.missed += sampler.missed
        self.late_max_ms = max(self.late_max_ms, sampler.late_max_ms)
        self.starved_ms = max(self.starved_ms, world.watchdog.longest_ms)


def _tell_heap():
    """At rest, between two sessions."""
    gc.collect()
    print("H", gc.mem_free())
