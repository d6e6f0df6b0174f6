"""The head of a package: each field refuses what is wrong, and no bit can be another."""

import unittest

import sample
import signed_packages as signed
from signed_packages import BOARD, DEVICE, OTHER_KEY, PUBLIC

from wattseal.core import ecdsa
from wattseal.core.update_package import HEAD_BYTES, Head, PackageFault, numbers, refusal

FLOOR = (1, 2, 0)
GOOD = signed.package(b"payload", version=(1, 3, 0), floor=(1, 2, 5), device=DEVICE)


def verdict(raw, board=BOARD, device=DEVICE, floor=FLOOR, public=PUBLIC):
    """ "" for what a device would take, but for its payload's hash."""
    try:
        head = Head(raw)
    except PackageFault as fault:
        return str(fault)
    said = refusal(head, board, device, floor, len(raw))
    if said:
        return said
    steps = ecdsa.verify_p1363_steps(public, head.digest, head.signature)
    return "" if ecdsa.finish(steps) else "forged"


class TestHead(unittest.TestCase):
    def refused(self, part, raw, **changes):
        said = verdict(raw, **changes)
        self.assertTrue(part in said and said, said)

    def test_a_good_one_says_what_was_packed(self):
        self.assertEqual(verdict(GOOD), "")
        head = Head(GOOD)
        self.assertEqual((head.kind, head.board, head.device_id), (0, BOARD, DEVICE))
        self.assertEqual((head.version, head.floor, head.size), ((1, 3, 0), (1, 2, 5), 7))

    def test_any_board_and_any_device_but_for_a_firmware(self):
        tariff = signed.package(b"{}", kind=2, board="", device="", version=FLOOR)
        self.assertEqual(verdict(tariff, "RPI_PICO", "wfedcba9876543210"[:16]), "")
        self.refused("for no board", signed.package(b"x", board="", version=FLOOR))

    def test_what_is_for_somebody_else(self):
        self.refused("another board, " + BOARD, GOOD, board="RPI_PICO_W")
        self.refused("another board", GOOD, board=BOARD + "X")
        self.refused("another device", GOOD, device="w0123456789abcdf")
        self.refused("forged", signed.package(b"x", version=FLOOR, key=OTHER_KEY))

    def test_what_is_older_than_the_floor(self):
        for version, floor in (
            ((1, 1, 65535), FLOOR), ((0, 9, 9), FLOOR), ((1, 2, 0), (1, 2, 1)),
        ):  # fmt: skip
            raw = signed.package(b"x", version=version)
            self.refused("below the floor", raw, floor=floor)
        self.assertEqual(verdict(signed.package(b"x", version=FLOOR)), "")
        self.refused("floor is above", signed.package(b"x", version=(1, 2, 3), floor=(1, 2, 4)))

    def test_what_is_too_short_or_too_long(self):
        for size in range(len(GOOD)):
            self.refused("truncated", GOOD[:size])
        self.refused("longer than its head", GOOD + b"\0")
        self.refused("no size from 1", signed.package(b"", version=FLOOR))
        self.refused("no size from 1", signed.package(b"x" * 8193, kind=1, version=FLOOR))

    def test_no_byte_of_a_head_can_be_another(self):
        """What is malformed is told without the curve; the rest is forged."""
        forged = 0
        for at in sample.of(range(HEAD_BYTES), 6):
            for flip in sample.of((1, 128, 255), 1):
                bad = GOOD[:at] + bytes([GOOD[at] ^ flip]) + GOOD[at + 1 :]
                said = verdict(bad)
                self.assertTrue(said, at)
                forged += said == "forged"
        self.assertTrue(sample.ON_A_BOARD or forged > 200)

    def test_a_version_is_three_numbers(self):
        self.assertEqual(numbers("0.65535.7"), (0, 65535, 7))
        for text in ("", "1.2", "1.2.3.4", "1.2.65536", "1.2.-3", "1.2.a", "1..2", "1.2. 3"):
            with self.assertRaises(PackageFault):
                numbers(text)
