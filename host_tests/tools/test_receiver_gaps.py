"""What did not come is asked for by range, told and not acknowledged; a conflict is kept."""

import functools
import json
from types import SimpleNamespace

import pytest
import signed_records as signed

from tools.asking import MOST, Asking
from tools.counting import Counting
from tools.receiver import Receiver
from tools.records_file import FolderInUse
from tools.run_summary import spans, summary
from wattseal.core import bill

BASE = f"wattseal/v1/{signed.DEVICE}/"
STATUS = {"state": "online", "oldest": 1, "next": 100, "lost": []}


class Device:
    """A scripted one: it sends what it is told to, and hears what the receiver says."""

    def __init__(self, folder):
        self.now_s = 0.0
        self.upto, self.asked = 0, []
        self.receiver = Receiver(
            signed.DEVICE, folder, lambda *_: [], self._hear, now_s=lambda: self.now_s
        )
        self._say("key", {"spki": signed.spki()})

    def _hear(self, topic, payload):
        message = json.loads(payload)
        if topic == BASE + "ack":
            self.upto = message["upto"]
        else:
            assert topic == BASE + "resend"
            self.asked.append((message["from"], message["to"]))

    def _say(self, name, message):
        self.receiver.take(BASE + name, json.dumps(message).encode())

    def status(self, **changes):
        self._say("status", {**STATUS, **changes})

    def send(self, *paginations, session="s"):
        for number in paginations:
            self.receiver.take(*message(number, session))


@functools.cache
def message(number, session):
    """Signed once: a device sends the bytes that it stored."""
    text = signed.record(number, [signed.begin()])
    row = json.loads(signed.line(bill.BEGIN, number, session, text))
    return row["topic"], row["payload"].encode()


@pytest.fixture
def device(tmp_path):
    device = Device(tmp_path)
    device.status()
    yield device
    device.receiver.close()


def rows(folder, name):
    path = folder / name
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(json.loads(line)["payload"])["session"] for line in lines]


class TestGaps:
    def test_in_order_nothing_is_asked_for(self, device):
        device.send(1, 2, 3, 2)
        assert (device.asked, device.upto, device.receiver.gaps()) == ([], 3, [])

    def test_a_gap_holds_up_the_ack_and_is_asked_for_at_once(self, device):
        device.send(1, 2, 6)
        assert device.asked == [(3, 5)] and device.upto == 2
        assert device.receiver.gaps() == [(3, 5)]
        device.send(3, 4, 5)
        assert device.asked == [(3, 5)] and device.upto == 6 and device.receiver.gaps() == []

    def test_the_next_gap_is_asked_for_once_the_first_is_closed(self, device):
        device.send(1, 3, 6)
        assert device.receiver.gaps() == [(2, 2), (4, 5)]
        device.send(2)
        assert device.asked == [(2, 2), (4, 5)] and device.upto == 3

    def test_a_gap_is_asked_for_again_after_a_pause_that_grows(self, device):
        device.send(1, 3)
        times = []
        for second in range(100):
            device.now_s = second
            before = len(device.asked)
            device.status()
            times += [second] if len(device.asked) > before else []
        assert times == [5, 15, 35, 75] and set(device.asked) == {(2, 2)}
        assert device.receiver.asked == 5

    def test_what_is_coming_is_not_asked_for_again(self, device):
        device.send(1, 10)
        for number in range(2, 10):
            device.now_s += 4
            device.send(number)
        assert device.asked == [(2, 9)] and device.upto == 10

    def test_a_loss_that_the_device_declares_is_no_gap_and_holds_up_nothing(self, device):
        device.status(lost=[3, 4])
        device.send(1, 2, 6)
        assert device.asked == [(5, 5)] and device.receiver.gaps() == [(5, 5)]
        device.send(5)
        assert device.upto == 6 and device.receiver.lost() == [3, 4]
        assert device.receiver.missing() == [3, 4]

    def test_what_came_before_it_was_declared_lost_is_not_lost(self, device):
        device.send(1, 2)
        device.status(lost=[2])
        assert device.receiver.lost() == []

    def test_counting_begins_at_the_oldest_that_the_status_names(self, tmp_path):
        new = Device(tmp_path)
        new.send(502)
        assert new.asked == [] and new.upto == 0  # nobody has said where it begins
        new.status(oldest=500, next=503)
        assert new.asked == [(500, 501)]
        new.send(500, 501)
        assert new.upto == 502
        new.receiver.close()

    def test_a_device_that_thinks_more_was_acknowledged_is_asked_for_it(self, device):
        device.send(1)
        device.status(oldest=5)
        device.send(5)
        assert device.asked == [(2, 4)] and device.upto == 1

    def test_what_somebody_said_is_gone_is_asked_for_no_more(self):
        counting = Counting()
        for number in (1, 2, 9):
            counting.add(number)
        counting.gone = {5, 6}
        counting.done_upto(STATUS)
        assert list(counting.gaps(STATUS)) == [(3, 4), (7, 8)]


class TestAsking:
    def test_of_a_long_gap_a_part_at_a_time(self):
        counting, asking = Counting(), Asking()
        counting.add(1)
        counting.done_upto(STATUS)
        counting.add(5000)
        assert asking.due(counting, STATUS, 0) == (2, MOST + 1)
        for number in range(2, MOST + 2):
            assert asking.due(counting, STATUS, 0) is None
            counting.add(number)
            counting.done_upto(STATUS)
        assert asking.due(counting, STATUS, 0) == (MOST + 2, 2 * MOST + 1)

    def test_spans_are_told_as_a_person_reads_them(self):
        assert spans([(5, 9), (12, 12)]) == "T5-T9, T12" and spans([]) == ""
        assert spans([(n, n) for n in range(1, 50, 2)]).endswith("T39 and 5 more")


class TestConflicts:
    def test_both_payloads_are_kept_told_once_and_acknowledged(self, device, tmp_path):
        device.send(1)
        device.send(1, session="other")
        device.send(1, session="other")
        assert len(device.receiver.alarms) == 1 and device.receiver.conflicts == [1]
        assert rows(tmp_path, "records.jsonl") == ["s"]
        assert rows(tmp_path, "conflicts.jsonl") == ["other"]
        device.send(2)
        assert device.upto == 2 and device.receiver.repeats == 2

    def test_no_number_of_versions_fills_the_disk(self, device, tmp_path):
        for version in range(20):
            device.send(1, session=str(version))
        assert len(rows(tmp_path, "conflicts.jsonl")) == 7
        assert len(device.receiver.alarms) == 19

    def test_identical_repeats_are_no_conflict(self, device, tmp_path):
        device.send(1, 1)
        assert device.receiver.repeats == 1 and device.receiver.conflicts == []
        assert not (tmp_path / "conflicts.jsonl").exists()


class TestFolder:
    def test_a_second_receiver_is_refused_and_spoils_nothing(self, device, tmp_path):
        device.send(1)
        with pytest.raises(FolderInUse, match="another run writes its records to .* OUT"):
            Device(tmp_path)
        device.send(2)
        assert rows(tmp_path, "records.jsonl") == ["s", "s"]

    def test_when_the_first_has_ended_the_folder_is_free_and_begins_empty(self, tmp_path):
        first = Device(tmp_path)
        first.status()
        first.send(1)
        first.send(1, session="other")
        first.receiver.close()
        second = Device(tmp_path)
        assert rows(tmp_path, "records.jsonl") == rows(tmp_path, "conflicts.jsonl") == []
        second.receiver.close()


def test_the_summary_of_a_run_counts_gaps_losses_and_conflicts(device):
    device.send(1, 4, 6)
    device.send(1, session="other")
    device.status(lost=[2])
    world = SimpleNamespace(charged=[], cards=[])
    log = SimpleNamespace(exists=lambda: False)
    plan = SimpleNamespace(
        sessions=[1], speed=120, tariff=None, sealing_key="", statistics=False,
        out=device.receiver.folder,
    )  # fmt: skip
    run = SimpleNamespace(receiver=device.receiver, world=world, plan=plan, log=log, started=0)
    rows = summary(run)
    told = ("gaps", "declared_lost", "asked_again", "conflicts", "alarms", "missing", "ok")
    assert [rows[name] for name in told] == ["T3, T5", 1, 1, 1, 1, 3, False]
