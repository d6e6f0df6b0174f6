"""Bits of configuration and tariff that rot, in the shipped assembly, and a person's change.

One bit makes connector 3 of connector 1 and an sdm230 of an sdm630, in a text that is good.
"""

import json

from board_case import ON_MICROPYTHON, FolderCase, configured

if ON_MICROPYTHON:
    import tls_module
    import virtual_power
    from charge_point import ocmf_of
    from cut_scenarios import begun, session
    from four_elements import TEXT
    from timed_files import TimedFiles

    from wattseal import trouble
    from wattseal.drivers import accepted

    WITH_TARIFF = virtual_power.CONFIG.replace('"version":1,', '"version":1,"tariff":"t.json",')
    WITH_TARIFF = WITH_TARIFF.encode()
    CONFIG = virtual_power.CONFIG.encode()
    ROTTEN = (
        CONFIG.replace(b'"id":1', b'"id":3'),
        CONFIG.replace(b'"id":1', b'"id"01'),
        CONFIG.replace(b"sdm630", b"sdm230"),
        CONFIG.replace(b"gateway", b"gate\xf7ay"),
        b"\xff" * len(CONFIG),
    )


class SettingsRotTest(FolderCase):
    def setUp(self):
        super().setUp()
        if ON_MICROPYTHON:
            self.files = TimedFiles(accepted)
            self.power_on = virtual_power.Power(self.world).on

    def tearDown(self):
        if ON_MICROPYTHON:
            self.files.restore()
        super().tearDown()

    def put(self, name, text):
        with open(self.folder + "/" + name, "wb") as file:
            file.write(text)

    def kept(self, name):
        with open(self.folder + "/" + name, "rb") as file:
            return file.read()

    def records(self):
        return [json.loads(payload) for _, payload in self.world.promised]

    def crashed_in_a_session(self):
        async def script(world):
            await begun(world, 40)

        self.power_on(script)
        self.world.unplug()

    async def closed(self, world):
        connector = world.firmware.connectors[0]
        self.assertTrue(await world.until(lambda: connector.idle, 60))
        await world.seconds(30)

    def test_an_open_session_ends_as_if_nothing_had_rotted(self):
        for number, text in enumerate(ROTTEN):
            self.crashed_in_a_session()
            self.put("config.json", text)

            async def script(world):
                await self.closed(world)
                self.assertEqual(trouble.counts(world.firmware).get("settings_mended"), 1)

            self.power_on(script)
            self.assertEqual(self.kept("config.json"), CONFIG)
            ends = [record["kind"] for record in self.records()]
            self.assertEqual(ends, (number + 1) * ["begin", "session"])

        async def again(world):
            await self.closed(world)
            self.assertFalse("settings_mended" in trouble.counts(world.firmware))

        self.power_on(again)

    def test_a_price_that_rots_bills_nobody(self):
        self.put("config.json", WITH_TARIFF)
        self.put("t.json", TEXT)

        async def script(world):
            await session(world, 40)
            self.counts = trouble.counts(world.firmware)

        self.power_on(script)
        rotten = TEXT.replace(b"3900", b"7900")
        self.assertNotEqual(rotten, TEXT)
        self.put("t.json", rotten)
        self.power_on(script)
        self.assertEqual(self.counts["settings_mended"], 1)
        self.assertEqual(self.kept("t.json"), TEXT)
        named = [ocmf_of(record)["XC"]["th"] for record in self.records()[1::2]]
        self.assertEqual(len(named), 2)
        self.assertEqual(named[0], named[1])

    def test_a_ca_that_rots_or_that_a_person_spoils_keeps_no_charger_from_metering(self):
        ca, real = tls_module.der(b"ca"), tls_module.put()
        self.put("config.json", configured(broker={"host": "gateway", "ca": "ca.der"}).encode())

        async def script(world):
            await session(world, 40)
            self.counts = trouble.counts(world.firmware)

        try:
            for text, changed, mended in ((ca, 0, 0), (b"\x31" + ca[1:], 0, 1), (b"x", 1, 0)):
                self.files.changed += changed
                self.put("ca.der", text)
                self.power_on(script)
                self.assertEqual(self.counts.get("settings_mended", 0), mended)
        finally:
            tls_module.take_back(real)
        self.assertEqual([record["kind"] for record in self.records()], 3 * ["begin", "session"])

    def test_a_connector_that_a_person_takes_away_leaves_no_session_open(self):
        self.crashed_in_a_session()
        self.files.changed += 1
        self.put("config.json", CONFIG.replace(b'"id":1', b'"id":3'))
        for _ in range(2):

            async def script(world):
                await self.closed(world)
                self.assertEqual(world.firmware.connectors[0].id, 3)
                self.assertFalse("settings_mended" in trouble.counts(world.firmware))

            self.power_on(script)
            begin, end = self.records()
            told = end["kind"], end["reason"], end["session"]
            self.assertEqual(told, ("not_billable", "connector_removed", begin["session"]))
        self.assertEqual(len(self.world.receiver.stored), 2)
