"""After a power cut in a session its closing record comes before all that can wait for heap."""

from board_case import ON_MICROPYTHON, FolderCase

if ON_MICROPYTHON:
    import virtual_power
    from cut_scenarios import begun

    from wattseal.core import bill

_SOON_S = 12  # the patience of what waits is longer


class StartOrderTest(FolderCase):
    def crashed(self, audit):
        text = virtual_power.CONFIG.replace('"audit":"off"', '"audit":"%s"' % audit)
        virtual_power.configure(self.folder, text)

        async def script(world):
            await begun(world, 40)

        self.power().on(script)

    def closed_first(self, world):
        """Watches the journal: was the publisher connected when the end came?"""
        firmware, seen = world.firmware, []
        append = firmware.journal.append

        def watched(kind, payload):
            if kind == bill.SESSION:
                seen.append(firmware.publisher.connections)
            return append(kind, payload)

        firmware.journal.append = watched
        return seen

    def test_the_closing_record_and_then_the_broker(self):
        for audit in ("off", "on"):
            self.crashed(audit)
            stored = len(self.world.receiver.stored)

            async def script(world, stored=stored, audit=audit):
                seen = self.closed_first(world)
                delivered = await world.until(lambda: len(world.receiver.stored) > stored, _SOON_S)
                self.assertTrue(delivered, audit)
                self.assertEqual((seen, world.firmware.publisher.connections), ([0], 1), audit)

            self.power().on(script)
            ends = [kind for kind, _ in self.world.recorded]
            self.assertEqual(ends[-2:], [bill.BEGIN, bill.SESSION])

    def test_a_meter_that_is_silent_holds_up_no_broker(self):
        self.crashed("on")
        self.world.meters[0].silent = True

        async def script(world):
            self.assertTrue(await world.until(lambda: world.firmware.publisher.connections, 40))
            await world.seconds(200)
            self.assertEqual(world.recorded[-1][0], bill.NOT_BILLABLE)

        self.power().on(script)
