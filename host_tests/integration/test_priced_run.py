"""`make run TARIFF=`: every session has a price, and it comes out the same from its record."""

import json
import subprocess
import sys

import interpreters
import pytest
from four_elements import TEXT, VALUES

from tools.bills import bill, tariffs, words
from tools.verify import source


def run(out, tariff, *options):
    command = [sys.executable, "-m", "tools.run", "--out", out, "--tariff", tariff, *options]
    return subprocess.run(
        [str(part) for part in command], cwd=interpreters.ROOT, text=True, capture_output=True,
        timeout=120,
    )  # fmt: skip


def test_each_session_has_its_price_and_the_tariff_is_kept(tmp_path):
    (tmp_path / "four.json").write_bytes(TEXT)
    done = run(tmp_path / "out", tmp_path / "four.json", "--count", 4, "--speed", 600)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads((tmp_path / "out/summary.json").read_text())
    assert (rows["sessions"], rows["priced"], rows["price_equal"]) == (4, 4, 4)
    records = tmp_path / "out/records.jsonl"
    closing = [each for each in source.read(str(records)) if each.kind == "session"]
    bills = [bill.of(message) for message in closing]
    assert words.amount(sum(each.cost["pay"] for each in bills), "EUR") == rows["payable"]
    known = tariffs.Tariffs(records)
    assert {known.of(each.tariff_hash).values["id"] for each in bills} == {"four"}


def test_without_a_tariff_nothing_has_a_price(tmp_path):
    done = run(tmp_path / "out", "none", "--count", 2, "--speed", 600)
    assert done.returncode == 0 and "receipts:" not in done.stdout
    rows = json.loads((tmp_path / "out/summary.json").read_text())
    assert rows["ok"] and "priced" not in rows
    assert '"XC\\' not in (tmp_path / "out/records.jsonl").read_text()


REFUSED = (
    ("none.json", "none.json cannot be read (No such file or directory); name a file, or none"),
    ("euro.json", "euro.json is refused: cur is not"),
    ("amps.json", "amps.json is refused: el[1].re: no record tells the current"),
)


@pytest.mark.parametrize(("name", "sentence"), REFUSED)
def test_a_tariff_that_the_device_would_refuse_starts_nothing(tmp_path, name, sentence):
    (tmp_path / "euro.json").write_bytes(TEXT.replace(b'"EUR"', b'"euro"'))
    values = {**VALUES, "el": [VALUES["el"][0], {**VALUES["el"][1], "re": {"a0": 1}}]}
    (tmp_path / "amps.json").write_text(json.dumps(values))
    done = run(tmp_path / "out", tmp_path / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("run: TARIFF=") and sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
