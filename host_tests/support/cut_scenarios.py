"""What the firmware is doing when the power fails: each scenario of the power cuts, by its name.

`prepare` runs before the flash is watched, `play` while every operation is noted. Both are given
the Power, and switch it on as often as they like; what a script leaves undone is cut off.
"""

import virtual_power
from flash_media import Files, Ring, small_journal, small_ring
from virtual_board import VirtualWorld


class Scenario:
    """`limit_bytes`: of a journal that is full soon; 0 for the shipped one. `judge`: None, or what
    else must be true after a boot (kept_verdict). `connectors`, `time_state`: of its worlds.
    `unread`: why a session may be not billable, where its meter is silent."""

    judge = None
    connectors, time_state = 1, "S"

    def __init__(self, play, prepare=None, limit_bytes=0, unread=()):
        self.play, self.unread = play, unread
        self.prepare = prepare or provisioned
        self._limit_bytes = limit_bytes

    def world(self, folder):
        world = VirtualWorld(folder, self.connectors)
        world.time_state = self.time_state
        return world

    def medium(self, ring, progsize):
        if ring:
            return small_ring(progsize) if self._limit_bytes else Ring(progsize)
        small = small_journal(4096, self._limit_bytes) if self._limit_bytes else None
        return Files(progsize, small)


def provisioned(power):
    virtual_power.provision(power.world.data_dir)


async def begun(world, seconds=0):
    """A car is plugged in, and charges for so long."""
    world.plug_in()
    assert await world.until(lambda: 1 in world.contactor.closed, 60), "no start"
    await world.seconds(seconds)


async def ended(world):
    world.unplug()
    connector = world.firmware.connectors[0]
    assert await world.until(lambda: connector.idle, 60), "no end"


async def session(world, seconds=5):
    await begun(world, seconds)
    await ended(world)


def boot(power):
    """Resets in the middle of sessions: each boot ends the one before, and begins another."""

    async def script(world):
        await world.until(lambda: world.firmware.connectors[0].idle, 60)
        await begun(world, 40)

    for _ in range(14):
        power.on(script)


def provision(power):
    """The files of a new device, and its first session."""
    virtual_power.provision(power.world.data_dir)
    power.world.provisioned()
    power.on(session)


def start(power):
    async def script(world):
        for seconds in range(20):
            await session(world, seconds % 3)
        world.meters[0].silent = True  # a start that is refused leaves nothing
        world.plug_in()
        await world.seconds(30)
        world.unplug()
        world.meters[0].silent = False
        await world.seconds(30)
        await session(world)

    power.on(script)


def checkpoint(power):
    """A session of three hours, that pauses now and then."""

    async def script(world):
        await begun(world)
        for _ in range(60):
            await world.seconds(95)
            world.pause()
            await world.seconds(85)
            world.pause(offers=True)
        await ended(world)
        await world.seconds(5)

    power.on(script)


def stop(power):
    """Ends by the driver, from far, by an abort, and without a meter."""

    async def script(world):
        for tx in ("R", "L", "A", "", "silent") * 4:
            await begun(world, 35)
            meter = world.meters[0]
            meter.silent = tx == "silent"
            if tx and not meter.silent:
                world.inputs.show(1, stop=tx)
                await world.seconds(5)
            world.unplug()
            await world.seconds(150 if meter.silent else 5)
            meter.silent = False
            await world.seconds(15)

    power.on(script)


def publish(power):
    """Sessions pile up while the broker is away, and are sent while others take place."""

    async def script(world):
        for _ in range(3):
            world.broker.cut_off()
            for _ in range(5):
                await session(world)
            world.broker.restore()
            await session(world, 120)

    power.on(script)


def ack(power):
    """A receiver that acknowledges late, and a connection that fails on the way."""

    async def script(world):
        for turn in range(12):
            world.receiver.acks = False
            await session(world)
            await session(world)
            world.receiver.acks = True
            if turn % 2:
                world.broker.cut_off()
                world.broker.restore()
            await world.seconds(40)

    power.on(script)


def configuration(power):
    """Another configuration takes the place of the old one before each boot."""

    async def script(world):
        await world.seconds(3)
        await session(world)

    for turn in range(14):
        text = virtual_power.CONFIG.replace('"status_s":0', '"status_s":%d' % (turn + 100))
        virtual_power.configure(power.world.data_dir, text)
        power.on(script)


def key(power):
    """The copy of its key is put back before each boot."""

    async def script(world):
        await world.seconds(3)
        await session(world)

    for _ in range(14):
        virtual_power.put_key(power.world.data_dir)
        power.on(script)


def wrap(power):
    """Acknowledged segments go all the time."""

    async def script(world):
        for _ in range(25):
            await session(world, 1)

    power.on(script)


def full(power):
    """Nobody acknowledges until no start is possible; then somebody does."""

    async def script(world):
        for _ in range(3):
            world.broker.cut_off()
            for _ in range(12):
                world.plug_in()
                await world.seconds(20)
                world.unplug()
                await world.seconds(5)
            world.broker.restore()
            await world.seconds(150)

    power.on(script)


SCENARIOS = {
    "boot": Scenario(boot),
    "provision": Scenario(provision, lambda power: None),
    "start": Scenario(start),
    "checkpoint": Scenario(checkpoint),
    "stop": Scenario(stop, unread=("meter_fault_T",)),
    "publish": Scenario(publish),
    "ack": Scenario(ack),
    "configuration": Scenario(configuration),
    "key": Scenario(key),
    "wrap": Scenario(wrap, limit_bytes=36864),
    "full": Scenario(full, limit_bytes=32768),
}
