"""Known identities through whole lives of a device, and a search of all that left it or stayed.

Offline, over a reset, a fault, the console; on files and on raw flash, the chip's whole image with
what was deleted on it. The begin messages hold capsules: sealed, and searched like all the rest.
"""

import json
import sys
import unittest

ON_MICROPYTHON = sys.implementation.name == "micropython"
if ON_MICROPYTHON:
    import virtual_time

    virtual_time.install()

    import canary
    import scratch_folder
    import vectors
    import virtual_power
    from cut_scenarios import ended
    from flash_media import Files, Ring
    from nor_flash import NorFlash
    from virtual_board import VirtualWorld

    from wattseal import assembly, late
    from wattseal.app.console import Console
    from wattseal.core import models
    from wattseal.privacy import audit_export

    DROP, FORGET = late.drop, models.forget  # a Power that keeps the modules replaces them
    LINES = (b"present 1 ISO14443 VERIFIED C0FFEE42", b"present 9 ISO14443 VERIFIED C0FFEE42",
             b"present 1 ISO14443 VERIFIED", b"C0FFEE42", b"status", b"heap", b"help",
             b"\xff" * 9)  # fmt: skip


async def plug_in(world):
    world.plug_in(card=canary.CARD)
    assert await world.until(lambda: 1 in world.contactor.closed, 60), "no start"


async def offline(world):
    """A session that nobody hears of until the broker is back; another is open at the end."""
    world.broker.cut_off()
    await plug_in(world)
    await world.seconds(60)
    await ended(world)
    world.broker.restore()
    await world.seconds(120)
    await plug_in(world)
    await world.seconds(60)


class Fault(Exception):
    pass


async def console(world):
    """Identities by the local controller; then a task fails while one is being charged."""
    firmware = world.firmware
    answers = Console(
        None, world.inputs, [1], firmware.greeting.status, lambda: None, assembly._log,
        lambda words: "",
    )  # fmt: skip
    world.unplug()
    await world.seconds(60)
    world.plug_in(card=None)
    for line in LINES:
        assembly._log(answers.answer(line))
    assert await world.until(lambda: 1 in world.contactor.closed, 60), "no start"
    assembly._log(answers.answer(b"stop 1 L"))
    await world.seconds(20)
    world.unplug()
    await world.seconds(20)

    await audit_export.export(firmware, 0)
    await world.seconds(5)

    def fails(connector):
        raise Fault("the contactor is stuck")

    firmware.connectors[0]._contactor.close = fails
    world.plug_in(card=canary.CARD)
    await world.seconds(60)


class CanaryTest(unittest.TestCase):
    def setUp(self):
        if not ON_MICROPYTHON:
            raise unittest.SkipTest("CPython has no task queue of MicroPython's")
        late.drop, models.forget = DROP, FORGET
        DROP("wattseal.app.sealed_desk", "wattseal.app.consents", "wattseal.app.plain_desk")

    def traces(self, medium, **keys):
        """(where, form) of each canary's forms in what left the device or stayed."""
        flash = NorFlash(medium.blocks, 4096)
        said, world = [], VirtualWorld("/nor")
        world.flash = medium.raw(flash)
        medium.mount(flash, True)
        try:
            virtual_power.provision("/nor")
            config = json.loads(virtual_power.CONFIG)
            config.update(keys, audit="on")
            virtual_power.configure("/nor", json.dumps(config))
            power = virtual_power.Power(world, None, stays=False, **medium.stores)
            assembly._log = said.append
            power.on(offline)
            power.reset_cause = "watchdog"
            try:
                power.on(console)
            except virtual_power.Ended as end:
                said.append(str(end))
        finally:
            scratch_folder.leave_littlefs()
        self.assertTrue("the contactor is stuck" in said[-1], said[-3:])
        stored = world.receiver.stored
        kinds = [json.loads(stored[number])["kind"] for number in sorted(stored)]
        self.assertEqual(kinds, ["begin", "session"] * 3 + ["begin"])  # which the fault ended
        places = [("record", b"\n".join([stored[number] for number in sorted(stored)]))]
        places += [("status", json.dumps(world.receiver.status).encode())]
        places += [("live", world.receiver.live), ("console", "\n".join(said).encode())]
        places += [("audit", json.dumps(world.receiver.audited).encode())]
        self.assertTrue(b"boot" in places[-1][1] and b"export" in places[-1][1])
        places += [("flash", bytes(flash.image))]
        return {
            (where, form)
            for card in canary.CARDS
            for where, data in places
            for form in canary.hits(card, data)
        }

    def test_nothing_is_found_on_either_medium(self):
        key = vectors.load("capsule.json")["back_end_key"]
        for medium in (Files(), Ring()):
            self.assertEqual(self.traces(medium, sealing_key=key, policy=1, live_ms=1000), set())

    def test_plain_identities_are_found_where_they_must_be(self):
        for medium in (Files(), Ring()):
            found = self.traces(medium, id_mode="plain")
            self.assertEqual({where for where, _ in found}, {"record", "flash"})
            self.assertEqual({form for _, form in found}, {canary.CARD[2].encode(), b"C0FFEE42"})


if __name__ == "__main__":
    unittest.main()
