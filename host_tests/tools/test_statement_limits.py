"""What a user may ask of a statement at the calendar's ends, and files of names that are odd."""

import json
import stat

import exported
import priced_records as priced
import pytest

from tools.statement import __main__ as command
from tools.statement import period


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    def run(*options):
        records = exported.folder(tmp_path, [priced.line(2)])
        return exported.run(command.main, [records, *options], monkeypatch, capfdbinary)

    return run


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "1970-12"])
def test_a_month_of_no_session_is_refused(run, month):
    status, out, err = run("--month", month)
    assert (status, out) == (2, b"") and f"--month {month} is no month; write it as" in err


def test_the_first_year_and_month_have_one_before(run):
    for options in (["--year", "1971"], ["--month", "1971-01"]):
        status, out, _ = run(*options, "--format", "json")
        assert status == 0 and json.loads(out)["before"] == []
    assert [period.year(1971).before().name, period.month("1971-01").before().name] == [
        "1970", "1970-12",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01", "2026-12-31"), ("2020-01-01", "9999-12-31")]
)
def test_a_range_that_means_all_has_nothing_before_it(run, first, last):
    status, out, _ = run("--from", first, "--to", last, "--format", "json")
    values = json.loads(out)
    assert status == 0 and len(values["records"]) == 1 and values["before"] is None


@pytest.mark.parametrize("text", ['00ff,"' + "x" * 140000 + '"\n', '{"00ff":' + "[" * 100000])
def test_names_that_no_reader_takes_are_one_sentence(run, tmp_path, text):
    path = tmp_path / "names"
    path.write_text(text)
    status, out, err = run("--by", "card", "--names", path)
    assert (status, out) == (2, b"") and str(path) in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("00ff,Smith; Sons\n", "Smith; Sons"), ("00ff;Smith, Sons\n", "Smith, Sons"),
        ('"00ff";"Smith; Sons"\n', "Smith; Sons"), ("\n00ff,Smith; Sons\n", "Smith; Sons"),
    ],
)  # fmt: skip
def test_a_name_may_hold_the_other_separator(run, tmp_path, text, name):
    path = tmp_path / "names.csv"
    path.write_text(text)
    _, out, _ = run("--by", "card", "--names", path, "--format", "json")
    assert json.loads(out)["records"][0]["name"] == name


@pytest.mark.parametrize("form", ["table", "csv", "csv-de", "json", "xlsx"])
def test_a_statement_with_names_is_its_owners_alone(run, tmp_path, form):
    names, out = tmp_path / "names.csv", tmp_path / "out"
    names.write_text("00ff,Smith\n")
    status, _, _ = run("--names", names, "--format", form, "--out", out)
    assert status == 0 and stat.S_IMODE(out.stat().st_mode) == 0o600
