"""The changes of `make faults` on a small log, step by step and whole; lesser verifiers fail."""

import audit_mutations as mutations
import pytest

from tools.faults import audit, play

COUNT = 64


@pytest.fixture(scope="module")
def log():
    return mutations.Log(COUNT)


def told(**options):
    return {kind: (tried, wrong) for kind, tried, wrong in mutations.cases(count=COUNT, **options)}


def test_nothing_is_undetected_or_misplaced():
    found = told(every=3)
    assert [wrong for _, wrong in found.values()] == [[]] * len(mutations.KINDS)
    tried = {kind: count for kind, (count, _) in found.items()}
    assert tried["bits flipped"] > COUNT * 8 * 140 // 3
    assert tried["entries forged"] == 4 * (COUNT + 1) and tried["neighbours swapped"] == COUNT - 1


def test_a_verifier_of_checksums_alone_misses_what_has_a_right_one():
    found = told(verifier="checksums alone", every=9)
    missed = {
        kind for kind, (tried, wrong) in found.items()
        if tried and len(wrong) == tried and wrong[0].startswith("undetected: ")
    }  # fmt: skip
    assert missed == {
        "entries cut out", "entries doubled", "entries forged", "entries replaced",
        "neighbours swapped", "far pairs swapped", "cut off behind an entry",
    }  # fmt: skip
    assert found["bits flipped"][1] == []


def test_who_has_no_key_misses_what_is_well_made():
    found = told(verifier="without a key", every=9)
    tried, wrong = found["entries replaced"]
    assert len(wrong) == tried and all(said.startswith("undetected: ") for said in wrong)
    assert len(found["entries forged"][1]) >= 3 * COUNT  # misplaced: only the true one is seen
    assert found["entries cut out"][1] == []


def test_a_verifier_that_says_another_place_is_caught(monkeypatch):
    def late(log, number, content, head=None):
        return mutations.shown(log, number, content, head)[1:]

    monkeypatch.setitem(mutations.VERIFIERS, "late", late)
    wrong = [said for _, said in told(verifier="late", every=99).values()]
    kinds = {each.partition(":")[0] for said in wrong for each in said}
    assert kinds == {"undetected", "misplaced"}


def whole(log, number, content, gone, head):
    """The first finding of all files, where `content` stands for `gone` frames from `number` on,
    with its row in its file; they are frames of one file."""
    files, at = [], 0
    for name, first, old in log.files:
        rows = old.splitlines(keepends=True)
        if first <= number < first + len(rows):
            at = number - first
            old = b"".join(rows[:at]) + content + b"".join(rows[at + gone :])
        files.append((name, first, old))
    return mutations.shown_whole(files, head), at


def inside(log, number):
    """Whether entry `number` and the next one are in one file."""
    return number + 1 <= log.count and all(first != number + 1 for _, first, _ in log.files)


def test_a_change_in_the_whole_log_is_found_first_where_it_is_found_alone(log):
    compared = 0
    for number in range(1, COUNT):
        if not inside(log, number):
            continue
        for kind, changes in mutations.of_entry(log, number, 97).items():
            if kind.startswith(("cut off", "far")):
                continue
            gone = 1 if kind == "entries forged" else 2
            for how, content, entry, row in changes:
                content += log.frame(number + 1) if kind == "entries forged" else b""
                gone = 2
                alone = mutations.shown(log, number, content)[0]
                found, at = whole(log, number, content, gone, log.head)
                first = found[0]
                said = (first.kind, first.number, first.place.line)
                assert said == (alone.kind, alone.number, alone.place.line + at), (kind, how)
                assert first.number == entry and first.place.line == row + at
                assert len(found) <= 3, (kind, how, found)
                compared += 1
    assert compared > 1000


def test_at_the_end_of_a_file_as_well(log):
    """There a rule of the device's lets something stand that does not count: never an entry."""
    compared = 0
    for number in [first - 1 for _, first, _ in log.files[1:]]:
        changes = mutations.of_entry(log, number, 97)
        for kind in ("bits flipped", "entries cut out", "entries doubled", "entries replaced"):
            for how, content, entry, _ in changes[kind]:
                later = log.frame(number + 1)
                alone = content[: len(content) - len(later)] if content.endswith(later) else None
                if alone is None:
                    continue  # a line feed that is gone joins frames of one file
                found, _ = whole(log, number, alone, 1, log.head)
                assert found and found[0].number == entry, (kind, how)
                compared += 1
        for how, content, _, _ in mutations.forged(log, number + 1):
            content = log.frame(number) + content[: content.find(b"\n") + 1]
            found, _ = whole(log, number, content, 1, log.head)
            assert [each.kind for each in found] == ["behind"], how
            compared += 1
    assert compared > 100


def test_the_unchanged_log_has_no_finding(log):
    assert mutations.shown_whole(log.files, log.head) == []
    assert mutations.shown(log, 1, b"".join(log.rows), log.head) == []
    assert log.rows and len(log.files) == 8


def test_the_section_counts_and_joins_what_its_jobs_found():
    rows = [
        play.Row("bits flipped", "cpython", 9, ["misplaced: entry 1, bits flipped, bit 7"]),
        play.Row("bits flipped", "cpython", 8),
        play.Row(audit.CUTS, "unix64", 5, ["chain: its head is not entry 4", "lost: entry 1"]),
        play.Row(audit.CUTS, "unix32", 4, ["stuck: the chain does not go on"]),
    ]
    joined = audit.joined(rows)
    assert [(row.what, row.on, row.tried) for row in joined] == [
        ("bits flipped", "cpython", 17), (audit.CUTS, "unix64", 5), (audit.CUTS, "unix32", 4),
    ]  # fmt: skip
    assert audit.scenarios(joined) == {
        "audit log, bits flipped": {"points": 17, "undetected": 0, "misplaced": 1},
        "audit log, " + audit.CUTS: {"points": 9, "lost": 1, "altered": 1, "unbootable": 1},
    }


def test_its_jobs_come_to_their_end(monkeypatch):
    assert len(mutations.KINDS) == audit._KINDS
    job = audit._changes(0, 8)
    job.arguments.update(count=16)
    rows = play.play([job], lambda *_: None)
    assert [row.wrong for row in rows] == [[]] * audit._KINDS
    assert all(row.tried for row in rows)
