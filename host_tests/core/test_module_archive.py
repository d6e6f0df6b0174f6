import io
import struct
import unittest
from binascii import crc32, unhexlify

import sample
import vectors

from wattseal.core.module_archive import Archive, ArchiveFault

VECTOR = vectors.load("module_archive.json")
MODULES = {path: unhexlify(data) for path, data in VECTOR["modules"].items()}
WHOLE = unhexlify(VECTOR["archive"])
HEAD, ROW = 52, 16
TABLE = HEAD + len("umqtt\nwattseal\nwattseal/core\n")
NAMES = TABLE + ROW * len(MODULES)
DATA = WHOLE.index(MODULES["board.mpy"])


def checked(data, base=0):
    """{path: bytes} of an archive that was checked whole."""
    archive = Archive(io.BytesIO(data), base)
    return {path: archive.read(path) for path in archive.check()}


def sealed(data):
    """With the head's CRC made right again, for what only the rules can refuse."""
    crc = struct.pack(">I", crc32(data[HEAD:NAMES], crc32(data[:48])))
    return data[:48] + crc + data[HEAD:]


def replaced(data, at, new):
    return data[:at] + new + data[at + len(new) :]


class TestArchive(unittest.TestCase):
    def refused(self, data, word):
        try:
            checked(data)
            said = "nothing"
        except ArchiveFault as fault:
            said = str(fault)
        self.assertIn(word, said)

    def test_gives_each_module_and_all_of_them(self):
        self.assertEqual(checked(WHOLE), MODULES)
        archive = Archive(io.BytesIO(WHOLE))
        self.assertEqual(list(archive.paths()), sorted(MODULES))
        self.assertEqual((archive.modules, archive.bytes), (len(MODULES), len(WHOLE)))
        self.assertEqual(archive.size("board.mpy"), len(MODULES["board.mpy"]))

    def test_may_lie_behind_something_else(self):
        self.assertEqual(checked(b"a signed head" + WHOLE, 13), MODULES)
        with self.assertRaises(ArchiveFault):
            checked(b"a signed head" + WHOLE, 12)

    def test_an_absent_module_is_no_other(self):
        archive = Archive(io.BytesIO(WHOLE))
        for path in ("", "board", "board.py", "wattseal", "wattseal/core/b.mpy", "x.mpy"):
            with self.assertRaises(ArchiveFault):
                archive.read(path)

    def test_no_byte_can_be_another(self):
        for at in sample.of(range(len(WHOLE)), 30):
            for flip in (1, 0x80, 0xFF):
                bad = replaced(WHOLE, at, bytes([WHOLE[at] ^ flip]))
                with self.assertRaises(ArchiveFault):
                    checked(bad)

    def test_no_end_can_be_missing_and_nothing_follows(self):
        for size in sample.of(range(len(WHOLE)), 30):
            with self.assertRaises(ArchiveFault):
                checked(WHOLE[:size])
        self.refused(WHOLE + b"\0", "%d bytes, not the" % (len(WHOLE) + 1))

    def test_one_rotten_module_leaves_the_others(self):
        bad = replaced(WHOLE, DATA, b"\0")
        archive = Archive(io.BytesIO(bad))
        for path in MODULES:
            if path == "board.mpy":
                with self.assertRaises(ArchiveFault):
                    archive.read(path)
            else:
                self.assertEqual(archive.read(path), MODULES[path])

    def test_a_module_in_place_of_another_is_refused(self):
        """Even where all bytes are good: a row's CRC is of its path too."""
        rows = [WHOLE[at : at + ROW] for at in range(TABLE, NAMES, ROW)]
        crossed = rows[0][:4] + rows[1][4:] + rows[1][:4] + rows[0][4:]
        bad = sealed(replaced(WHOLE, TABLE, crossed))
        archive = Archive(io.BytesIO(bad))
        wrong = 0
        for path in MODULES:
            try:
                self.assertEqual(archive.read(path), MODULES[path])
            except ArchiveFault:
                wrong += 1
        self.assertEqual(wrong, 2)

    def test_says_what_is_wrong_with_a_sealed_head(self):
        rows = [WHOLE[at : at + ROW] for at in range(TABLE, NAMES, ROW)]
        outside = rows[0][:4] + struct.pack(">I", len(WHOLE)) + rows[0][8:]
        early = rows[0][:4] + struct.pack(">I", 0) + rows[0][8:]
        for at, new, word in (
            (4, b"\x02", "version 1"),
            (16, struct.pack(">H", 400), "outside of the table"),
            (46, struct.pack(">H", 0), "outside of the table"),
            (TABLE, rows[1] + rows[0], "a key is not in order"),
            (TABLE, rows[0] + rows[0], "a key is not in order"),
            (TABLE, outside, "lie outside"),
            (TABLE, early, "lie outside"),
            (HEAD, b"v", "folders: not those"),
        ):
            self.refused(sealed(replaced(WHOLE, at, new)), word)

    def test_says_what_is_wrong_with_its_names(self):
        names = WHOLE[NAMES:DATA]
        first, second = sorted(MODULES)[:2]
        swapped = names.replace(
            ("%s\n%s\n" % (first, second)).encode(), ("%s\n%s\n" % (second, first)).encode()
        )
        for new, word in (
            (swapped, "begins at"),
            (names[:-1] + b"x", "the last one is cut"),
            (b"." + names[1:], "is no path" if first[1] == "/" else "not in the table"),
        ):
            self.refused(replaced(WHOLE, NAMES, new), word)
