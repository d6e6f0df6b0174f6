"""What tools tell of money and energy is whole in a narrow terminal, and plain in a file."""

import json
import os
import re
import sys

import interpreters
import pexpect
import priced_records as priced
import pytest
import signed_records as signed
from four_elements import VALUES

from tools.bills import tariffs
from wattseal.core import bill
from wattseal.core.pricing import loading

COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
DEAR = {"cur": "IDR", "el": [
    {"pc": [{"d": "E", "p": 250000000, "v": 11000}, {"d": "F", "p": 50000000, "v": 11000}]}
]}  # fmt: skip
TARIFF = loading.load(json.dumps({**VALUES, **DEAR}).encode())


@pytest.fixture
def records(tmp_path):
    """Bills of millions, one of which was taken back."""
    folder = tmp_path / "tariffs"
    folder.mkdir()
    (folder / f"{TARIFF.identity}.json").write_bytes(tariffs.canonical(TARIFF))
    lines = [priced.line(n, session=f"5e{n}", tariff=TARIFF, begin_wh=10000 * n)
             for n in range(2, 12)]  # fmt: skip
    lines.append(priced.line(12, bill.CORRECTION, session="5e11", tariff=TARIFF, corrects=11,
                             begin_wh=110000))  # fmt: skip
    (tmp_path / "public_key.hex").write_text(signed.spki())
    path = tmp_path / "records.jsonl"
    path.write_text("".join(lines))
    return path


def shown(columns, *words):
    """(exit status, what a terminal of so many columns was sent, without colours)"""
    child = pexpect.spawn(
        sys.executable, ["-m", *map(str, ("tools." + words[0], *words[1:]))],
        cwd=str(interpreters.ROOT), dimensions=(50, columns), timeout=60, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": ".", "TERM": "xterm", "COLUMNS": str(columns)},
    )  # fmt: skip
    out = child.read()
    child.close()
    return child.exitstatus, COLOUR.sub("", out)


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
@pytest.mark.parametrize("tool", ["verify", "statement", "what_if"])
def test_no_figure_is_cut_off(records, tool, columns):
    more = ("--tariff", *(records.parent / "tariffs").iterdir()) if tool == "what_if" else ()
    _, told = shown(columns, tool, records, *more)
    assert "…" not in told, told
    folded = "".join(told.split())
    assert "8.002" in folded, told
    assert "205050.00" in folded or "205,050.00" in folded, told
    if tool != "what_if":
        assert all(f"T{n}" in told for n in range(2, 13)), told


def test_a_statement_in_a_file_is_that_of_no_terminal(records, tmp_path):
    status, _ = shown(60, "statement", records, "--out", tmp_path / "a.txt")
    assert status == 0
    text = (tmp_path / "a.txt").read_text()
    assert "\x1b" not in text and "…" not in text
    assert max(map(len, text.splitlines())) <= 80
