"""The statement command: periods, names, formats, what is left out, and sentences for the rest."""

import io
import json
import re

import exported
import host_tool
import loose_bills as loose
import openpyxl
import priced_records as priced
import pytest

from tools.bills import flagged
from tools.statement import __main__ as command
from wattseal.core import bill

LINES = [
    priced.line(2), priced.line(3, session="5e57", begin_wh=9002),
    priced.line(4, bill.CORRECTION, corrects=2),
]  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    def run(lines, *options):
        records = exported.folder(tmp_path, lines)
        return exported.run(command.main, [records, *options], monkeypatch, capfdbinary)

    return run


def test_a_table_fits_80_columns_and_says_all(run):
    status, out, err = run(LINES, "--month", "2026-11")
    text = out.decode()
    assert (status, err) == (0, "") and max(map(len, text.splitlines())) <= 80
    for said in (
        "Statement of 2026-11; a session belongs to the local day of its end.", "taken back, T4",
        "takes T2 back", "2026-11-30 10:00 +01:00", "9.002", "17.004", "-8.002", "VAT 19 %",
        "8.17 EUR", "2026-10", "1.2147 EUR",
    ):  # fmt: skip
        assert said in text, said
    assert re.search(r"of them taken back +1 +0\n", text)


def test_a_long_name_and_large_figures_fit_80_columns(run, tmp_path):
    names = tmp_path / "names.json"
    names.write_text(json.dumps({"5e55": "a vehicle with a very long name, 17 in the yard"}))
    rows = [[0, 987654, "C"], [39600, 10, "P"]]
    line = priced.line(2, rows=rows, seconds=86400, begin_wh=98765432)
    status, out, _ = run([line], "--by", "vehicle", "--names", names, "--month", "2026-12")
    text = out.decode()
    assert status == 0 and max(map(len, text.splitlines())) <= 80 and "…" not in text
    for said in ("98765.432", "99753.096", "987.664", "11:00:00", "13:00:00", "659.72 EUR"):
        assert said in text, said


def test_many_flagged_records_are_counted():
    bills = [loose.judged_bill(n).bill for n in range(1, 12)]
    for each in bills:
        each.cost["flags"] = ["tariff_gone"]
    (said,) = flagged.sentences(bills)
    assert said.startswith("T1, T2, T3, T4, T5, T6, T7, T8 and 3 more records: The tariff that ")


def test_a_flag_is_told_in_words(run):
    status, out, _ = run(
        [priced.line(2, rows=[[0, 8000, "C"]], from_ms=priced.FROM_MS + 46800000)]
    )
    assert status == 0 and b"T2: No reading was taken when the price changed, so" in out


def test_a_record_that_does_not_count_is_listed_with_the_reason(run):
    lines = [priced.line(2, net=0), priced.line(3, session="5e57", begin_wh=9002)]
    lines.append(priced.line(6, session="5e58", begin_wh=17004))
    status, out, _ = run(lines)
    assert status == 1 and b"T4 to T5 of w1a2b3c4d5e6f708: missing from the file" in out
    status, out, err = run(lines, "--format", "json")
    values = json.loads(out)
    assert (status, err) == (1, "") and [r["pagination"] for r in values["records"]] == [3, 6]
    assert len(values["left_out"]) == 2 and values["totals"][0]["sessions"] == 2
    status, out, err = run(lines, "--format", "csv")
    assert status == 1 and err.startswith("statement: T2 of w1a2b3c4d5e6f708 left out: ")
    assert out.count(b"\r\n") == 4


def test_without_its_tariff_no_bill_counts(run, tmp_path, monkeypatch, capfdbinary):
    records = exported.folder(tmp_path, LINES, {**exported.VALUES, "ver": 9})
    status, out, _ = exported.run(command.main, [records], monkeypatch, capfdbinary)
    assert status == 1 and b"its tariff is not known" in b" ".join(out.split())
    assert b"No verified session ended in it." in out


def test_a_repeated_record_and_a_file_given_twice_count_once(run, tmp_path):
    status, out, _ = run([*LINES, LINES[0]], tmp_path / "records.jsonl", "--format", "json")
    assert status == 0 and len(json.loads(out)["records"]) == 3


def test_files_of_one_device_are_followed_as_one(tmp_path, monkeypatch, capfdbinary):
    parts = [LINES[:1], LINES[1:], [priced.line(6, bill.CORRECTION, corrects=2)]]
    files = []
    for number, lines in enumerate(parts):
        folder = tmp_path / str(number)
        folder.mkdir()
        files.append(exported.folder(folder, lines))
    (tmp_path / "1/tariffs/one.json").unlink()  # the first file's holds for all
    status, out, _ = exported.run(command.main, files[:2], monkeypatch, capfdbinary)
    assert status == 0 and b"takes T2 back" in out
    status, out, _ = exported.run(command.main, files, monkeypatch, capfdbinary)
    flat = b" ".join(out.split())
    assert status == 1 and b"T5 of w1a2b3c4d5e6f708: missing from the file" in flat
    assert b"T6 of w1a2b3c4d5e6f708: " in flat and b"back T6" not in flat


def test_csv_for_a_program_and_for_a_german_spreadsheet(run, tmp_path):
    names = tmp_path / "names.csv"
    names.write_text("00ff,=HYPERLINK(0)\n5e57,+49\n")
    options = ["--by", "card", "--names", names]
    status, out, _ = run(LINES, *options, "--format", "csv")
    text = out.decode("utf-8")
    assert status == 0 and text.startswith("\ufeffkind,device,point,name,record,")
    row = text.split("\r\n")[2]
    assert ",'+49,T3,5e57,2026-11-30T08:00:00+01:00,2026-11-30T10:00:00+01:00," in row
    assert (
        ",9.002,17.004,1,8.002,3600,3600,0,EUR,4.7212,0.0000,4.5000,0.5000,-0.0012,8.1700" in row
    )
    assert "'=HYPERLINK(0)" in text and ",=" not in text
    status, out, _ = run(LINES, *options, "--format", "csv-de")
    assert ";9,002;17,004;1;8,002;3600;" in out.decode().split("\r\n")[2]


def test_a_workbook_has_numbers_and_dates_and_no_formulas(run, tmp_path):
    names = tmp_path / "names.json"
    names.write_text(json.dumps({"00ff": "=1+1"}))
    out_file = tmp_path / "out.xlsx"
    status, out, _ = run(LINES, "--names", names, "--format", "xlsx", "--out", out_file)
    assert (status, out) == (0, b"")
    workbook = openpyxl.load_workbook(io.BytesIO(out_file.read_bytes()))
    assert workbook.sheetnames == ["Sums", "Records"]
    sheet = workbook["Records"]
    names = {cell.value: cell.column for cell in sheet[1]}
    row = {name: sheet.cell(2, column) for name, column in names.items()}
    assert row["end"].is_date and str(row["end"].value) == "2026-11-30 10:00:00"
    assert (row["utc_offset"].value, row["payable"].value) == ("+01:00", 9.72)
    assert (row["name"].value, row["name"].data_type) == ("=1+1", "s")
    for each in workbook.worksheets:
        assert each.freeze_panes == "A2" and each["A1"].font.bold
        assert all(each.column_dimensions[c[0].column_letter].width >= 5 for c in each.columns)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--by", "card"],
            "records hold no card, only a pseudonym for each session; give --names",
        ),
        (["--by", "colour"], "--by colour is unknown; use one of point, card, vehicle, tariff"),
        (["--format", "pdf"], "--format pdf is unknown"),
        (["--format", "xlsx"], "name its file with --out"),
        (["--month", "3"], "--month 3 is no month; write it as 2026-03"),
        (["--year", "26"], "--year 26 is no year"),
        (["--from", "1.3."], "--from 1.3. is no day; write it as 2026-03-31"),
        (["--month", "2026-03", "--year", "2026"], "more than one period"),
        (["--names", "none.json"], "none.json cannot be read"),
        (["--out", "/nowhere/x", "--format", "csv"], "/nowhere/x cannot be written"),
    ],
)
def test_what_it_cannot_do_is_one_sentence(run, options, said):
    status, out, err = run(LINES, *options)
    assert (status, out) == (2, b"") and err.startswith("statement: ") and said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("text", ["a;b;c\n", "{", '{"a": 1}', "a\n"])
def test_names_that_are_none_are_refused(run, tmp_path, text):
    path = tmp_path / "names"
    path.write_text(text)
    status, _, err = run(LINES, "--by", "card", "--names", path)
    assert status == 2 and str(path) in err


class TestManyFiles:
    def test_a_device_without_a_bill_is_a_remark_beside_others(self, run, tmp_path):
        empty = tmp_path / "other" / "records.jsonl"
        empty.parent.mkdir()
        for text in ("", '{"topic":"wattseal/v1/w1/stat","payload":"{}","received":1}\n'):
            empty.write_text(text)
            status, out, err = run(LINES, empty, "--month", "2026-11")
            assert status == 0 and b"9.002" in out
            assert f"{empty} holds no record yet; left out" in err

    @pytest.mark.parametrize(
        "text", ["{}\n", '{"topic":"wattseal/v1/w1/audit","payload":"{}","received":1}\n']
    )
    def test_what_is_no_file_of_records_is_refused_beside_others_too(self, run, tmp_path, text):
        other = tmp_path / "other.jsonl"
        other.write_text(text)
        status, out, err = run(LINES, other, "--month", "2026-11")
        assert (status, out) == (2, b"") and f"{other} holds no `bill` message" in err

    def test_alone_it_is_an_error(self, run):
        status, out, err = run([], "--month", "2026-11")
        assert (status, out) == (2, b"") and "is empty; give" in err

    def test_when_no_file_holds_one_it_is_an_error_too(self, run, tmp_path):
        empty = tmp_path / "empty.jsonl"
        empty.write_text("")
        status, _, err = run([], empty)
        assert status == 2 and "no file holds a record yet" in err


def test_a_byte_that_is_no_text_is_named_by_its_line(run, tmp_path):
    run(LINES)
    path = tmp_path / "records.jsonl"
    rows = path.read_bytes().split(b"\n")
    rows[1] = rows[1].replace(b"session", b"sess\xffion", 1)
    path.write_bytes(b"\n".join(rows))
    told = host_tool.tool("verify", path)
    assert told.returncode == 2 and told.stdout == ""
    assert f"line 2 of {path} has a byte that is no UTF-8 (0xff)" in told.stderr
