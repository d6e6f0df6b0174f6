"""A board that got the key of another begins at T1: no acknowledgement lets go of its records."""

import json

import pytest
import receive_site
import signed_records as signed
from receive_site import OTHER

from tools.journal_life import Life
from wattseal.core import bill

_LATER_MS = 1_000_000_000


@pytest.fixture
def opened(tmp_path):
    with receive_site.sites(tmp_path) as new:
        yield new


def send_of_another(site, *numbers):
    """What another board signed with the same key."""
    for number in numbers:
        entry = signed.begin(50_000 + number, signed.UTC + _LATER_MS)
        text = signed.record(number, [entry])
        row = json.loads(signed.line(bill.BEGIN, number, f"n{number}", text))
        site.desk.take(row["topic"], row["payload"].encode())


def asked(site):
    return [(said["from"], said["to"]) for topic, said in site.sent if topic.endswith("/resend")]


def six(opened):
    """A site that has T1 to T6 and told the device so."""
    site = opened()
    site.greet(next=7)
    for first in (1, 3, 5):
        site.session(first)
    assert site.acks()[-1] == 6
    site.sent.clear()
    return site


@pytest.mark.parametrize("restarted", [True, False])
@pytest.mark.parametrize("following", [2, 7, 9])
def test_nothing_of_a_journal_that_began_anew_is_acknowledged(opened, restarted, following):
    site = six(opened)
    if restarted:
        site = opened()
        site.desk.connected()
    else:
        site.say("status", {"v": 1, "state": "offline"})
    site.greet(oldest=1, next=following)
    send_of_another(site, *range(1, following))
    assert site.acks() == [] and site.stored() == [1, 2, 3, 4, 5, 6]
    (told,) = [text for text in site.told("device") if "anew" in text]
    assert "T1 is another" in told and f"move {site.desk.devices[signed.DEVICE]._shown}" in told
    beside = site.place.folder(signed.DEVICE) / "conflicts.jsonl"
    assert len(beside.read_text().splitlines()) == min(6, following - 1)
    assert site.told("refused") == []


def test_in_a_folder_of_its_own_all_of_it_is_stored(opened, tmp_path):
    site = six(opened)
    site.greet(oldest=1, next=3)
    send_of_another(site, 1, 2)
    site.desk.close()
    folder = site.place.folder(signed.DEVICE)
    folder.rename(tmp_path / "old")
    site = opened()
    site.greet(oldest=1, next=3)
    send_of_another(site, 1, 2)
    assert site.stored() == [1, 2] and site.acks()[-1] == 2


def test_the_board_that_was_there_before_shows_itself_by_one_record(opened):
    site = six(opened)
    site.desk.connected()
    site.greet(oldest=5, next=9)  # the acknowledgement of T5 and T6 was not heard
    assert site.acks() == [] and asked(site) == [(3, 6)]
    site.session(5)
    assert site.acks()[-1] == 6 and asked(site)[-1] == (7, 8)
    site.session(7)
    assert site.acks()[-1] == 8


def test_one_that_waits_for_nothing_of_ours_is_believed_at_once(opened):
    site = six(opened)
    site.desk.connected()
    site.greet(oldest=7, next=9)
    assert site.acks() == [6] and asked(site) == [(7, 8)]


def test_a_status_of_before_the_newest_record_is_only_asked_about(opened):
    site = six(opened)
    site.desk.connected()
    site.greet(oldest=1, next=1)  # as it is retained since the device began
    site.session(7)
    assert site.acks() == [] and asked(site) == [(3, 6)]
    site.session(5)
    assert site.acks()[-1] == 6 and asked(site)[-1] == (7, 8)  # which came too early
    site.session(7)
    assert site.acks()[-1] == 8 and not [text for text in site.told("device") if "anew" in text]


def test_it_is_asked_less_and_less_and_told_that_nothing_comes(opened):
    site = six(opened)
    site.desk.connected()
    times = []
    for second in range(200):
        site.now_s = second
        before = len(asked(site))
        site.greet(oldest=1, next=7)
        times += [second] if len(asked(site)) > before else []
    assert times == [0, 5, 15, 35, 75, 155]
    assert len([text for text in site.told("device") if "none of the records" in text]) == 1
    site.session(5)
    assert site.acks()[-1] == 6


@pytest.mark.parametrize("first", [3, 101])
def test_nothing_of_it_comes_among_old_records_that_begin_later(opened, first):
    site = opened()
    site.greet(oldest=first, next=first)
    site.session(first)
    site.say("status", {"v": 1, "state": "offline"})
    for _ in range(2):
        site.sent.clear()
        site.greet(oldest=1, next=9)
        send_of_another(site, *range(1, 9))
        assert site.stored() == [first, first + 1] and site.acks() == []
        site = opened()  # nor does a restart believe it by what it sent
        site.desk.connected()


def test_a_connection_anew_takes_in_nothing_of_it(opened):
    site = six(opened)
    site.say("status", {"v": 1, "state": "offline"})
    site.greet(oldest=1, next=9)
    send_of_another(site, 1)
    site.desk.connected()
    send_of_another(site, 8)  # before the device heard that it is asked for old ones
    assert site.stored() == [1, 2, 3, 4, 5, 6] and site.acks() == []


@pytest.mark.parametrize("fell", [{"oldest": 1, "next": 7}, {"oldest": 2, "next": 5}])
def test_a_journal_that_steps_back_is_in_doubt_though_nobody_went_away(opened, fell):
    site = six(opened)
    site.greet(oldest=2, next=7)
    site.sent.clear()
    site.greet(**fell)
    site.session(7)
    assert site.acks() == [] and site.stored() == [1, 2, 3, 4, 5, 6]
    site.session(5)
    assert asked(site) == [(3, 6), (7, 8)]


def test_no_record_above_those_in_doubt_shows_anything():
    life = Life()
    life.store(6, "OCMF|six")
    life.doubt()
    life.store(8, "OCMF|eight")
    assert life.compare(8, "OCMF|eight") and not life.is_sure
    assert life.compare(6, "OCMF|six") and life.is_sure


def test_a_signature_made_anew_is_no_other_journal(opened):
    site = six(opened)
    receive_site.lines.cache_clear()
    site.session(1)
    site.session(7)
    assert site.acks()[-1] == 8 and len(site.told("refused")) == 2


def test_another_device_is_not_concerned(opened):
    site = six(opened)
    site.greet(oldest=1, next=3)
    send_of_another(site, 1)
    site.say("key", {"v": 1, "spki": signed.spki(signed.OTHER_KEY)}, OTHER)
    site.say("status", {**receive_site.STATUS, "oldest": 4, "next": 4}, OTHER)
    assert site.desk.devices[OTHER].receiver.life.is_sure
    assert not site.desk.devices[signed.DEVICE].receiver.life.is_sure
