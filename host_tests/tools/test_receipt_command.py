"""The receipt command: files, standard output, and one sentence for all that it cannot use."""

import json
import sys

import priced_records as priced
import pypdfium2
import pytest
import signed_records as signed

from tools.bills import tariffs
from tools.receipt import __main__ as command
from wattseal.core import bill


@pytest.fixture
def folder(tmp_path):
    """Records of a session and its correction, with what they need beside them."""
    (tmp_path / "public_key.hex").write_text(signed.spki())
    (tmp_path / "tariffs").mkdir()
    path = tmp_path / "tariffs" / f"{priced.TARIFF.identity}.json"
    path.write_bytes(tariffs.canonical(priced.TARIFF))
    lines = [priced.line(2, session="a"), priced.line(3, bill.CORRECTION, "a", corrects=2)]
    (tmp_path / "records.jsonl").write_text("".join(lines))
    return tmp_path


@pytest.fixture
def run(folder, capsys, monkeypatch):
    def run(*options, file="records.jsonl"):
        monkeypatch.setattr(sys, "argv", ["receipt", str(folder / file), *map(str, options)])
        with pytest.raises(SystemExit) as done:
            command.command.run(command.app, "receipt")
        out, err = capsys.readouterr()
        return done.value.code, out, err

    return run


def test_every_closing_record_has_its_files(run, folder):
    status, out, err = run("--format", "html,pdf,text", "--out", folder / "to")
    assert (status, err) == (0, "") and "2 receipts in" in out and "all verified" in out
    names = sorted(path.name for path in (folder / "to").iterdir())
    assert {path.stat().st_mode & 0o777 for path in (folder / "to").iterdir()} == {0o600}
    endings = ("html", "pdf", "txt")
    assert names == [f"{signed.DEVICE}-T{n}.{ending}" for n in (2, 3) for ending in endings]


def test_one_can_be_asked_for(run):
    assert run("--pagination", 2)[1].count("PAYABLE") == 1
    assert run("--session", "a")[1].count("PAYABLE") == 2
    status, out, err = run("--session", "b")
    assert (status, out) == (2, "") and "holds no closing record that was asked for" in err


def test_a_bill_that_was_taken_back_says_so(run, folder):
    _, out, err = run("--pagination", 2)
    assert "This bill was taken back by record T3." in out and err == ""
    assert "was taken back" not in run("--pagination", 3)[1]
    other = priced.line(3, bill.CORRECTION, "a", corrects=2, pay=0)  # it takes back nothing
    (folder / "records.jsonl").write_text(priced.line(2, session="a") + other)
    assert "was taken back" not in run("--pagination", 2)[1]


def spoilt(line, **changes):
    """The same line, with something else in its unsigned part, or another letter in its record."""
    row = json.loads(line)
    message = {**json.loads(row["payload"]), **changes}
    return json.dumps({**row, "payload": json.dumps(message)}) + "\n"


def test_half_a_character_costs_no_other_receipt(run, folder):
    line = priced.line(2, session="a")
    text = json.loads(json.loads(line)["payload"])["ocmf"].replace("Eastron", "East\ud800")
    (folder / "records.jsonl").write_text(spoilt(line, ocmf=text) + priced.line(3, session="b"))
    status, _, err = run("--format", "text,html,pdf", "--out", folder / "to")
    assert status == 1 and "T2 holds half a character: no receipt can be made of it" in err
    assert len(list((folder / "to").iterdir())) == 3


def test_texts_longer_than_a_page_fill_more_pages(run, folder):
    line = spoilt(priced.line(2), session="x" * 6000)
    (folder / "records.jsonl").write_text(line)
    seller = {"name": "A " * 3000, "places": {"DE*W*E1": "Ebene 3 " * 900}}
    (folder / "seller.json").write_text(json.dumps(seller))
    options = ["--operator", folder / "seller.json", "--out", folder / "to"]
    status, _, err = run("--format", "html,pdf", *options)
    assert (status, err) == (0, "")
    (path,) = (folder / "to").glob("*.pdf")
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]
    assert "".join(pages).count("x") >= 6000 and "".join(pages).count("Ebene") == 900


def test_a_record_alone_gets_a_receipt(run, folder):
    (folder / "one.txt").write_text(signed.sign(priced.payload(2)))
    status, out, _ = run(file="one.txt")
    assert status == 0 and "9.72 EUR" in out


def test_another_key_fails_and_says_so(run, folder):
    status, out, _ = run("--key", signed.spki(signed.OTHER_KEY), "--out", folder / "to")
    assert status == 1 and "2 NOT verified" in out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--format", "docx"], "--format docx is unknown; use text, html, pdf"),
        (["--format", "pdf"], "--format pdf needs --out, a folder for the files"),
        (["--operator", "/none"], "/none cannot be read: No such file or directory"),
        (["--tariff", "/none"], "/none cannot be read: No such file or directory"),
        (["--key", "/none"], "--key /none is neither a public key"),
        (["--out", "/dev/null/x"], "/dev/null/x cannot be written: Not a directory"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence(run, options, sentence):
    status, out, err = run(*options)
    assert status == 2 and err.startswith("receipt: ") and sentence in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"names": ""}',
        '{"name": 1}',
        '{"places": {"1": 1}}',
        '{"address": null}',
        '{"places": [1]}',
    ],
)
def test_an_operator_file_of_another_form_is_refused(run, folder, text):
    (folder / "op.json").write_text(text)
    status, _, err = run("--operator", folder / "op.json")
    assert status == 2 and "op.json" in err and len(err.splitlines()) == 1


def test_an_operator_is_on_the_receipt(run, folder):
    row = {
        "name": "Seller",
        "address": ["Street"],
        "vat_number": "X1",
        "places": {"DE*W*E1": "Bay 7"},
    }
    (folder / "op.json").write_text(json.dumps(row))
    out = run("--operator", folder / "op.json")[1]
    for said in ("Seller", "Street", "VAT number X1", "Bay 7"):
        assert said in out


def test_one_that_cannot_be_read_takes_no_other_away(run, folder):
    path = folder / "records.jsonl"
    path.write_text(priced.line(2) + priced.line(4).replace("[[0,", "[[[0],"))
    status, out, err = run("--out", folder / "to")
    assert status == 1 and "1 receipt in" in out and "no receipt can be made of it" in err


@pytest.mark.parametrize("kind", ["begin", "not_billable"])
def test_a_bill_that_the_message_calls_otherwise_is_no_good_receipt(run, folder, kind):
    line = priced.line(2).replace('kind\\": \\"session', f'kind\\": \\"{kind}')
    line = line.replace('kind\\":\\"session', f'kind\\":\\"{kind}')
    (folder / "records.jsonl").write_text(line)
    assert kind in line
    status, out, _ = run("--out", folder / "to")
    assert status == 1 and "1 NOT verified" in out


def test_two_of_one_number_are_both_kept(run, folder):
    other = priced.line(2, rows=[[0, 1, "C"]])
    (folder / "records.jsonl").write_text(priced.line(2) + other)
    status, _, _ = run("--out", folder / "to")
    assert status == 1 and len(list((folder / "to").iterdir())) == 2


def test_a_file_that_is_no_tariff_beside_the_others_does_no_harm(run, folder):
    (folder / "tariffs/odd.json").write_text("{")
    assert run("--pagination", 2)[0] == 0
