"""What tools say of an input that is wrong: the sentence names that, and not something else."""

import json
import shlex
import subprocess
import sys

import interpreters
import pytest
import signed_records as signed
from host_tool import tool


@pytest.fixture(autouse=True)
def _places(tmp_path):
    """{x} of a row is x in the test's folder."""
    (tmp_path / "public_key.hex").write_text(signed.spki())
    (tmp_path / "record").write_text(signed.record(7, [signed.begin(), signed.end()]))
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "audit.jsonl").write_text("{}\n")


TO = ["--device", "w1", "--key", "k", "--broker", "localhost:1"]
ROWS = [
    (["receipt", "nope"], "receipt: nope cannot be read (No such file"),
    (["audit", "report", "nope"], "audit: nope cannot be read (No such file"),
    (["audit", "verify", "{audit.jsonl}", "--records", "nope"], "audit: nope cannot be read"),
    (["verify", "{record}", "--key", "{binary}"], "binary holds no public key"),
    (["verify", ""], "verify: a file's name is empty"),
    (["detect", "--line", "/dev/null"], "detect: LINE=/dev/null is no serial port"),
    (["detect", "--line", "/dev/ttyNOPE"], "plug the adapter in"),
    (["detect", "--line", "sim:sdm630", "--wanted", "0"], "--wanted"),
    (["run", "--tariff", "nope"], "run: TARIFF=nope cannot be read (No such file"),
    (["run", "--ca", "x"], "run: CA=x is of no broker"),
    (["tariff", "lint", "{empty}"], "empty is empty"),
    (["command", "resend", *TO, "--from", "5", "--to", "1"], "--from 5 comes after --to 1"),
]


@pytest.mark.parametrize(("words", "said"), ROWS, ids=lambda row: " ".join(row)[:30])
def test_it_names_what_is_wrong(words, said, tmp_path):
    given = [tmp_path / word[1:-1] if word[:1] == "{" else word for word in words]
    done = tool(*given, *(["--out", tmp_path / "out"] if words[0] == "run" else []))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [("", 99, "there is no T99"), ("", 1, "the input ended before"), ("04A1B2C3\n", 1, "ended")],
)
def test_nobody_is_asked_who_they_are_for_a_record_that_is_not_there(tmp_path, text, number, said):
    bill = {"device": "w1", "connector": 1, "kind": "session", "pg": 1, "session": "s"}
    bill["ocmf"] = signed.record(1, [signed.begin(), signed.end()])
    (tmp_path / "records.jsonl").write_text(json.dumps(bill))
    done = subprocess.run(
        [sys.executable, "-m", "tools.privacy", "prove", tmp_path / "records.jsonl", "--pg",
         str(number)],
        cwd=interpreters.ROOT, input=text, text=True, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 2 and said in done.stderr, done.stderr
    assert ("identification" in done.stdout) == (number == 1)


def test_the_hint_of_a_run_can_be_pasted(tmp_path):
    out = tmp_path / "ü dir"
    done = tool("run", "--count", "1", "--speed", "5000", "--out", out)
    assert done.returncode == 0, done.stderr
    (hint,) = [row for row in done.stdout.splitlines() if row.startswith("receipts: ")]
    assert shlex.split(hint)[-1] == f"{out}/records.jsonl"
