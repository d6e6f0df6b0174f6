"""Scenarios of power cuts: what else a device does beside the sessions of one connector."""

import cut_loads
import cut_prices
import cut_scenarios
import signed_commands as signed
import virtual_power
from command_cuts import CONFIG as COMMANDED
from command_cuts import told
from cut_scenarios import Scenario, begun, session

from wattseal.drivers import config_replace

_ONE = '{"id":1,"meter":"sdm630"}'
_TWO = virtual_power.CONFIG.replace(_ONE, _ONE + ',{"id":2,"meter":"sdm630","unit":2}')
_COUNTED = virtual_power.CONFIG.replace(
    '"version":1,', '"version":1,"policy":1,"statistics":"on",'
)
_PRICED = COMMANDED.replace('"version":1,', '"version":1,"tariff":"t.json",')
_QUARTER_S = 900
_LIFE_S = 600  # of a command


def configured(text):
    """What a device with another configuration is prepared by."""

    def prepare(power):
        cut_scenarios.provisioned(power)
        virtual_power.configure(power.world.data_dir, text)

    return prepare


def priced(power):
    cut_prices.provision(power.world.data_dir)  # with its tariff's file
    virtual_power.configure(power.world.data_dir, _PRICED)


class Two(Scenario):
    connectors = 2


class Untimed(Scenario):
    time_state = "U"


class Counted(Scenario):
    judge = cut_loads.Judge()


def two(power):
    """Both have a session when the power fails; one has ended another beside the other's."""

    async def script(world):
        firmware, closed = world.firmware, world.contactor.closed
        await world.until(lambda: all(one.idle for one in firmware.connectors), 60)
        world.plug_in(1)
        await world.seconds(3)
        world.plug_in(2)
        assert await world.until(lambda: len(closed) == 2, 60), "no start"
        await world.seconds(15)
        world.pause(2)  # soon its checkpoint has more than its begin record
        world.unplug(1)
        await world.seconds(5)
        world.plug_in(1)
        await world.seconds(60)

    for _ in range(6):
        power.on(script)


def resend(power):
    """A receiver asks again for old records while others are deleted, or not acknowledged."""

    async def script(world):
        assert await world.until(lambda: world.broker.hears(b"resend"), 60), "no subscription"
        for turn in range(14):
            after, repeats = world.firmware.journal.next, world.receiver.repeats
            asked = b'{"stream":"bill","from":%d,"to":%d}' % (max(1, after - 8), max(1, after - 1))
            world.broker.publish(b"resend", asked)
            await session(world, 1)
            assert after == 1 or world.receiver.repeats > repeats, "nothing came again"
            world.receiver.acks = turn % 3 != 0
            await world.seconds(3)
        world.receiver.acks = True
        await world.seconds(40)
        await begun(world, 20)

    for _ in range(2):
        power.on(script)


def corrected(power):
    """A bill is taken back by command in each life, and a session is left open."""
    counters = []

    async def script(world):
        await world.seconds(5)
        await session(world, 2)
        counters.append(world.firmware.journal.next - 1)
        exp = world.utc_ms // 1000 + _LIFE_S
        asked = {"pg": counters[-1], "reason": "wrong tariff"}
        await told(world, [signed.command(len(counters), exp, "correct", **asked)])
        assert await world.until(lambda: world.firmware.journal.next > counters[-1] + 1, 60)
        await begun(world, 20)

    for _ in range(5):
        power.on(script)


def statistics(power):
    """Consented stays over quarters of an hour, while nobody hears of them."""

    async def script(world):
        world.broker.cut_off()
        await world.seconds((1000 * _QUARTER_S - world.utc_ms % (1000 * _QUARTER_S)) // 1000 + 30)
        for _ in range(3):
            world.inputs.show(1, consent=True)
            world.plug_in()
            await world.seconds(_QUARTER_S + 120)
            world.unplug()
            await world.seconds(300)
        await world.seconds(2 * _QUARTER_S)

    for _ in range(2):
        power.on(script)


def replaced(power):
    """The firmware puts a configuration in the place of its own; the next start confirms it."""

    async def script(world):
        now = world.firmware.config
        assert now.status_s == numbers[-1], "another configuration"
        await session(world, 2)
        numbers.append(100 + len(numbers))
        text = virtual_power.CONFIG.replace('"status_s":0', '"status_s":%d' % numbers[-1])
        config_replace.replace(world.data_dir, text.encode(), now, False)

    numbers = [0]
    for _ in range(8):
        power.on(script)


SCENARIOS = {
    "two": Two(two, configured(_TWO)),
    "resend": Scenario(resend, limit_bytes=36864),
    "untimed": Untimed(cut_scenarios.boot),
    "corrected": Scenario(corrected, priced),
    "statistics": Counted(statistics, configured(_COUNTED)),
    "replaced": Scenario(replaced),
}
