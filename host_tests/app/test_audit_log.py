"""The audit log in files: goes on after every cut and fault, prunes by rule, counts damage."""

import os
import unittest

import scratch_folder
from audit_case import UTC_S, broken, opened, put, told
from failing_files import FailingFiles

from wattseal.core import audit_chain
from wattseal.drivers import audit_log, durable

_YEAR_S = 31622400


class AuditLogCase(unittest.TestCase):
    def setUp(self):
        self.parent = scratch_folder.on_host()
        self.folder = self.parent + "/audit"

    def tearDown(self):
        if scratch_folder.exists(self.folder):
            scratch_folder.remove(self.folder)
        os.rmdir(self.parent)

    def filled(self, count, most=64):
        log, _ = opened(self.folder, most)
        for number in range(1, count + 1):
            put(log, number)
        return log

    def again(self, most=64):
        return opened(self.folder, most)[0]

    def names(self):
        return sorted(os.listdir(self.folder))

    def content(self, name):
        with open(self.folder + "/" + name, "rb") as file:
            return file.read()

    def put_content(self, name, content):
        with open(self.folder + "/" + name, "wb") as file:
            file.write(content)


class TestKept(AuditLogCase):
    def test_a_new_one_is_empty(self):
        log = self.again()
        self.assertEqual((log.number, log.mac), (0, audit_chain.GENESIS))
        self.assertEqual((told(log), broken(log)), ([], []))

    def test_goes_on_after_each_start(self):
        for start in range(1, 21):
            log, lines = opened(self.folder)
            self.assertEqual((log.number, len(lines)), (start - 1, start - 1))
            put(log, start)
        log = self.again()
        self.assertEqual((told(log), broken(log)), (list(range(1, 21)), []))

    def test_several_at_once_are_one_write(self):
        log = self.again()
        log.append([(UTC_S, "S", {"ev": "test", "obj": str(n)}) for n in (1, 2, 3)])
        self.assertEqual((log.number, told(log), broken(log)), (3, [1, 2, 3], []))
        self.assertEqual([audit_chain.number(line) for line, _ in log.entries(2)], [3])

    def test_other_files_are_left_alone(self):
        self.filled(3)
        for name in ("notes.txt", "0000000g.aud", "00000001.bak"):
            self.put_content(name, b"mine")
        self.assertEqual(told(self.again()), [1, 2, 3])
        self.assertTrue(scratch_folder.exists(self.folder + "/notes.txt"))


class FullHeap(list):
    def append(self, row):
        raise MemoryError


class TestHeap(AuditLogCase):
    def test_a_full_heap_once_a_file_is_written_costs_no_later_entry(self):
        log = self.filled(3)
        log._whole = False  # the next one begins a file
        log._files = FullHeap(log._files)
        self.assertRaises(MemoryError, put, log, 4)
        log._files = list(log._files)
        for number in (4, 5, 6):
            put(log, number)
        log = self.again()
        self.assertEqual((told(log), broken(log)), ([1, 2, 3, 4, 5, 6], []))


class TestPruned(AuditLogCase):
    def test_the_oldest_go_and_an_entry_says_up_to_where(self):
        log = self.filled(200)
        kept = told(log)
        self.assertEqual(kept, list(range(kept[0], 201)))
        entries = list(log.entries())
        self.assertTrue(48 < len(entries) <= 64, len(entries))
        last, mac = log.before()
        marks = [line for line, _ in entries if audit_chain.value(line, "ev") == "pruned"]
        self.assertEqual(audit_chain.value(marks[-1], "obj"), str(last))
        self.assertEqual(audit_chain.value(marks[-1], "new"), mac.hex())
        self.assertEqual(broken(log), [])
        again = self.again()
        self.assertEqual((again.before(), told(again), broken(again)), ((last, mac), kept, []))

    def test_what_is_older_than_a_year_goes_by_a_clock_that_is_right(self):
        self.filled(20)  # in three files
        for steady_s, left in ((0, 4), (UTC_S, 5), (UTC_S + _YEAR_S + 1, 4)):
            log = self.again()
            log.steady_s = steady_s
            log._whole = False  # the next begins a file
            put(log, 21, UTC_S + 2 * _YEAR_S, "S")  # an entry's own time takes no other one
            self.assertEqual(len(self.names()), left)
            self.assertEqual(broken(self.again()), [])

    def test_few_entries_go_too_by_files_of_a_month(self):
        day_s, log, known_from = 86400, self.again(1000), {}
        for day in range(0, 900, 5):
            if day % 40 == 0:
                log = self.again(1000)
                put(log, 0, day * day_s, "I")  # a start knows no time yet
            log.steady_s = UTC_S + day * day_s
            put(log, 0, log.steady_s)
            known_from[log.number] = day
            self.assertEqual(broken(log), [])
            oldest = min(n for n in known_from if n > log.before()[0])
            self.assertTrue(day - known_from[oldest] <= 366 + 31 + 31 + 5, (day, oldest))
            self.assertTrue(day < 366 or day - known_from[oldest] >= 360)
        self.assertEqual(
            audit_chain.number(list(self.again(1000).entries())[0][0]), log.before()[0] + 1
        )
        self.assertTrue(len(self.names()) <= 16, self.names())

    def test_a_file_that_could_not_be_removed_goes_at_the_next_start(self):
        log = self.again()
        faults = FailingFiles([audit_log])
        faults.remove = _refuses
        try:
            for number in range(1, 80):
                put(log, number)
        finally:
            faults.restore()
        self.assertTrue(log.counts["audit_unpruned"] > 0)
        again = self.again()
        self.assertEqual(broken(again), [])
        self.assertTrue(told(again)[0] > 8)
        self.assertEqual(told(again)[-1], 79)


class TestDamage(AuditLogCase):
    def test_a_torn_tail_is_cut_off_wherever_it_is_torn(self):
        self.filled(3)
        whole = self.content("00000001.aud")
        start = whole.rfind(b"\n", 0, -1) + 1
        for length in range(start, len(whole)):
            for tail in (b"", b"\xff" * 20, b"\n"):
                self.put_content("00000001.aud", whole[:length] + tail)
                log = self.again()
                put(log, 4)
                put(log, 5)
                log = self.again()
                expected = [1, 2, 4, 5]
                if length + len(tail) == len(whole) and tail == b"\n":
                    expected = [1, 2, 3, 4, 5]
                self.assertEqual((told(log), broken(log)), (expected, []))
                for name in self.names():
                    os.remove(self.folder + "/" + name)

    def test_damage_in_the_middle_is_counted_and_the_rest_goes_on(self):
        self.filled(20)
        name = self.names()[1]
        content = bytearray(self.content(name))
        content[300] ^= 1
        self.put_content(name, content)
        log = self.again()
        self.assertEqual(log.counts["audit_damaged"], 1)
        put(log, 21)
        self.assertEqual(told(log)[-2:], [20, 21])

    def test_each_file_that_is_gone_is_counted(self):
        for at in (0, 1):
            self.filled(30)
            os.remove(self.folder + "/" + self.names()[at])
            log = self.again()
            self.assertEqual(log.counts["audit_damaged"], 1)
            self.assertEqual(log.number, 30)
            scratch_folder.remove(self.folder)

    def test_a_line_written_by_who_has_no_key_is_counted(self):
        self.filled(3)
        line = audit_chain.line(4, UTC_S, "S", {"ev": "test", "obj": "4"})
        whole = self.content("00000001.aud")
        self.put_content("00000001.aud", whole + audit_chain.frame(line, bytes(32)))
        self.assertEqual(self.again().counts["audit_damaged"], 1)


class TestFaults(AuditLogCase):
    def test_what_could_not_be_written_does_not_count_and_the_chain_goes_on(self):
        tried = 0
        for done in ("nothing", "half", "all"):
            for prepared in (0, 3, 8):
                for call in range(1, 12):
                    tried += self._fails(call, done, prepared)
        self.assertTrue(tried > 30, tried)

    def _fails(self, call, done, prepared):
        """Whether the append had so many calls."""
        log = self.filled(prepared)
        faults = FailingFiles([audit_log, durable], call, OSError(28), done)
        try:
            put(log, prepared + 1)
            failed = False
        except OSError:
            failed = True
        finally:
            faults.restore()
        if failed:
            self.assertEqual((log.number, broken(log)), (prepared, []))
            put(log, prepared + 1)
        again = self.again()
        expected = list(range(1, prepared + 2))
        self.assertEqual((told(again), broken(again)), (expected, []), (call, done, prepared))
        scratch_folder.remove(self.folder)
        return failed


def _refuses(path):
    raise OSError(5)


if __name__ == "__main__":
    unittest.main()
