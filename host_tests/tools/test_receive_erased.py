"""A capsule that was erased from what is stored does not come back, whatever the device sends."""

import json

import pytest
import receive_site
import signed_records as signed

from tools import capsule_cut
from wattseal.core import bill

CAPSULE = "AgEB" * 41


@pytest.fixture
def opened(tmp_path):
    with receive_site.sites(tmp_path) as new:
        yield new


def message(number, capsule):
    text = signed.record(number, [signed.begin()])
    row = json.loads(signed.line(bill.BEGIN, number, f"s{number}", text))
    envelope = json.loads(row["payload"])
    made = bill.payload(
        bill.BEGIN, envelope["id"], signed.DEVICE, 1, number, f"s{number}", text, "", capsule
    )
    return row["topic"], made


def erased(site):
    """As `tools.privacy erase` does it while no receiver is there."""
    path = site.place.folder(signed.DEVICE) / "records.jsonl"
    site.desk.close()
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        row["payload"] = capsule_cut.cut(row["payload"])
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_it_is_a_repeat_that_is_acknowledged_and_not_stored(opened):
    topic, made = message(1, CAPSULE)
    site = opened()
    site.greet(next=2)
    site.desk.take(topic, made)
    path = erased(site)
    stored = path.read_bytes()
    for _ in range(2):
        site = opened()
        site.desk.connected()
        site.greet(next=2)
        site.desk.take(topic, made)
        assert site.acks()[-1] == 1 and site.told("refused") == []
        assert site.desk.devices[signed.DEVICE].receiver.repeats == 1
        assert path.read_bytes() == stored and b"capsule" not in stored
        assert not path.with_name("conflicts.jsonl").exists()


def test_another_difference_is_a_conflict_as_ever(opened):
    topic, made = message(1, CAPSULE)
    site = opened()
    site.greet(next=2)
    site.desk.take(topic, made)
    erased(site)
    site = opened()
    site.greet(next=2)
    site.desk.take(topic, made.replace(b'"reason":""', b'"reason":"x"').replace(b'"s1"', b'"s2"'))
    assert site.told("refused") == ["REFUSED T1: the same pagination with different bytes"]


def test_a_capsule_that_was_taken_out_on_the_way_is_a_conflict(opened):
    """What came without one was not erased here: the device's own is kept beside it."""
    topic, made = message(1, CAPSULE)
    site = opened()
    site.greet(next=2)
    site.desk.take(topic, capsule_cut.cut(made.decode()).encode())
    site.desk.take(topic, made)
    assert site.told("refused") == ["REFUSED T1: the same pagination with different bytes"]
    beside = site.place.folder(signed.DEVICE) / "conflicts.jsonl"
    assert "capsule" in beside.read_text()


@pytest.mark.parametrize(
    "payload", ["", "[]", "1", "{}", '{"capsule":', '{"a":"\\"capsule\\":1"}']
)
def test_what_has_no_capsule_is_not_cut(payload):
    with pytest.raises(ValueError):  # noqa: PT011
        capsule_cut.cut(payload)


def test_in_a_copy_put_back_that_has_it_beside_the_records_alone(opened):
    topic, made = message(1, CAPSULE)
    site = opened()
    site.greet(next=2)
    site.desk.take(topic, made)
    path = erased(site)
    path.replace(path.with_name("conflicts.jsonl"))
    site = opened()
    site.greet(next=2)
    for _ in range(2):
        site.desk.take(topic, made)
    assert site.acks()[-1] == 1 and site.stored() == [1] and site.told("refused") == []
    assert "capsule" not in path.read_text()
