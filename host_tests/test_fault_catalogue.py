"""The catalogue of faults is closed: what can be counted has a row, and what has a row is raised.

Its sentences fit a terminal, and are plain enough for whoever stands before a charger.
"""

import re

import pytest
import raised_counts

from tools.fault_codes import catalogue
from wattseal.core import faults

ROWS = catalogue.rows()
CODES = {row.code for row in ROWS}


def missing(files):
    """One sentence for each name that has no row."""
    for name, places in sorted(raised_counts.raised(files).items()):
        if name not in CODES:
            yield (
                "%s is counted in %s and has no row; add it to a module of console/fault_words,"
                " and to core/faults.py if a person should see it" % (name, places[0])
            )


def test_whatever_can_be_counted_has_a_row():
    assert not list(missing(raised_counts.sources()))


def test_every_row_can_be_raised():
    left = CODES - set(raised_counts.raised(raised_counts.sources()))
    assert not left, "no line of the firmware raises %s; take the row out" % ", ".join(left)


def test_a_device_that_cannot_start_says_the_catalogue_s_numbers():
    found = raised_counts.starts(raised_counts.sources())
    assert {code for code, _, _ in found} == {"no_key", "not_configured", "flash_fails"}
    assert [faults.number(code) for code, _, _ in found] == [number for _, number, _ in found]


def test_status_takes_over_nothing_that_is_no_store_of_counts():
    source = (raised_counts.FOLDER / "trouble.py").read_text()
    strange = [name for name in raised_counts.merged(source) if name not in raised_counts.STORES]
    assert not strange


@pytest.mark.parametrize(
    ("file", "line", "name"),
    [
        ("drivers/new.py", 'self.counts["lost_socks"] += 1', "lost_socks"),
        ("drivers/new.py", 'self.counters = {"lost_socks": 0}', "lost_socks"),
        ("drivers/new.py", 'self.counters.update({"a" "_b": 0})', "a_b"),
        ("app/new.py", 'firmware.journal.counters["x_off"] = 1', "x_off"),
        ("app/new.py", 'self._count("y_off")', "y_off"),
        ("app/new.py", 'A = "z"\nself._counts[A] = self._counts.get(A, 0) + 1', "z"),
        ("trouble.py", 'found["new_one"] = 1', "new_one"),
        ("drivers/modbus_new.py", 'self._counters["odd"] += 1', "bus_odd"),
        ("drivers/pulse_meter.py", 'self._break("p" if x else "q")', "meter_q"),
        ("commanding/new.py", 'return "commands_odd" if x else ""', "commands_odd"),
        ("app/boots.py", 'told: dict[str, object] = {"boots": 1, "socks_lost": 2}', "socks_lost"),
        ("app/health.py", 'told["new_one"] = 1', "new_one"),
        ("trouble.py", 'told["new_one"] = 1', "new_one"),
        ("unconfigured.py", 'print("[no_socks, blinks 1-4]")', "no_socks"),
        ("console/signs/present.py", 'found.append("on_fire")', "on_fire"),
    ],
)
def test_a_new_count_without_a_row_is_found(file, line, name):
    said = [text.split()[0] for text in missing([(file, line)])]
    assert name in said
    assert len(said) == (2 if " if x else " in line and "_break" in line else 1)


@pytest.mark.parametrize(
    "line",
    ["self.counts[name] += 1", 'self.counts["a" + b] += 1', "self._count(why)",
     "self.counters = dict.fromkeys(NAMES, 0)"],
)  # fmt: skip
def test_a_name_that_is_made_up_from_no_closed_set_is_found(line):
    with pytest.raises(raised_counts.Unknown, match="made up while it runs"):
        raised_counts.raised([("drivers/new.py", line)])


def test_what_counts_nothing_is_left_alone():
    files = [("app/new.py", 'told["x"] = 1\nseen.append("y")\nself.count("z")')]
    assert raised_counts.raised(files) == {}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_a_row_is_two_plain_sentences_of_a_terminal_s_width(row):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", row.code)
    assert len(row.meaning) <= 76 and len(row.remedy) <= 72
    for text in (row.meaning, row.remedy):
        assert text.isascii() and text[0].isupper() and text[-1] == "." and "|" not in text
        assert not re.search(r"\b(please|simply|just|utilize|e\.g|i\.e)\b", text, re.I)


def test_what_the_device_knows_is_in_the_catalogue_and_scanned_by_whole_names():
    known = catalogue.device_codes()
    assert set(known) <= CODES
    for code in CODES:
        assert faults.number(code) == known.get(code, 0), code
    for code, number in known.items():
        assert 1 <= number // 10 <= 3 and 1 <= number % 10 <= 7
        for part in (code[1:], code[:-1], code + "=", code + "=1", ""):
            assert faults.number(part) == known.get(part, 0)


def test_a_catalogue_that_contradicts_itself_is_refused(monkeypatch):
    for rows, said in (
        (b"unread|A.\nB.\nunread|C.\nD.\n", "unread has two rows"),
        (b"unread A.\nB.\n", "no code|meaning"),
        (b"key_refused|A.\nB.\n", "its last digit must be 1"),
    ):
        monkeypatch.setattr("wattseal.console.fault_words.meter.ROWS", rows)
        with pytest.raises(catalogue.CatalogueFault, match=re.escape(said)):
            catalogue.rows()
    monkeypatch.setattr("wattseal.console.fault_words.meter.ROWS", b"")
    with pytest.raises(catalogue.CatalogueFault, match="no module of fault_words has its row"):
        catalogue.rows()
