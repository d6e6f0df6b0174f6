"""The export command: which records, what it prints, and a sentence for all it cannot do."""

import base64
import json
import stat
from xml.etree import ElementTree

import exported
import priced_records as priced
import pytest
import signed_records as signed

from tools.export import __main__ as command
from wattseal.core import bill, ocmf


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    def run(lines, *options):
        records = exported.folder(tmp_path, lines)
        return exported.run(command.main, [records, *options], monkeypatch, capfdbinary)

    return run


def test_one_record_is_an_object_and_all_are_a_list(run):
    lines = [priced.line(2, session="5e50")]
    lines.append(priced.line(3, bill.CORRECTION, session="5e50", corrects=2))
    status, out, err = run(lines, "--pagination", 2, "--to", "ocpp16")
    assert (status, err) == (0, "") and json.loads(out)["transactionId"] == 2
    for options in (["--all"], ["--session", "5e50"]):
        status, out, err = run(lines, *options, "--to", "safe-xml")
        assert (status, out.count(b"<value>"), err) == (0, 2, "")


@pytest.mark.parametrize("form", ["ocpp16", "ocpp201"])
def test_a_correction_ends_no_transaction_a_second_time(run, form):
    lines = [priced.line(2), priced.line(3, bill.CORRECTION, corrects=2)]
    said = "left out: T3 takes back the bill of T2, for which OCPP has no message"
    for options in (["--all"], ["--session", "5e55"]):
        status, out, err = run(lines, *options, "--to", form)
        assert (status, len(json.loads(out))) == (0, 1) and said in err
    status, out, err = run(lines, "--pagination", 3, "--to", form)
    assert (status, out) == (1, b"") and said in err


def test_what_is_gone_for_good_is_named_and_no_fault(run, tmp_path):
    (tmp_path / "gone.txt").write_text("3-5 operator\n")
    lines = [priced.line(2), priced.line(6, session="5e57", begin_wh=9002)]
    status, out, err = run(lines, "--all", "--to", "ocpp16")
    assert (status, len(json.loads(out))) == (0, 2) and "T3 to T5 of " in err
    status, out, err = run(lines, "--pagination", 4, "--to", "ocpp16")
    assert (status, out) == (1, b"") and "T3 to T5 of " in err
    (tmp_path / "gone.txt").write_text("3-4 operator\n")
    assert run(lines, "--all", "--to", "ocpp16")[0] == 1


def spoilt(line, old, new):
    """The same line, with something else in its record."""
    row = json.loads(line)
    message = json.loads(row["payload"])
    message["ocmf"] = message["ocmf"].replace(old, new, 1)
    return json.dumps({**row, "payload": json.dumps(message)}) + "\n"


@pytest.mark.parametrize("form", ["safe-xml", "ocpp16", "ocpi-cdr"])
def test_what_is_no_bill_or_is_missing_is_named(run, tmp_path, form):
    lines = [spoilt(priced.line(2), '"RD":', '"RE":'), priced.line(5, session="5e57")]
    options = ["--to", form, "--operator", tmp_path / "operator.json"]
    status, out, err = run(lines, "--all", *options)
    marks = {"safe-xml": b"<value>", "ocpp16": b'"transactionId"', "ocpi-cdr": b'"session_id"'}
    assert status == 1 and out.count(marks[form]) == 1
    assert "export: T2 of w1a2b3c4d5e6f708 left out: The signature does not fit" in err
    assert "export: T3 to T4 of w1a2b3c4d5e6f708 left out: missing from the file" in err
    for asked, said in ((2, "T2 of"), (4, "T3 to T4 of")):
        status, out, err = run(lines, "--pagination", asked, *options)
        assert (status, out) == (1, b"") and err.startswith(f"export: {said}")
    status, out, err = run(lines, "--session", "5e55", *options)
    assert status == 1 and err.startswith("export: T2 of") and b"5e57" not in out


def test_another_charger_s_gap_is_not_the_record_that_was_asked_for(run):
    names = "Wattseal", "w00000000000000a", "0.1.0", "Eastron", "SDM630", "124", "1.2"
    other = ocmf.Head(*names, "EVSEID", "DE*W*E2", "ab")
    lines = [priced.line(3), priced.line(1, session="5e60", head=other)]
    lines.append(priced.line(9, session="5e61", head=other, begin_wh=9002))
    status, out, err = run(lines, "--pagination", 3, "--to", "ocpp16")
    assert (status, json.loads(out)["transactionId"], err) == (0, 3, "")
    status, out, err = run(lines, "--pagination", 5, "--to", "ocpp16")
    assert (status, out) == (1, b"") and "left out: missing" in err


def test_a_file_with_a_running_session_alone_is_an_empty_list(run, tmp_path):
    out_file = tmp_path / "stop.json"
    out_file.write_text("[1]")
    begin = signed.line(bill.BEGIN, 4, "5e55", signed.record(4, [signed.begin()]))
    status, _, err = run([begin], "--all", "--to", "ocpp16", "--out", out_file)
    assert (status, err) == (0, "export: the file has no closing record yet\n")
    assert json.loads(out_file.read_text()) == []


@pytest.mark.parametrize(("letter", "said"), [("\ud800", "half a char"), ("\ufffe", "U+FFFE")])
def test_a_record_that_no_xml_holds_stops_no_other(run, letter, said):
    lines = [spoilt(priced.line(2), "Eastron", f"East{letter}"), priced.line(3, session="5e57")]
    status, out, err = run(lines, "--all", "--to", "safe-xml")
    values = ElementTree.fromstring(out.decode().encode()).findall("value")
    assert (status, len(values)) == (1, 1) and said in err
    assert "exported all the same" not in err


def test_a_key_in_another_form_is_exported_in_hex(run):
    key = base64.b64encode(bytes.fromhex(signed.spki())).decode()
    status, out, _ = run([priced.line(2)], "--all", "--to", "safe-xml", "--key", key)
    assert status == 0 and f">{signed.spki()}</publicKey>".encode() in out


def test_a_cdr_goes_into_a_file_and_remarks_to_the_watcher(run, tmp_path):
    operator = ["--operator", tmp_path / "operator.json"]
    out_file = ["--out", tmp_path / "cdr.json"]
    status, out, err = run([priced.line(2)], "--all", "--to", "ocpi-cdr", *operator, *out_file)
    assert (status, out) == (0, b"") and err.count("\n") == 2
    assert json.loads((tmp_path / "cdr.json").read_text())[0]["total_cost"]["incl_vat"] == 9.72


def test_a_record_that_fails_is_left_out_but_a_verifier_sees_it(run):
    lines = [priced.line(2, net=0), priced.line(3, session="5e57", begin_wh=9002)]
    status, out, err = run(lines, "--all", "--to", "ocpp16")
    assert status == 1 and [row["transactionId"] for row in json.loads(out)] == [3]
    assert "T2 left out: " in err
    status, out, err = run(lines, "--all", "--to", "safe-xml")
    assert (status, out.count(b"<value>")) == (1, 2) and "T2 exported all the same: " in err


def test_a_record_that_a_form_cannot_hold_is_left_out_of_many(run):
    rows = [[60 * n, 10, "CS"[n % 2]] for n in range(90)]
    lines = [priced.line(2, rows=rows), priced.line(3, session="5e57", begin_wh=1900)]
    status, out, err = run(lines, "--all", "--to", "ocpp201")
    assert status == 1 and len(json.loads(out)) == 1 and "left out: T2 has" in err
    status, out, err = run(lines, "--pagination", 2, "--to", "ocpp201")
    assert (status, out) == (1, b"") and "holds 2500" in err


@pytest.mark.parametrize("lines", [1, 2])
def test_what_was_written_before_is_not_taken_for_todays(run, tmp_path, lines):
    rows = [[60 * n, 10, "CS"[n % 2]] for n in range(90)]
    long = [priced.line(2 + n, session=f"5e{n}", rows=rows) for n in range(lines)]
    out_file = tmp_path / "events.json"
    out_file.write_text("[1]")
    status, _, err = run(long, "--all", "--to", "ocpp201", "--out", out_file)
    assert status == 1 and err.count("left out: ") == lines
    assert json.loads(out_file.read_text()) == []
    assert stat.S_IMODE(out_file.stat().st_mode) == 0o600  # a card's number may be in it


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--all", "--to", "pdf"], "--to pdf is unknown; use one of safe-xml, ocpi-cdr"),
        (["--to", "ocpp16"], "which record? give one of --pagination N, --session ID or --all"),
        (["--all", "--pagination", "2", "--to", "ocpp16"], "which record?"),
        (["--pagination", "9", "--to", "ocpp16"], "the file has no closing record T9; "),
        (["--session", "x", "--to", "ocpp16"], "the file has no closing record session x; "),
        (["--all", "--to", "ocpi-cdr"], "give them with --operator FILE, filled in as tools/"),
        (["--all", "--to", "ocpp201", "--transaction", "4"], "--transaction is of one record"),
    ],
)
def test_what_it_cannot_do_is_one_sentence(run, options, said):
    status, out, err = run([priced.line(2)], *options)
    assert (status, out) == (2, b"") and err.startswith("export: ") and said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"party_id": None}, "lacks party_id; fill it in as tools/export/operator.example.json"),
        ({"cdr_token": "x"}, "has a text where an object belongs"),
        ({"party_id": "YOUR PARTY ID"}, "still has a placeholder (YOUR ...)"),
        ({"tokens": {"00ff": "x"}}, "has a text where an object belongs"),
        ({"connectors": {"1": "x"}}, "has a text where an object belongs"),
    ],
)
def test_an_operator_file_that_is_not_filled_in_is_refused(run, tmp_path, change, said):
    values = {**exported.OPERATOR, **change}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({key: value for key, value in values.items() if value}))
    status, out, err = run([priced.line(2)], "--all", "--to", "ocpi-cdr", "--operator", path)
    assert (status, out) == (2, b"") and said in err


def test_an_operator_file_of_nothing_but_brackets_is_refused(run, tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 100000)
    status, out, err = run([priced.line(2)], "--all", "--to", "ocpi-cdr", "--operator", path)
    assert (status, out) == (2, b"") and "deep.json is no JSON" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"connectors": {"7": {}}},
            'has no connector 1 of w1a2b3c4d5e6f708; add "w1a2b3c4d5e6f708/1"',
        ),
        ({"auth_method": "CARD"}, "is no CDR of OCPI 2.2.1, auth_method: 'CARD' is not one of"),
    ],
)
def test_an_operator_file_that_does_not_fit_the_record_leaves_it_out(run, tmp_path, change, said):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({**exported.OPERATOR, **change}))
    status, out, err = run([priced.line(2)], "--all", "--to", "ocpi-cdr", "--operator", path)
    assert (status, out) == (1, b"[]\n") and said in err
