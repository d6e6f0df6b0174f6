"""Records that will never come: declared lost, or after a backup; kept, and told in all."""

import json

import host_tool
import pytest
import receive_site
import signed_records as signed
from receive_site import lines

from tools import gone_file
from tools.bills.command import CommandFault
from tools.receive.__main__ import main
from tools.receive.place import Place


@pytest.fixture
def opened(tmp_path):
    with receive_site.sites(tmp_path) as new:
        yield new


def test_what_was_lost_is_told_in_all_and_over_restarts(opened):
    site = opened()
    site.greet(next=7)
    for line in [*lines(1), lines(3)[0], *lines(5)]:
        site.desk.take(line["topic"], line["payload"].encode())
    site.greet(oldest=4, next=7, lost=[4])
    assert site.acks()[-1] == 6
    site.greet(oldest=7, next=7, lost=[])
    assert site.told("gaps") == ["missing T4", "lost 1 in all"]
    site = opened()
    site.desk.connected()
    site.greet(oldest=7, next=9)
    site.session(7)
    assert site.told("gaps") == ["lost 1 in all"] and site.acks()[-1] == 8
    assert (site.place.folder(signed.DEVICE) / "gone.txt").read_text() == "4-4 device\n"


def backed_up(opened, tmp_path):
    """T1 to T4 of the backup, and T9, T10: T5 to T8 the device has no more."""
    site = opened(Place(tmp_path, signed.DEVICE))
    site.greet(next=5)
    site.session(1)
    site.session(3)
    for second in range(0, 200, 5):
        site.now_s = second
        site.greet(oldest=9, next=11)
        site.session(9)
    assert site.acks()[-1] == 4
    return site


def test_what_a_backup_lacks_is_let_go_by_an_operator_s_word(opened, tmp_path):
    site = backed_up(opened, tmp_path)
    assert site.told("gaps")[0] == "missing T5-T8"
    assert f"DEVICE={signed.DEVICE} GONE=5-8" in site.told("gaps")[-1]
    site.desk.close()
    gone_file.add(tmp_path, gone_file.parse("5-8"), gone_file.OPERATOR)
    site = opened(Place(tmp_path, signed.DEVICE))
    site.desk.connected()
    site.greet(oldest=9, next=11)
    site.session(9)
    assert site.acks()[-1] == 10 and site.told("gaps") == ["lost 4 in all"]
    site.desk.close()
    told = host_tool.tool("verify", tmp_path / "records.jsonl")
    assert told.returncode == 1 and "gone for good as gone.txt says: T5 to T8." in told.stdout
    told = host_tool.tool("statement", tmp_path / "records.jsonl")
    assert f"T5 to T8 of {signed.DEVICE}: gone for good" in told.stdout


def test_of_a_span_that_is_gone_in_part_the_rest_is_asked_for(opened, tmp_path):
    backed_up(opened, tmp_path).desk.close()
    gone_file.add(tmp_path, {5, 6, 8}, gone_file.OPERATOR)
    told = host_tool.tool("statement", tmp_path / "records.jsonl").stdout
    device = f" of {signed.DEVICE}: "
    for said in ("T5 to T6" + device + "gone", "T7" + device + "missing", "T8" + device + "gone"):
        assert said in told
    told = host_tool.tool("verify", tmp_path / "records.jsonl", "--json").stdout
    (found,) = json.loads(told)["devices"]
    assert (found["missing"], found["gone"]) == ([[5, 8]], [[5, 6], [8, 8]])


def one(site, number):
    begin, end = lines(number - (number + 1) % 2)
    line = begin if number % 2 else end
    site.desk.take(line["topic"], line["payload"].encode())


def test_no_advice_names_what_the_device_was_never_asked_for(opened, tmp_path):
    site = backed_up(opened, tmp_path)
    site.greet(oldest=9, next=21)
    for number in range(13, 21):  # T11 and T12 are on the device yet
        one(site, number)
    assert site.told("gaps")[-1].startswith("missing T5-T8, T11-T12; asked for in vain")
    assert site.told("gaps")[-1].endswith("GONE=5-8")


def test_in_doubt_nothing_is_advised(opened, tmp_path):
    site = backed_up(opened, tmp_path)
    receiver = site.desk.devices[signed.DEVICE].receiver
    assert receiver.gaps_to_declare() == [(5, 8)]
    site.say("status", {"v": 1, "state": "offline"})  # another board may be put in
    assert receiver.gaps_to_declare() == []


def test_a_loss_at_the_journal_s_end_holds_up_nothing_after_a_restart(opened):
    site = opened()
    site.greet(next=7)
    for first in (1, 3, 5):
        site.session(first)
    site.greet(oldest=7, next=9, lost=[7, 8])
    site.greet(oldest=9, next=11)
    site.session(9)
    assert site.acks()[-1] == 10
    assert (site.place.folder(signed.DEVICE) / "gone.txt").read_text() == "7-8 device\n"
    site = opened()
    site.desk.connected()
    site.greet(oldest=11, next=13)
    site.session(11)
    assert site.acks()[-1] == 12 and site.told("gaps") == ["lost 2 in all"]


@pytest.mark.parametrize("gone", ["x", "0", "5-4", "1-", "1-99999999", "1,,2", "-3"])
def test_what_names_no_records_is_one_sentence(opened, tmp_path, gone):
    backed_up(opened, tmp_path).desk.close()
    with pytest.raises(CommandFault, match="names no records; write it as"):
        main(out=tmp_path, device=signed.DEVICE, gone=gone, broker="127.0.0.1:1")
    assert not (tmp_path / "gone.txt").exists()


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("5-80", "T11, but the newest record here is T10"),
        ("11", "T11, but the newest record here is T10"),
        ("4-8", "T4, which is not missing here"), ("5-10", "T9, which is not missing here"),
    ],
)  # fmt: skip
def test_what_is_not_missing_is_not_let_go(opened, tmp_path, gone, said):
    backed_up(opened, tmp_path).desk.close()
    with pytest.raises(CommandFault, match=f"^GONE names {said}; name records that are missing$"):
        main(out=tmp_path, device=signed.DEVICE, gone=gone, broker="127.0.0.1:1")
    assert not (tmp_path / "gone.txt").exists()


def test_a_word_that_is_given_twice_is_kept_once(opened, tmp_path):
    backed_up(opened, tmp_path).desk.close()
    for _ in range(2):
        with pytest.raises(CommandFault, match="no MQTT broker"):
            main(out=tmp_path, device=signed.DEVICE, gone="5-8", broker="127.0.0.1:1")
    assert (tmp_path / "gone.txt").read_text() == "5-8 operator\n"


def test_it_holds_from_the_start_that_it_was_given_at(opened, tmp_path):
    backed_up(opened, tmp_path)
    site = opened(Place(tmp_path, signed.DEVICE))
    site.desk.declare_gone(frozenset({5, 6, 7, 8}))
    site.desk.connected()
    site.greet(oldest=9, next=11)
    site.session(9)
    assert site.acks()[-1] == 10 and site.told("gaps")[-1] == "lost 4 in all"


def test_nothing_is_let_go_under_another_receiver(opened, tmp_path):
    backed_up(opened, tmp_path)
    with pytest.raises(CommandFault, match="another run writes"):
        main(out=tmp_path, device=signed.DEVICE, gone="5-8", broker="127.0.0.1:1")
    assert not (tmp_path / "gone.txt").exists()


def test_it_needs_a_device_with_records(tmp_path):
    for options in ({}, {"device": signed.DEVICE}):
        with pytest.raises(CommandFault, match="GONE is of one device that has records"):
            main(out=tmp_path / "o", gone="1-2", broker="127.0.0.1:1", **options)


def test_spans_are_kept_once_and_what_is_no_span_names_nothing(tmp_path):
    gone_file.add(tmp_path, {4, 5, 9}, gone_file.DEVICE)
    gone_file.add(tmp_path, {5, 9, 10}, gone_file.OPERATOR)
    path = tmp_path / "gone.txt"
    assert path.read_text() == "4-5 device\n9-9 device\n10-10 operator\n"
    path.write_text("1")  # an editor's
    gone_file.add(tmp_path, {5}, gone_file.DEVICE)
    assert path.read_text() == "1\n5-5 device\n"
    path.write_text("nonsense\n\x00\n1-2\n")
    assert gone_file.read(tmp_path) == {1, 2}
