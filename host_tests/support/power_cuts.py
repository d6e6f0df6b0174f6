"""Cuts the power of the shipped assembly at each flash operation of a scenario, and boots it.

A scenario is played once on a watched flash. For each of its operations, and each way to tear it,
the image of that moment is put back and the assembly boots on it, meters, and hands everything to
the receiver. What must be true then is in cut_verdict.
"""

import gc

import cut_lives
import kept_watch
import scratch_folder
import virtual_power
from cut_lives import SCENARIOS
from cut_scenarios import session
from cut_verdict import unmetered, verdict
from cut_watch import Moment, Watch, WatchedFlash
from nor_flash import TORN_MODES, check_step
from virtual_power import Ended, Power

POINT = "/nor"
VARIANTS = [(mode, 0) for mode in TORN_MODES]
GARBAGE = [("garbage", seed) for seed in range(1, 8)]  # more of the last one, for FULL=1
_READING_S, _DRAIN_S = 20, 60
_SAFE_MODE_S = 1000  # it ends before, by a reset


class Recording:
    """A scenario, played once. `start`: the image before; `log`: what was done to it.

    `medium`: of flash_media, None for files as the scenario has them.
    """

    def __init__(self, name, signer=virtual_power.PlainSigner, medium=None):
        gc.collect()  # a chip is a large piece: the one of the recording before may go
        self.name = name
        self.signer = signer
        scenario = self.scenario = SCENARIOS[name]
        self.judge = scenario.judge
        self.medium = medium = medium or scenario.medium(False, 32)
        world = scenario.world(POINT)
        flash = WatchedFlash(medium.blocks)
        world.flash = medium.raw(flash)
        watch = self.watch = Watch(flash, world)
        power = Power(world, signer, **medium.stores, collects=False)
        medium.mount(flash, True)
        scenario.prepare(power)
        scratch_folder.leave_littlefs()
        self.start = bytearray(flash.image)
        flash.begin(world)
        medium.mount(flash)
        scenario.play(power)
        scratch_folder.leave_littlefs()
        self.log = flash.end()
        self.wrong = [
            "unbilled: the contactor closed %s" % (v,) for v in world.contactor.violations
        ]
        self.wrong += ["pg_reuse: T%d left twice" % number for number in world.receiver.altered]
        self.wrong += unmetered(world.promised, world.metered)
        self.provisioned_at = watch.provisioned_at

    def moment(self, at):
        return Moment(self.watch, at)

    def before(self):
        """A chip as it was before the scenario."""
        return WatchedFlash(self.medium.blocks, bytearray(self.start))


class Cutter:
    """Boots what a recording's cuts leave on `flash`."""

    def __init__(self, recording):
        self.recording = recording
        self.flash = WatchedFlash(recording.medium.blocks)

    def tear(self, before, entry, variant):
        """The flash as a cut in `entry` leaves it, all of `before` done."""
        self.flash.image[:] = before
        self.flash.replay_torn(entry, *variant)

    def boot(self, moment, more=False, watched=False):
        """[what is wrong] after a boot on the image as it is, and what the boot did to it.

        `more`: another session follows. `watched`: the second is (log, Watch), else None.
        """
        recording, flash = self.recording, self.flash
        world = recording.scenario.world(POINT)
        world.flash = recording.medium.raw(flash)
        for meter, energy_mwh in zip(world.meters, moment.energies_mwh):
            meter.energy_mwh = energy_mwh
        world.receiver.stored.update(moment.received)
        kept_watch.tell(None)
        watch = Watch(flash, world, moment) if watched else None
        power = Power(world, recording.signer, **recording.medium.stores, collects=False)
        if watched:
            flash.begin(world)
        wrong = recording.judge.torn(moment, flash.image) if recording.judge else []
        wrong += self._booted(power, moment, more)
        log = flash.end() if watched else None
        return wrong + verdict(moment, world, recording.scenario.unread), log, watch

    def _booted(self, power, moment, more):
        try:
            self.recording.medium.mount(self.flash)
        except OSError as fault:
            return ["unbootable: it cannot be mounted (%s)" % fault]
        try:
            if not moment.provisioned:
                virtual_power.provision(POINT)  # whoever was at it does it again
                power.world.provisioned()
            judge = self.recording.judge
            wrong = _recover(power, more, judge)
            if judge:
                wrong += judge.booted(moment, power.world, self.flash.image)
            if self.recording.name == "lives":
                wrong += _forgotten(power.world)
            return wrong
        except Ended as end:
            return ["unbootable: %s" % end]
        finally:
            scratch_folder.leave_littlefs()


def _recover(power, more, judge):
    wrong = []

    async def script(world):
        firmware = world.firmware
        journal = firmware.journal

        def drained():
            newest = journal.next - 1
            idle = all(connector.idle for connector in firmware.connectors)
            return idle and journal.oldest == newest + 1 == world.receiver.upto + 1

        if not await world.until(lambda: firmware.points[0].latest, _READING_S):
            wrong.append("unbootable: no reading in %d s" % _READING_S)
        if "safe_mode" in firmware.begun[0]:
            await world.seconds(_SAFE_MODE_S)
        if not await world.until(drained, _DRAIN_S):
            wrong.append("undelivered: not all came in %d s" % _DRAIN_S)
        elif more:
            await session(world, 2)
            if not await world.until(drained, _DRAIN_S):
                wrong.append("undelivered: not all of one more session came")
        if judge and not await judge.settled(world):
            wrong.append("audit: nothing tells of this boot")

    try:
        power.on(script)
    except Ended as end:
        if "PlannedReset" not in str(end):
            raise
        power.on(script)
    return wrong


def _forgotten(world):
    """The boots before the cut are known to the last boot."""
    boots = world.firmware.begun[0]["boots"]
    return [] if boots > cut_lives.BOOTS else ["forgotten: %d boots are left" % boots]


def points(recording, first=0, step=1, variants=VARIANTS):
    """(operation, variant, [what is wrong]) of each `step`-th point from `first` on."""
    check_step(step, len(variants))
    cutter, before = Cutter(recording), recording.before()
    for at, entry in enumerate(recording.log):
        moment = None
        for number, variant in enumerate(variants):
            if (at * len(variants) + number) % step == first:
                moment = moment or recording.moment(at)
                cutter.tear(before.image, entry, variant)
                yield at, variant, cutter.boot(moment, at % 4 == 0)[0]
        before.replay(entry)


def pairs(recording, first=0, step=1, second=(("half", 0), ("garbage", 0))):
    """(operation, variant, operation of the recovery, variant, [what is wrong])."""
    check_step(step)
    cutter, before = Cutter(recording), recording.before()
    again = Cutter(recording)
    torn = recording.before()  # once: a heap in use for long has no piece as large as a chip
    for at, entry in enumerate(recording.log):
        for number, variant in enumerate(VARIANTS):
            if (at * len(VARIANTS) + number) % step == first:
                cutter.tear(before.image, entry, variant)
                torn.image[:] = cutter.flash.image
                _, log, watch = cutter.boot(recording.moment(at), watched=True)
                for then, entry_then in enumerate(log):
                    moment = Moment(watch, then)
                    for variant_then in second:
                        again.tear(torn.image, entry_then, variant_then)
                        found = again.boot(moment)[0]
                        yield at, variant, then, variant_then, found
                    torn.replay(entry_then)
        before.replay(entry)
