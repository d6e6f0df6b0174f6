"""Our own rules for the begin and the session record of one session, as the device writes them."""

import signed_records as signed

from tools.verify import own, verify_pair

BOTH = [signed.begin(), signed.end()]


def own_pair(*changes):
    """Findings on the device's begin and session record after `changes` to the second."""
    first, second = [signed.record(n, e) for n, e in ((1, [signed.begin()]), (2, BOTH))]
    payload = second.split("|")[1]
    for old, new in changes:
        assert old in payload
        payload = payload.replace(old, new, 1)
    return verify_pair((first, signed.sign(payload)), (signed.spki(),) * 2).findings


def test_the_two_records_of_a_session_must_agree():
    assert own_pair() == []
    assert own_pair(('"RV":1000', '"RV":1001')) == ["pair_begin"]
    assert own_pair(('"PG":"T2"', '"PG":"T1"')) == ["pair_pagination"]
    for key in ("GS", "MS", "CI", "ID", "UM"):
        assert own_pair((f'"{key}":"', f'"{key}":"9')) == ["pair_head"], key


def test_both_records_of_a_session_are_held_to_the_rules_of_one():
    second = signed.record(2, BOTH)
    spaced = signed.sign(signed.record(1, BOTH[:1]).split("|")[1].replace(",", ", ", 1))
    assert verify_pair((spaced, second), (signed.spki(),) * 2).findings == ["not_compact"]
    twice = verify_pair((second, second), (signed.spki(),) * 2)
    assert twice.findings == ["begin_only", "pair_pagination"]


def test_what_both_records_say_they_say_alike():
    head = "FV GI GS GV MV MM MS MF IS IL IF IT ID TT CF CT CI UM"
    for key in head.split():
        found = own.disagreements({"RD": [], key: "1"}, {"RD": [], key: "2"})
        assert found == ["pair_head"], key
    assert own.disagreements({"RD": [], "XS": 1, "PG": "T1"}, {"RD": [], "PG": "T2"}) == []
