"""tools.audit verify raises no false alarm over what faults and power cuts leave behind."""

import shutil
from pathlib import Path

import audit_copies as copies
import audit_verdicts
import pytest
import scratch_folder
from audit_case import UTC_S, opened
from audit_verdicts import GOOD, found, whole
from failing_files import FailingFiles

from wattseal.drivers import audit_log, durable

verify, folder = audit_verdicts.verify, audit_verdicts.folder


class TestNoFalseAlarm:
    """Whatever the flash refuses or a power cut leaves, the device's own log verifies."""

    @pytest.fixture
    def folder(self):
        parent = Path(scratch_folder.on_host())  # hundreds of logs: the disk would take its time
        yield parent / "audit"
        shutil.rmtree(parent)

    def test_after_each_fault_of_each_call(self, folder):
        tried = 0
        for done in ("nothing", "half", "all"):
            for count in (0, 3, 8, 70):
                call = 1
                while self.fails(folder, call, done, count):
                    call += 1
                tried += call - 1
        assert tried > 40

    def fails(self, folder, call, done, count):
        """Whether the append had so many calls."""
        log = copies.filled(folder, count, most=64, batch=max(1, count // 10))
        faults = FailingFiles([audit_log, durable], call, OSError(28), done)
        rows = [(UTC_S + 9999, "S", values) for values in copies.EVENTS]
        failed = False
        try:
            log.append(rows)
        except OSError:
            failed = True
        finally:
            faults.restore()
        if failed:
            log.append(rows)
        log, _ = opened(str(folder), 64)
        log.append(rows)
        assert whole(folder, copies.head(log, log.number)), (call, done, count)
        for path in folder.glob("*"):
            path.unlink()
        return failed

    def test_after_a_cut_at_each_byte_of_what_is_appended(self, folder):
        copies.filled(folder, 3)
        path = folder / "00000001.aud"
        whole_file = path.read_bytes()
        for length in range(len(whole_file)):
            path.write_bytes(whole_file[:length])
            log, _ = opened(str(folder))
            log.append([(UTC_S + 99, "S", copies.EVENTS[0])])
            assert whole(folder, copies.head(log, log.number)), length
            for each in folder.glob("*"):
                each.unlink()

    def test_between_the_removal_of_two_files(self, verify, folder):
        log = copies.filled(folder, 40, most=64)
        faults = FailingFiles([audit_log])
        files = sorted(folder.glob("*.aud"))
        faults.remove = _removes_one(files[0])
        try:
            log._whole = False  # the next begins a file, and two years have passed
            log.steady_s = UTC_S + 2 * 31622400
            log.append([(UTC_S + 2 * 31622400, "S", copies.EVENTS[1])])
        finally:
            faults.restore()
        assert not files[0].exists() and files[1].exists()
        status, out, _ = verify(folder, "--head", copies.head(log, log.number))
        assert status == GOOD, out
        assert "Entry 9 is the last of a removal under way" in out
        raw = files[1].read_bytes().splitlines(keepends=True)
        files[1].write_bytes(b"".join(raw[1:]))
        assert [row[:3] for row in found(verify(folder, "--json"))] == [("gap", 9, 9)]


def _removes_one(first):
    def remove(path):
        if path != str(first):
            raise OSError(5)
        first.unlink()

    return remove
