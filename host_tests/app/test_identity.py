"""A driver's identification ends at the desk; a record's head says which meter and which place."""

import asyncio
import unittest

from charge_world import CARD, DEVICE, OTHER_CARD

from wattseal.app.identity import Desk, Heads
from wattseal.app.plain_desk import PlainDesk
from wattseal.core import config, models, ocmf, pseudonym
from wattseal.core.reading import Identity


class Random:
    """Gives out what it is asked for, never twice the same, and remembers the sizes."""

    def __init__(self):
        self.sizes = []

    def __call__(self, count):
        self.sizes.append(count)
        return bytes([len(self.sizes)]) * count


class Fresh:
    """The signer's secrets: other ones each time."""

    def __init__(self):
        self.asked = []

    def __call__(self, purpose):
        self.asked.append(purpose)
        return bytes([len(self.asked)]) * 32


def identified(desk, card):
    return asyncio.run(desk.identify(card, "5e55"))


def heads(evse_id="", serial=""):
    row = config.Section()
    row.id, row.evse_id, row.serial = 3, evse_id, serial
    return Heads(row, models.MODELS["sdm630"], DEVICE, "0.1")


class TestDesk(unittest.TestCase):
    def test_a_pseudonym_holds_nothing_of_the_identification_but_its_level(self):
        who, capsule = identified(Desk(Random(), Fresh()), CARD)
        self.assertEqual(capsule, "")
        self.assertEqual(
            (who.present, who.level, who.flags, who.id_type),
            (True, "VERIFIED", ["RFID_NONE"], "LOCAL"),
        )
        self.assertEqual(len(who.data), 32)
        self.assertFalse(CARD[2].lower() in who.data)

    def test_the_pseudonym_is_an_hmac_under_a_salt_of_this_session_alone(self):
        fresh = Fresh()
        desk = Desk(Random(), fresh)
        first, second = identified(desk, CARD)[0], identified(desk, CARD)[0]
        self.assertTrue(first.data != second.data)
        self.assertEqual(first.data, pseudonym.pid(b"\1" * 32, CARD[0], CARD[2]))
        self.assertEqual(fresh.asked, [b"salt", b"salt"])

    def test_the_desk_keeps_nothing(self):
        desk = Desk(Random(), Fresh())
        identified(desk, CARD)
        identified(desk, OTHER_CARD)
        self.assertEqual(kept_by(desk), [("faults", "0"), ("seals", "False")])

    def test_session_ids_are_16_hex_digits_of_randomness(self):
        desk = Desk(Random(), Fresh())
        self.assertEqual(desk.session_id(), "01" * 8)
        self.assertEqual(desk.session_id(), "02" * 8)

    def test_plain_is_what_was_presented(self):
        for id_type, flag in (("ISO14443", "RFID_PLAIN"), ("EMAID", "RFID_NONE")):
            who, capsule = identified(
                PlainDesk(Random(), Fresh()), (id_type, "TRUSTED", "DE8ACC12E46L89")
            )
            told = (who.present, who.level, who.flags, who.id_type, who.data, capsule)
            self.assertEqual(told, (True, "TRUSTED", [flag], id_type, "DE8ACC12E46L89", ""))


class TestHeads(unittest.TestCase):
    def test_the_meters_own_serial_number_goes_before_the_configured_one(self):
        for own, configured, expected in (("M1", "C1", "M1"), ("", "C1", "C1")):
            made = heads(serial=configured)
            identity = Identity(own, "2.0")
            self.assertEqual(made.serial(identity), expected)
            self.assertEqual(made.head(identity).ms, expected)

    def test_a_meter_that_nobody_can_name_has_no_record(self):
        self.assertEqual(heads().serial(Identity("", "2.0")), "")
        with self.assertRaises(ocmf.OcmfError):
            heads().head(Identity("", "2.0"))

    def test_the_place_is_the_evse_id_or_device_and_connector(self):
        identity = Identity("M1", "2.0")
        head = heads("DE*ABC*E1").head(identity)
        self.assertEqual((head.ct, head.ci), ("EVSEID", "DE*ABC*E1"))
        head = heads().head(identity)
        self.assertEqual((head.ct, head.ci), ("CBIDC", DEVICE + " 3"))

    def test_the_head_names_device_meter_and_versions(self):
        row = models.MODELS["sdm630"]
        head = heads().head(Identity("M1", "2.0"))
        self.assertEqual((head.gi, head.gs, head.gv), ("Wattseal", DEVICE, "0.1"))
        self.assertEqual((head.mv, head.mm, head.mf), (row.vendor, row.model, "2.0"))
        self.assertEqual(len(head.model_hash) % 2, 0)


def kept_by(thing):
    """Every attribute that is no method, with its value."""
    values = [(name, getattr(thing, name)) for name in dir(thing) if name[:2] != "__"]
    return [(name, repr(value)) for name, value in values if not callable(value)]
