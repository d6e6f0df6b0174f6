"""Every card of a run, and a search of all that the run and the host tools leave; hits 0.

What may hold them is what this test lists: `tools.privacy open`, the names file that it writes,
and what a statement makes of that file.
"""

import json
import shutil

import canary_forms
import pytest
import vectors
from exported import OPERATOR
from host_tool import tool


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("canary")
    done = tool("run", "--out", folder, "--count", 3, "--speed", 600)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "console.txt").write_text(done.stdout + done.stderr)
    return folder


def opened(out, *words):
    return tool(
        "privacy", "open", out / "records.jsonl", "--sealing-key", out / "sealing.key", *words
    )


def cards(out):
    found = json.loads(opened(out, "--json").stdout)["sessions"]
    return [each["identity"]["identification"] for each in found]


def commands(out, folder):
    """Each tool that reads records, with its words."""
    records, operator = out / "records.jsonl", folder / "operator.json"
    connector = OPERATOR["connectors"]["1"]
    both = {"1": connector, "2": connector}  # the run ends its first session on either
    operator.write_text(json.dumps({**OPERATOR, "connectors": both}))
    yield ("verify", records)
    yield ("receipt", records, "--format", "text,html,pdf", "--out", folder / "receipts")
    yield ("statement", records, "--format", "csv")
    yield ("statement", records, "--format", "json")
    yield ("statement", records, "--format", "xlsx", "--out", folder / "statement.xlsx")
    yield ("what_if", records, "--tariff", "tools/tariffs/new_york.json", "--json")
    who = (records, "--sealing-key", out / "sealing.key", "--id", cards(out)[0])
    yield ("privacy", "report", *who)
    yield ("privacy", "report", *who, "--json")
    yield ("privacy", "erase", *who, "--out", folder / "erased.jsonl")
    closing = ("export", records, "--pagination", closed(records))
    for to in ("safe-xml", "ocpp16", "ocpp201"):
        yield (*closing, "--to", to)
    yield (*closing, "--to", "ocpi-cdr", "--operator", operator)


def closed(records):
    """The pagination of a closing record."""
    rows = [json.loads(json.loads(line)["payload"]) for line in records.read_text().splitlines()]
    return next(row["pg"] for row in rows if row.get("kind") == "session")


def outputs(out, folder):
    """(name, bytes) of all of it, files and what is printed."""
    for words in commands(out, folder):
        done = tool(*words)
        assert done.returncode == 0, (words, done.stderr)
        yield " ".join(map(str, words)), (done.stdout + done.stderr).encode()
    for path in [*out.rglob("*"), *folder.rglob("*")]:
        if path.is_file():
            yield path.name, canary_forms.readable(path.read_bytes())


def test_no_output_holds_who_came(out, tmp_path):
    found = list(outputs(out, tmp_path))
    names = {name for name, _ in found}
    assert {"firmware.log", "console.txt", "records.jsonl", "statement.xlsx"} <= names
    assert sum(name.endswith(".pdf") for name in names) == 3 == len(cards(out))
    where = [name for name, data in found for card in cards(out) if canary_forms.hits(card, data)]
    assert where == []


def test_who_was_erased_is_told_of_no_more_and_all_records_verify(out, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(out, copy)
    first, records = cards(out)[0], copy / "records.jsonl"
    done = tool("privacy", "erase", records, "--sealing-key", out / "sealing.key", "--id", first,
                "--out", records)  # fmt: skip
    assert done.returncode == 0, done.stderr
    left = json.loads(opened(copy, "--json").stdout)["sessions"]
    named = [each["identity"]["identification"] for each in left if each["identity"]]
    assert named == [card for card in cards(out) if card != first] and len(named) < len(left)
    assert tool("verify", records).returncode == 0


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_search_finds_what_is_there_in_packed_files_too(out, tmp_path, form):
    names, named = tmp_path / "names.json", tmp_path / f"named.{form}"
    opened(out, "--names", names)
    tool("statement", out / "records.jsonl", "--by", "card", "--names", names, "--format", form,
         "--out", named)  # fmt: skip
    data = canary_forms.readable(named.read_bytes())
    assert all(canary_forms.hits(card, data) for card in cards(out))


def test_the_search_knows_each_agreed_form():
    for card, agreed in vectors.load("canary.json")["cards"].items():
        assert set(agreed) <= canary_forms.forms(card)
