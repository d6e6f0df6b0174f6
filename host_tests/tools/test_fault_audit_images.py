"""What `make faults` has tools.audit say of the logs that power cuts leave."""

import json

import audit_copies as copies
import pytest
from audit_case import KEY

from tools.faults import audit_images, cuts, play


@pytest.fixture
def told(tmp_path):
    """A log and the heads of two records, as kept_verdict.told has them."""
    folder = tmp_path / "audit"
    folder.mkdir()
    log = copies.filled(folder, 20, most=64)
    files = [[path.name, path.read_bytes().hex()] for path in sorted(folder.iterdir())]
    heads = [[1, copies.head(log, 3)], [2, copies.head(log, 20)]]
    return {"key": KEY.hex(), "files": files, "heads": heads}


def kinds(told):
    return [finding.partition(" of entry")[0] for finding in audit_images.wrong(json.dumps(told))]


def test_a_whole_log_is_good(told):
    assert kinds(told) == []


def test_a_head_of_an_entry_that_is_cut_off_is_altered(told):
    told["files"].pop()
    assert kinds(told) == ["altered: tools.audit says cut"]


def test_a_head_that_no_entry_has_is_altered(told):
    told["heads"][0][1] = "3-0123456789abcdef"
    assert kinds(told) == ["altered: tools.audit says head"]


def test_a_record_without_a_head_is_altered(told):
    told["heads"][1][1] = ""
    assert kinds(told) == ["altered: a record without UA"]


def test_an_entry_that_is_no_entry_breaks_the_chain(told):
    name, text = told["files"][0]
    told["files"][0] = [name, text.replace("626f6f74", "626f6f75", 1)]
    assert "audit: tools.audit says damaged" in kinds(told)


def test_each_image_of_a_job_is_judged_and_what_is_wrong_is_in_its_row():
    found = {name: path for name, path, _ in cuts.interpreters.found()}
    if "unix64" not in found:
        pytest.skip("there is no 64-bit MicroPython")
    job = cuts._job(found, "erased", ring=True, step=211, tell=True)
    assert job.judge is audit_images.wrong
    lines = []
    planted = play.Job(
        job.on,
        job.command,
        job.arguments,
        job.lines,
        judge=lambda line: lines.append(line) or ["a"],
    )
    (row,) = play.play([planted], lambda of, done, total: None)
    assert row.tried == len(row.wrong) == len(lines) > 5
    assert [audit_images.wrong(line) for line in lines] == [[]] * len(lines)
    assert all(json.loads(line)["heads"] for line in lines[1:])
