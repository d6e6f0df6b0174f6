"""tools.fault_codes: the README has the catalogue as it is, and nothing else of it is touched."""

import json
import re

import interpreters
import pytest
from host_tool import tool

from tools.fault_codes import catalogue, readme

ROWS = catalogue.rows()
README = interpreters.ROOT / "README.md"


def page(inner=""):
    return "before\n" + readme.BEGIN + "\n" + inner + readme.END + "\nafter\n"


def test_the_readme_has_the_catalogue_as_it_is(tmp_path):
    copy = tmp_path / "README.md"
    copy.write_text(README.read_text())
    assert not readme.put(copy, ROWS), (
        "README.md differs from the catalogue; run: python -m tools.fault_codes write"
    )


def test_every_code_has_one_row_there_and_each_is_whole():
    text = README.read_text().partition(readme.BEGIN)[2].partition(readme.END)[0]
    found = re.findall(r"^\| (\d-\d)? ?\| `(\w+)` \| [^|]+\. \| [^|]+\. \|$", text, re.M)
    assert sorted(found) == sorted((row.blinks, row.code) for row in ROWS)


def test_only_what_is_between_the_markers_changes(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(page("old\n"))
    assert readme.put(path, ROWS)
    assert path.read_text() == page(readme.text(ROWS))
    assert not readme.put(path, ROWS)
    assert readme.put(path, ROWS[1:])  # and a row that goes is seen


@pytest.mark.parametrize(
    "text",
    ["", readme.BEGIN + "\n", readme.END + "\n" + readme.BEGIN + "\n", page() + page()],
)
def test_a_page_without_one_pair_of_markers_is_left_alone(tmp_path, text):
    path = tmp_path / "README.md"
    path.write_text(text)
    with pytest.raises(catalogue.CatalogueFault, match="has not one pair of the markers"):
        readme.put(path, ROWS)
    assert path.read_text() == text


def test_the_tool_shows_and_writes(tmp_path):
    shown = json.loads(tool("fault_codes", "show", "unread", "--json").stdout)["faults"]
    assert [(row["code"], row["blinks"], row["kind"]) for row in shown] == [("unread", "1-1", 1)]
    assert len(json.loads(tool("fault_codes", "show", "--json").stdout)["faults"]) == len(ROWS)
    assert "key_refused" in tool("fault_codes", "show").stdout
    path = tmp_path / "R.md"
    path.write_text(page())
    told = json.loads(tool("fault_codes", "write", path, "--json").stdout)
    assert told == {"faults": len(ROWS), "changed": True}
    assert "as they were" in tool("fault_codes", "write", path).stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["show", "nonsense"], 1, "there is no code nonsense"),
        (["write", "nowhere.md"], 2, "nowhere.md cannot be read"),
        (["write", "CHANGELOG.md"], 2, "has not one pair of the markers"),
    ],
)
def test_what_is_wrong_is_one_sentence(words, status, said):
    done = tool("fault_codes", *words)
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr
    assert done.stderr.count("\n") == 1
