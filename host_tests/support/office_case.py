"""A privacy office over keys in simulated flash, with a clock, journal and audit log beside."""

import asyncio
import binascii
import json
import unittest

from charge_world import CARD
from cryptolib import aes
from fakes import FakeClock, FakeJournal
from nor_flash import RawNor

from wattseal.app.key_retention import KeyRetention
from wattseal.app.privacy_office import PrivacyOffice
from wattseal.app.slot_desk import SlotDesk
from wattseal.core.hmac_sha256 import hmac_sha256
from wattseal.drivers.key_slots import KeySlots
from wattseal.drivers.ring_region import Region

DAY_MS = 86400000
HOUR_MS = 3600000


class Signer:
    device_id = "w1"

    def __init__(self):
        self.drawn = 0

    def fresh(self, purpose):
        assert purpose == b"dek1"
        self.drawn += 1
        return hmac_sha256(b"signer", b"%d" % self.drawn)


class Audit:
    def __init__(self):
        self.notes, self.durable = [], 0

    def note(self, what, obj="", old="", new="", who="device"):
        self.notes.append((what, obj, new))

    async def head(self):
        self.durable = len(self.notes)


class Session:
    def __init__(self, session_id):
        self.session_id = session_id


class Place:
    session = None


class OfficeCase(unittest.TestCase):
    quiet_sleeps = False  # whoever waits for it lets others go on

    def setUp(self):
        self.flash = RawNor(2, 512)  # seven slots
        self.clock = FakeClock()
        self.journal = FakeJournal()
        self.audit, self.signer, self.place = Audit(), Signer(), Place()
        self.quiets = self.named = 0
        self.boot()

    def boot(self):
        """Only what is in flash stays."""
        self.slots = KeySlots(Region(self.flash, 0, 2, bytearray(64)))
        self.slots.open()
        self.office = PrivacyOffice(
            self.slots, self.journal, self.clock, "w1", aes, lambda: self.audit, self.quiet
        )
        self.desk = SlotDesk(self.random, self.signer, self.office, aes)
        self.retention = KeyRetention(
            self.office, self.slots, self.journal, [self.place], self.clock, self.quiet
        )

    async def quiet(self):
        self.quiets += 1
        if self.quiet_sleeps:
            await asyncio.sleep(0)

    def random(self, count):
        self.named += 1
        return self.named.to_bytes(count, "big")

    def identified(self, card=CARD):
        """(session id, identification of the record, capsule)."""
        name = self.desk.session_id()
        who, capsule = asyncio.run(self.desk.identify(card, name))
        return name, who, capsule

    def begun(self, card=CARD):
        """A session whose begin record is in the journal."""
        name, who, capsule = self.identified(card)
        envelope = {"kind": "begin", "capsule": capsule, "session": name}
        self.journal.append(1, json.dumps(envelope).encode())
        self.desk.begun()
        return name, who, capsule

    def ended(self):
        """The session record is there too, and acknowledged with all before it."""
        self.journal.append(1, b"{}")
        self.journal.ack(self.journal.next - 1)

    def key_of(self, name):
        held = self.slots.get(self.slots.find(binascii.unhexlify(name)))
        return held.key if held else None

    def in_flash(self, key):
        return any(key[at : at + 8] in self.flash.image for at in range(25))
