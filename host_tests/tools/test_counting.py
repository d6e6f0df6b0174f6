"""Which records wait, by what statuses say that anybody may have written."""

from tools.counting import Counting

FAR = 4_000_000_000


def told(counting, oldest, following, lost=()):
    """As the receiver acknowledges."""
    counting.acknowledged(counting.done_upto({"oldest": oldest, "next": following, "lost": lost}))
    return counting.upto


def test_losses_at_the_end_are_gone_once_a_record_lies_above_them():
    counting = Counting()
    counting.add(1)
    assert told(counting, 1, 4, [2, 3]) == 3 and counting.gone == set()
    assert told(counting, 2, 5, [2, 3, 4]) == 4
    assert told(counting, 5, 5) == 4
    counting.add(5)
    assert told(counting, 5, 6) == 5 and counting.gone == {2, 3, 4}


def test_a_status_from_before_a_loss_was_taken_holds_up_nothing():
    counting = Counting()
    counting.add(2)
    assert told(counting, 2, 3) == 2
    assert told(counting, 3, 4, [3]) == 3
    assert told(counting, 3, 6, [3]) == 2  # said before the device heard of the 3
    assert told(counting, 4, 6) == 2
    counting.add(4)
    assert told(counting, 4, 6) == 4 and counting.gone == {3}


def test_a_loss_that_was_never_acknowledged_or_that_the_device_still_has_bridges_nothing():
    counting = Counting()
    counting.add(2)
    assert told(counting, 2, 3) == 2
    counting.done_upto({"oldest": 3, "next": 4, "lost": [3]})  # in doubt it is not said
    counting.add(4)
    assert told(counting, 4, 6) == 2
    other = Counting()
    other.add(2)
    assert told(other, 2, 3) == 2
    assert told(other, 3, 4, [3]) == 3
    other.add(4)
    assert told(other, 3, 6) == 2 and list(other.gaps({"oldest": 3})) == [(3, 3)]


def test_statuses_that_lie_far_apart_cost_nothing_between():
    counting = Counting()
    assert told(counting, FAR, FAR + 1, [FAR]) == FAR
    counting.add(1)
    counting.done_upto({"oldest": 1, "next": 2})  # in doubt of the journal it is not said
    assert told(counting, FAR + 1, FAR + 1) == FAR
    counting.add(FAR + 1)
    assert told(counting, FAR + 1, FAR + 2) == FAR + 1 and counting.gone == {FAR}


def test_whether_one_is_missing_needs_no_list_of_them():
    counting = Counting()
    for number in (5, FAR):
        counting.add(number)
    told(counting, 5, FAR + 1)
    wanted = {4: False, 5: False, 6: True, FAR - 1: True, FAR: False, FAR + 1: False}
    assert {number: counting.is_missing(number) for number in wanted} == wanted


def test_gaps_begin_where_all_before_is_here():
    counting = Counting()
    for number in (1, 2, 4, 5, 8):
        counting.add(number)
    told(counting, 1, 9)
    assert list(counting.gaps({"oldest": 1})) == [(3, 3), (6, 7)]
