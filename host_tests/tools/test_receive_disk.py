"""What is acknowledged is on the disk, whatever the disk did before; and what is there is told."""

import errno
import json
import os

import pytest
import receive_site
import signed_records as signed

from tools import gone_file
from tools.records_file import CONFLICTS, RecordsFile


@pytest.fixture
def opened(tmp_path):
    with receive_site.sites(tmp_path) as new:
        yield new


class Medium:
    """One that takes 100 bytes more, and lets nothing be taken away."""

    def __init__(self, monkeypatch):
        self.is_bad, self._left = False, 100
        self._write, self._truncate = os.write, os.ftruncate
        monkeypatch.setattr("os.write", self.write)
        monkeypatch.setattr("os.ftruncate", self.truncate)

    def write(self, file, content):
        if not self.is_bad:
            return self._write(file, content)
        if not self._left:
            raise OSError(errno.EIO, "Input/output error")
        written = self._write(file, bytes(content)[: self._left])
        self._left = 0
        return written

    def truncate(self, file, size):
        if self.is_bad:
            raise OSError(errno.EIO, "Input/output error")
        self._truncate(file, size)


def test_half_a_record_that_could_not_be_taken_away_spoils_no_later_one(opened, monkeypatch):
    site = opened()
    site.greet()
    site.session(1)
    medium = Medium(monkeypatch)
    medium.is_bad = True
    site.session(3)
    assert site.acks()[-1] == 2 and site.desk.trouble
    medium.is_bad = False
    site.look()
    site.session(3)
    site.session(5)
    assert site.acks()[-1] == 6 and site.stored() == [1, 2, 3, 4, 5, 6]


def test_while_it_cannot_be_taken_away_nothing_is_written_behind_it(tmp_path, monkeypatch):
    file = RecordsFile(tmp_path)
    medium = Medium(monkeypatch)
    medium.is_bad = True
    for _ in range(3):
        with pytest.raises(OSError, match="Input/output"):
            file.write_beside(CONFLICTS, "t", "x" * 200)
    assert (tmp_path / CONFLICTS).stat().st_size == 100
    medium.is_bad = False
    file.write_beside(CONFLICTS, "t", "y")
    file.write("t", "z")
    for name, payload in ((CONFLICTS, "y"), ("records.jsonl", "z")):
        (line,) = (tmp_path / name).read_text().splitlines()
        assert json.loads(line)["payload"] == payload
    file.close()


def test_a_new_folder_has_its_name_on_the_disk(tmp_path, monkeypatch):
    synced, real = set(), os.fsync

    def fsync(file):
        synced.add(os.readlink(f"/proc/self/fd/{file}"))
        real(file)

    monkeypatch.setattr("os.fsync", fsync)
    RecordsFile(tmp_path / "received" / "w1", "w1").close()
    assert {str(tmp_path), str(tmp_path / "received")} <= synced


def test_a_record_is_told_though_a_note_beside_it_found_no_room(opened, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    site = opened()
    site.greet(oldest=1, next=4, lost=[1])
    with monkeypatch.context() as patched:
        patched.setattr(gone_file, "write_whole", full)
        site.session(2)
        assert site.stored() == [2, 3] and site.acks() == []
    site.look()
    site.session(2)
    assert site.acks()[-1] == 3 and site.desk.sessions == 1
    told = [event.values["pg"] for event in site.events if event.kind == "record"]
    assert told == [2, 3]


def test_what_moves_no_gap_lists_none(opened, monkeypatch):
    site = opened()
    site.greet(next=5)
    site.session(3)
    assert site.told("gaps") == ["missing T1-T2"]
    receiver = site.desk.devices[signed.DEVICE].receiver
    listed = []
    monkeypatch.setattr(receiver, "gaps", lambda: listed.append(1) or [])
    for _ in range(100):
        site.say("live/1", {"state": "C"})
    assert not listed
    site.now_s = 1000  # it is asked for again, which may have been in vain
    site.say("live/1", {"state": "C"})
    assert listed == [1]


class TestCopy:
    """Of a folder that was copied while it was written: what is beside is the newer part."""

    def put_back(self, site, records):
        site.desk.close()
        (site.place.folder(signed.DEVICE) / "records.jsonl").write_bytes(records)

    def test_a_record_that_is_only_beside_is_stored_and_acknowledged(self, opened):
        site = opened()
        site.greet(next=5)
        site.session(1)
        records = (site.place.folder(signed.DEVICE) / "records.jsonl").read_bytes()
        site.session(3)
        row = receive_site.lines(3)[1]
        other = row["payload"].replace('"session":"s3"', '"session":"sX"')
        site.desk.take(row["topic"], other.encode())
        self.put_back(site, records)
        site = opened()
        site.greet(oldest=3, next=5)
        assert site.acks() == []
        site.session(3)
        assert site.stored() == [1, 2, 3, 4] and site.acks()[-1] == 4
        site.session(3)
        assert site.stored() == [1, 2, 3, 4] and site.told("refused") == []
