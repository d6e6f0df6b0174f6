"""The receiver acknowledges what its device signed, whatever else is said on the broker."""

import json

import pytest
import signed_records as signed

from tools.receiver import Receiver
from tools.verdict import findings
from wattseal.core import bill

BASE = f"wattseal/v1/{signed.DEVICE}/"
BEGIN, BOTH = [signed.begin()], [signed.begin(), signed.end()]


class Peer:
    """A receiver and what it published; speaks as anybody on the broker can."""

    def __init__(self, folder):
        self.acks, self.asked = [], []
        self.receiver = Receiver(signed.DEVICE, folder, findings, self._publish, ["0A1B2C"])

    def _publish(self, topic, payload):
        message = json.loads(payload)
        if topic == BASE + "resend":
            self.asked.append((message["from"], message["to"]))
            return
        assert topic == BASE + "ack"
        assert message.pop("stream") == "bill"
        self.acks.append(message["upto"])

    def key(self, key=signed.KEY):
        self.receiver.take(BASE + "key", json.dumps({"spki": signed.spki(key)}).encode())

    def status(self, **fields):
        self.receiver.take(BASE + "status", json.dumps(fields).encode())

    def bill(self, pagination, *, key=signed.KEY, topic=None, **changes):
        """A begin record with an odd number, a session record with an even one."""
        kind, entries = (bill.BEGIN, BEGIN) if pagination % 2 else (bill.SESSION, BOTH)
        text = signed.record(pagination, entries, key=key)
        row = json.loads(signed.line(kind, pagination, "s", text))
        payload = json.dumps({**json.loads(row["payload"]), **changes}).encode()
        self.receiver.take(topic or row["topic"], payload)
        return payload

    def stored(self):
        lines = (self.receiver.folder / "records.jsonl").read_text().splitlines()
        return [json.loads(json.loads(line)["payload"])["pg"] for line in lines]


@pytest.fixture
def new(tmp_path):
    peer = Peer(tmp_path)
    yield peer
    peer.receiver.close()


@pytest.fixture
def peer(new):
    """One that knows the device's key and its empty journal."""
    new.key()
    new.status(state="online", oldest=1, next=1, lost=[])
    return new


def test_records_are_stored_verified_and_acknowledged_in_order(peer):
    for pagination in (1, 3, 2):
        payload = peer.bill(pagination)
    peer.receiver.take(BASE + "bill/1", payload)
    assert peer.acks == [1, 1, 3, 3] and peer.receiver.missing() == []
    assert all(record.ok for record in peer.receiver.records.values())
    assert (peer.receiver.repeats, peer.stored(), peer.receiver.alarms) == (1, [1, 3, 2], [])
    peer.bill(2)  # signed anew: by the device, but not what came before
    assert peer.stored() == [1, 3, 2] and len(peer.receiver.alarms) == 1


@pytest.mark.parametrize("name", ["bill/1", "status", "key", "live/1", "cmd"])
@pytest.mark.parametrize("payload", [
    b"[" * 100_000, b"[]", b"5", b'"x"', b"", b"\xff", b"{}", b"null", b'{"a":' * 100_000,
], ids=lambda payload: repr(payload)[:12])  # fmt: skip
def test_no_payload_raises_and_none_is_believed(peer, name, payload):
    before = dict(peer.receiver.status)
    peer.receiver.take(BASE + name, payload)
    assert peer.receiver.status == before and not peer.receiver.records
    assert peer.acks == [] and len(peer.receiver.alarms) <= 1


def test_a_faulty_record_of_the_device_is_stored_acknowledged_and_not_ok(peer):
    text = signed.record(1, [signed.begin(), signed.end(ef="Et", st="T")])
    payload = json.loads(signed.line(bill.NOT_BILLABLE, 1, "s", text))
    peer.receiver.take(payload["topic"], payload["payload"].encode())
    assert peer.acks == [1] and not peer.receiver.records[1].ok and not peer.receiver.alarms


class TestForged:
    @pytest.mark.parametrize("changes", [
        {"pg": 2}, {"connector": 2}, {"device": "w0000000000000000"}, {"kind": "session"},
        {"topic": BASE + "bill/2"}, {"ocmf": "OCMF|{}|" + "[" * 100_000}, {"ocmf": "\ud800"},
        {"ocmf": signed.record(1, BEGIN) + "|x"}, {"key": signed.OTHER_KEY},
        *({"pg": number} for number in (0, -5, 10**12, True, 1.0, "1", None)),
        {"reason": 5}, {"reason": "\ud800"}, {"capsule": ["x"]},
    ], ids=lambda changes: str(changes)[:30])  # fmt: skip
    def test_what_the_device_did_not_sign_does_not_stand_in_for_what_it_did(self, peer, changes):
        peer.bill(1, **changes)
        assert len(peer.receiver.alarms) == 1 and peer.acks == [] and peer.stored() == []
        peer.bill(1)
        assert peer.receiver.records[1].ok and peer.acks == [1] == [len(peer.receiver.alarms)]

    def test_numbers_that_no_journal_gives_are_refused_even_when_signed(self, peer):
        for number in (0, -5, 10**12):
            peer.bill(number)
        assert len(peer.receiver.alarms) == 3 and not peer.receiver.missing()


class TestKey:
    def test_a_record_before_the_key_is_not_acknowledged_until_it_comes_again(self, new):
        new.bill(1)
        new.bill(1, key=signed.OTHER_KEY)
        assert new.receiver.early == 2 and new.acks == [] and new.stored() == []
        new.key()
        new.bill(1)
        assert new.receiver.records[1].ok and new.acks == [1] and not new.receiver.alarms

    def test_the_first_key_stays(self, peer):
        peer.key(signed.OTHER_KEY)
        peer.bill(1)
        assert len(peer.receiver.alarms) == 1 and peer.receiver.records[1].ok
        assert (peer.receiver.folder / "public_key.hex").read_text() == signed.spki() + "\n"

    @pytest.mark.parametrize("spki", ["", "x", "00", 5, None, [1]])
    def test_what_is_no_key_does_not_take_its_place(self, new, spki):
        new.receiver.take(BASE + "key", json.dumps({"spki": spki}).encode())
        assert len(new.receiver.alarms) == 1
        new.key()
        assert new.receiver.public_key == signed.spki()


class TestStatus:
    @pytest.mark.parametrize("fields", [
        {"oldest": 1000000}, {"oldest": "x"}, {"oldest": -1}, {"oldest": True},
        {"oldest": 3, "next": 2}, {"next": None}, {"next": 1e3}, {"next": 10**400},
        {"lost": 5}, {"lost": [[1]]}, {"lost": {"1": 1}}, {"lost": [True]}, {"lost": None},
        {"state": 5}, {"late_max_ms": "x"}, {"missed": -1},
    ])  # fmt: skip
    def test_nonsense_is_an_alarm_and_changes_nothing(self, peer, fields):
        before = dict(peer.receiver.status)
        peer.status(**fields)
        assert peer.receiver.status == before and len(peer.receiver.alarms) == 1
        peer.bill(1)
        assert peer.acks == [1]

    def test_a_will_leaves_the_numbers(self, peer):
        peer.status(state="offline")
        assert peer.receiver.status["next"] == 1 and not peer.receiver.alarms

    def test_oldest_alone_acknowledges_nothing(self, peer):
        peer.status(oldest=1000000, next=1000001)
        peer.bill(1)
        assert peer.acks == [] and peer.receiver.upto == 0
        peer.status(oldest=1, next=3)
        peer.bill(2)
        assert peer.acks == [1, 2]

    def test_oldest_skips_nothing_once_counting_has_begun(self, peer):
        peer.bill(1)
        peer.status(oldest=4, next=6)
        peer.bill(5)
        peer.bill(4)
        assert set(peer.acks) == {1} and peer.receiver.missing() == [2, 3]

    def test_a_journal_that_begins_late_is_counted_from_its_oldest(self, new):
        new.key()
        new.bill(501)
        assert new.acks == []
        new.status(oldest=500, next=503)
        new.bill(1)  # replayed by somebody: it holds up nothing
        new.bill(500)
        new.bill(502)
        assert new.acks == [501, 502] and new.receiver.missing() == []

    def test_a_lost_number_is_passed_once_a_record_above_it_has_come(self, peer):
        peer.bill(1)
        peer.status(oldest=2, next=6, lost=[2, 3])
        assert set(peer.acks) == {1}
        peer.bill(4)
        assert peer.acks[-1] == 4 and peer.receiver.missing() == [2, 3]

    def test_when_all_that_is_left_is_lost_the_status_alone_is_acknowledged(self, new):
        new.key()
        new.status(oldest=7, next=10, lost=[7, 8, 9])
        assert new.acks == [9]
        new.status(oldest=10, next=10, lost=[])
        assert new.receiver.upto == 9  # still true, though nothing of it came
        new.bill(10)
        assert new.acks[-1] == 10

    def test_losses_after_the_newest_record_do_not_end_the_counting(self, peer):
        peer.bill(1)
        peer.status(oldest=2, next=4, lost=[2, 3])
        assert peer.acks[-1] == 3
        peer.status(oldest=4, next=4, lost=[])
        peer.bill(4)
        assert peer.acks[-1] == 4

    def test_a_forged_loss_of_everything_does_not_outlive_the_next_status(self, peer):
        peer.bill(1)
        peer.status(oldest=2, next=1001, lost=list(range(2, 1001)))
        peer.status(oldest=1001, next=1001, lost=[])
        peer.status(oldest=2, next=4, lost=[])
        assert peer.receiver.upto == 1
        peer.bill(3)
        assert peer.receiver.upto == 1 and peer.receiver.missing() == [2]


@pytest.mark.parametrize("connector", ["x", "0", "-1", "256", ""])
def test_live_values_of_no_connector_are_not_kept(peer, connector):
    peer.receiver.take(BASE + "live/" + connector, b"{}")
    assert peer.receiver.live == {} and len(peer.receiver.alarms) == 1


def test_a_card_in_any_payload_is_counted(peer):
    peer.receiver.take(BASE + "stat", b'{"who":"0A1B2C"}')
    assert peer.receiver.leaks == 1


def test_a_correction_closes_no_session(peer):
    peer.bill(1, kind="begin", session="5e55")
    peer.bill(2, kind="correction", session="5e55")
    assert not peer.receiver.all_closed()
    peer.bill(4, kind="session", session="5e55")
    assert peer.receiver.all_closed()


def test_statistics_are_kept_as_received_and_acknowledge_nothing(peer):
    peer.receiver.take(BASE + "load/1", b'{"v":1}')
    peer.receiver.take(BASE + "stat", b'{"v":1}')
    lines = (peer.receiver.folder / "records.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [(row["topic"], row["payload"]) for row in rows] == [
        (BASE + "load/1", '{"v":1}'), (BASE + "stat", '{"v":1}'),
    ]  # fmt: skip
    assert (peer.receiver.statistics, peer.acks, peer.receiver.records) == (2, [], {})


@pytest.mark.parametrize("payload", (b"no json", b'"' + b"x" * 4096 + b'"', '"é"'.encode()))
def test_statistics_that_no_device_sends_are_an_alarm(peer, payload):
    peer.receiver.take(BASE + "stat", payload)
    assert peer.receiver.statistics == 0 and len(peer.receiver.alarms) == 1
