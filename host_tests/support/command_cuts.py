"""Cuts the power of the shipped assembly at each flash operation while it does signed commands.

Then whoever listened sends all of them again, twice over. MicroPython only.
"""

import virtual_time

virtual_time.install()

import scratch_folder  # noqa: E402 - asyncio comes after virtual time
import signed_commands as signed  # noqa: E402
import virtual_power  # noqa: E402
from cut_watch import WatchedFlash  # noqa: E402
from flash_media import Files, Ring  # noqa: E402
from nor_flash import TORN_MODES, check_step  # noqa: E402
from virtual_board import VirtualWorld  # noqa: E402
from virtual_power import Power  # noqa: E402

POINT = "/nor"
CONFIG = virtual_power.CONFIG[:-1] + ',"command_key":"%s"}' % signed.PUBLIC_HEX
COMMANDS = 4
_LIFE_S = 80000


def captured(world):
    """Starts: each leaves an identification at the connector, whose data is the command's id."""
    exp = world.utc_ms // 1000 + _LIFE_S
    return [signed.command(n, exp, "start", connector=1) for n in range(1, COMMANDS + 1)]


async def told(world, payloads):
    """Each is sent and given its time."""
    assert await world.until(lambda: world.broker.hears(b"cmd"), 60), "no subscription"
    for payload in payloads:
        world.broker.publish(b"cmd", payload)
        await world.seconds(3)


class Deeds:
    """(length of the flash's log, id) of what was presented in a world."""

    def __init__(self, world, flash):
        self.rows = []
        self._flash = flash
        self._present = world.inputs.present
        world.inputs.present = self._presented

    def _presented(self, connector, it, il, data):
        self.rows.append((self._flash.length(), data))
        self._present(connector, it, il, data)


class Life:
    """One boot on `flash`, whose scripts send `payloads`; `done`: what was presented in it."""

    def __init__(self, medium, flash, fresh=False):
        self._medium, self._flash = medium, flash
        self.world = VirtualWorld(POINT)
        self.world.flash = medium.raw(flash)
        self.deeds = Deeds(self.world, flash)
        self._power = Power(self.world, **medium.stores, collects=False)
        medium.mount(flash, fresh)
        if fresh:
            virtual_power.provision(POINT)
            virtual_power.configure(POINT, CONFIG)

    def plays(self, payloads):
        async def script(world):
            await told(world, payloads)

        try:
            self._power.on(script)
        finally:
            scratch_folder.leave_littlefs()


def cases(ring=False, step=1):
    """(operations, points tried, [what was wrong])."""
    check_step(step)
    medium = Ring() if ring else Files()
    flash = WatchedFlash(medium.blocks)
    life = Life(medium, flash, fresh=True)
    payloads = captured(life.world)
    start = bytearray(flash.image)
    flash.begin(life.world)
    life.plays(payloads)
    log, deeds = flash.end(), life.deeds.rows
    wrong = [] if len(deeds) == COMMANDS else ["recording: %s" % deeds]
    tried = 0
    before, torn = WatchedFlash(medium.blocks, start), WatchedFlash(medium.blocks)
    for at, entry in enumerate(log):
        for number, mode in enumerate(TORN_MODES):
            if (at * len(TORN_MODES) + number) % step == 0:
                torn.image[:] = before.image
                torn.replay_torn(entry, mode)
                done = [row[1] for row in deeds if row[0] <= at]
                for _ in range(2):
                    again = Life(medium, torn)
                    again.plays(payloads + payloads[:1])
                    done += [row[1] for row in again.deeds.rows]
                tried += 1
                twice = [one for one in done if done.count(one) > 1]
                if twice:
                    wrong.append("twice: %s, cut at %d, %s" % (twice, at, mode))
        before.replay(entry)
    return len(log), tried, wrong
