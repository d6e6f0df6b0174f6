"""A receiver that stays goes on after restarts, cuts and a full disk; its first key is kept."""

import asyncio
import json
import resource
import signal
import sys

import priced_records as priced
import pytest
import receive_site
import signed_records as signed

from tools import taken_up
from tools.bills.command import CommandFault
from tools.keys import fingerprint
from tools.receive import place
from tools.receive.__main__ import main
from tools.receive.place import Place
from tools.records_file import FolderInUse, RecordsFile
from tools.verify.__main__ import verify


@pytest.fixture
def opened(tmp_path):
    with receive_site.sites(tmp_path) as new:
        yield new


def test_each_device_has_a_folder_that_verifies(opened, tmp_path):
    site = opened()
    site.greet()
    site.session(1)
    site.say("status", receive_site.STATUS, receive_site.OTHER)
    folder = tmp_path / "received" / signed.DEVICE
    assert site.acks()[-1] == 2 and site.desk.sessions == 1
    assert (tmp_path / "received" / receive_site.OTHER / "records.jsonl").read_text() == ""
    assert verify([str(folder / "records.jsonl")], None, "own", None, True) == 0


def test_with_a_device_the_folder_is_that_of_a_run(opened, tmp_path):
    site = opened(Place(tmp_path, signed.DEVICE))
    site.greet()
    site.session(1)
    site.say("status", receive_site.STATUS, receive_site.OTHER)
    assert (tmp_path / "public_key.hex").exists() and site.stored() == [1, 2]
    assert site.told("refused") == ["REFUSED a topic of no device"]


class TestRestart:
    def test_it_goes_on_and_stores_nothing_twice(self, opened):
        first = opened()
        first.greet()
        first.session(1)
        second = opened()
        assert "goes on after 2 records" in second.told("device")[0]
        second.desk.connected()
        assert second.acks() == []  # it may be another journal now
        second.greet(oldest=1, next=5)
        second.session(1)
        second.session(3)
        assert second.stored() == [1, 2, 3, 4] and second.acks()[-1] == 4
        assert second.desk.devices[signed.DEVICE].receiver.repeats == 2
        assert second.told("refused") == []

    @pytest.mark.parametrize("cut", [1, 40, 900])
    def test_a_torn_last_line_is_taken_away_and_its_record_wanted(self, opened, cut):
        first = opened()
        first.greet()
        first.session(1)
        path = first.place.folder(signed.DEVICE) / "records.jsonl"
        path.write_bytes(path.read_bytes()[:-cut])
        second = opened()
        assert second.stored() == [1]
        second.greet(next=3)
        assert second.acks() == []
        second.session(1)
        assert second.stored() == [1, 2] and second.acks()[-1] == 2

    def test_a_damaged_line_is_told_and_not_counted(self, opened):
        first = opened()
        first.greet()
        first.session(1)
        path = first.place.folder(signed.DEVICE) / "records.jsonl"
        path.write_text(path.read_text().replace("|{", "|[", 1))
        second = opened()
        assert second.told("refused") == [
            "REFUSED line 1 of records.jsonl: not what the device signed"
        ]
        second.greet()
        assert 2 not in second.acks()

    def test_a_conflict_is_known_again(self, opened):
        first = opened()
        first.greet()
        first.session(1)
        receive_site.lines.cache_clear()
        first.session(1)  # signed anew: other bytes
        beside = first.place.folder(signed.DEVICE) / "conflicts.jsonl"
        count = len(beside.read_text().splitlines())
        row = json.loads(beside.read_text().splitlines()[0])
        second = opened()
        second.greet()
        second.desk.take(row["topic"], row["payload"].encode())
        assert len(beside.read_text().splitlines()) == count == 2

    def test_what_came_while_nobody_listened_is_asked_for_once(self, opened):
        first = opened()
        first.greet()
        first.session(1)
        second = opened()
        second.greet(oldest=3, next=9)
        second.say("status", {**receive_site.STATUS, "oldest": 3, "next": 9})
        asked = [said for topic, said in second.sent if topic.endswith("/resend")]
        assert asked == [{"from": 3, "to": 8}]


class TestKey:
    def test_another_key_is_refused_also_after_a_restart(self, opened):
        first = opened()
        first.greet()
        second = opened()
        second.greet(signed.OTHER_KEY)
        second.session(1, signed.OTHER_KEY)
        assert second.stored() == [] and second.acks() == []
        assert "another public key" in second.told("refused")[0]
        second.session(1)
        assert second.stored() == [1, 2]

    def test_a_key_that_the_report_does_not_show_is_never_kept(self, opened, tmp_path):
        seal = fingerprint(signed.spki())
        site = opened(Place(tmp_path, signed.DEVICE, seal))
        site.greet(signed.OTHER_KEY)
        site.say("key", b"[")
        assert not (tmp_path / taken_up.KEY).exists()
        assert len(site.told("refused")) == 2
        site.greet()
        assert (tmp_path / taken_up.KEY).read_text().strip() == signed.spki()
        assert seal in "".join(site.told("device"))

    def test_a_kept_key_that_is_not_the_report_s_ends_it(self, opened, tmp_path):
        opened(Place(tmp_path, signed.DEVICE)).greet()
        with pytest.raises(CommandFault, match="is another key than KEY"):
            Place(tmp_path, signed.DEVICE, "0" * 64).check()
        (tmp_path / taken_up.KEY).write_text("nonsense")
        with pytest.raises(CommandFault, match="holds no public key"):
            Place(tmp_path, signed.DEVICE).check()


class TestLacking:
    """A broker that retains more than it queues for us left out the rest."""

    def test_a_record_without_its_key_has_the_key_fetched_now_and_then(self, opened):
        site = opened()
        site.say("status", {**receive_site.STATUS, "next": 3})
        for site.now_s in (0, 10, 59, 60):
            site.session(1)
        assert site.fetched == [f"wattseal/v1/{signed.DEVICE}/key"] * 2
        site.greet(next=3)
        site.session(1)
        assert site.stored() == [1, 2] and len(site.fetched) == 2

    def test_a_record_without_a_status_has_it_fetched(self, opened):
        opened().greet()
        site = opened()
        site.session(1)
        assert site.fetched == [f"wattseal/v1/{signed.DEVICE}/status"]

    def test_a_tariff_that_is_not_here_is_fetched(self, opened):
        site = opened()
        site.greet()
        row = json.loads(priced.line(1))
        site.desk.take(row["topic"], row["payload"].encode())
        assert site.stored() == [1]
        assert site.fetched == [f"wattseal/v1/{signed.DEVICE}/tariff/{priced.TARIFF.identity}"]


class TestFolder:
    def test_one_with_another_name_is_told_and_left_alone(self, opened, tmp_path):
        site = opened()
        site.greet()
        site.session(1)
        site.desk.close()
        moved = tmp_path / "received" / f"{signed.DEVICE}.old"
        (tmp_path / "received" / signed.DEVICE).rename(moved)
        stored = (moved / "records.jsonl").read_bytes()
        site = opened()
        assert site.desk.devices == {}
        (told,) = site.told("device")
        assert (
            told == f"{moved.name} holds records of {signed.DEVICE} under another name: left alone"
        )
        site.greet(next=3)
        site.session(1)
        assert site.stored() == [1, 2] and (moved / "records.jsonl").read_bytes() == stored

    def test_a_run_does_not_erase_what_a_receiver_stored(self, opened, tmp_path):
        site = opened(Place(tmp_path, signed.DEVICE))
        site.greet()
        site.session(1)
        site.desk.close()
        with pytest.raises(FolderInUse, match="would be erased; name another OUT"):
            RecordsFile(tmp_path)
        assert site.stored() == [1, 2]

    def test_the_records_of_a_run_are_not_gone_on_with(self, tmp_path):
        (tmp_path / "records.jsonl").write_text("{}\n")
        with pytest.raises(CommandFault, match="holds one device's records; name DEVICE"):
            receive_site.Site(Place(tmp_path))
        with pytest.raises(FolderInUse, match="did not store; name another OUT"):
            receive_site.Site(Place(tmp_path, signed.DEVICE))
        assert (tmp_path / "records.jsonl").read_text() == "{}\n"

    def test_of_another_device_or_of_two_receivers(self, opened, tmp_path):
        opened(Place(tmp_path, signed.DEVICE)).greet()
        with pytest.raises(FolderInUse, match="another run writes"):
            receive_site.Site(Place(tmp_path, signed.DEVICE))
        other = opened(Place(tmp_path / "b", receive_site.OTHER))
        other.say("status", receive_site.STATUS, receive_site.OTHER)
        other.desk.close()
        with pytest.raises(FolderInUse, match="another device's records"):
            receive_site.Site(Place(tmp_path / "b", signed.DEVICE))
        with pytest.raises(CommandFault, match="holds records of that device already"):
            receive_site.Site(Place(tmp_path / "b", receive_site.OTHER)).desk.close()
            opened(Place(tmp_path / "c")).say("status", receive_site.STATUS)
            receive_site.Site(Place(tmp_path / "c", signed.DEVICE))


def test_what_is_here_is_taken_up_before_there_is_a_loop(tmp_path, monkeypatch):
    """In one, Ctrl-C is heard behind the last record alone."""
    seen = []

    def begin(_):
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        seen.append(signal.getsignal(signal.SIGTERM))
        raise KeyboardInterrupt

    monkeypatch.setattr("tools.receive.desk.Desk.begin", begin)
    with pytest.raises(KeyboardInterrupt):
        main(out=tmp_path, broker="127.0.0.1:1")
    assert seen == [signal.SIG_DFL]


class TestMistyped:
    def test_a_device_that_nobody_is_leaves_no_trace(self, opened, tmp_path):
        site = opened(Place(tmp_path / "received" / "foo", "foo"))
        site.greet()  # of another one
        site.look()
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["W1a2b3c4d5e6f708", "w1a2b3c4d5e6f7081", "a b", "../up"])
    def test_what_is_no_id_is_refused(self, tmp_path, name):
        with pytest.raises(CommandFault, match="is no device id; copy it from"):
            Place(tmp_path / "received", name).check()
        assert list(tmp_path.iterdir()) == []

    def test_what_an_earlier_version_left_of_one_holds_no_records(self, opened, tmp_path):
        (tmp_path / "device.txt").write_text("foo\n")
        (tmp_path / "records.jsonl").write_text("")
        site = opened(Place(tmp_path))
        site.greet()
        assert site.stored() == []

    def test_the_default_place_is_the_one_that_all_devices_would_have(self, opened, tmp_path):
        wanted = tmp_path, signed.DEVICE
        assert place.default_out(tmp_path, "") == tmp_path
        assert place.default_out(*wanted) == tmp_path / signed.DEVICE
        opened(Place(*wanted)).greet()  # as it was stored before
        assert place.default_out(*wanted) == tmp_path
        assert place.default_out(tmp_path, receive_site.OTHER) == tmp_path / receive_site.OTHER


def test_a_full_disk_acknowledges_nothing_and_goes_on_when_there_is_room(opened, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # half a module would stay in the cache
    site = opened()
    site.greet()
    site.session(1)
    size = (site.place.folder(signed.DEVICE) / "records.jsonl").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 300, before[1]))  # half a record more
    try:
        site.session(3)
        site.look()
        assert site.stored() == [1, 2] and site.acks()[-1] == 2
        (told,) = site.told("disk")
        assert "nothing that comes is acknowledged" in told and site.desk.trouble
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    site.look()
    assert site.told("disk")[1:] == ["there is room again"] and not site.desk.trouble
    site.session(3)  # the device sends again what nobody acknowledged
    assert site.stored() == [1, 2, 3, 4] and site.acks()[-1] == 4
