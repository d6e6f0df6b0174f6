"""What tools.audit says of a log, by its command and by its parts; judges nothing itself."""

import json

import audit_copies as copies
import exported
import pytest
from audit_case import KEY

from tools.audit import __main__ as command
from tools.audit import sources, verdict
from tools.audit.entry import Place
from tools.audit.heads import Heads, parsed

GOOD, WRONG, UNUSABLE, UNKEYED = 0, 1, 2, 3


@pytest.fixture
def verify(tmp_path, monkeypatch, capfdbinary):
    """What runs `verify` with the key of audit_case."""
    key = copies.key_file(tmp_path / "audit.key")

    def run(*words, keyed=True):
        """(status, standard output, standard error)."""
        words = ("verify", *words, *(("--key", key) if keyed else ()))
        status, out, err = exported.run(command.main, words, monkeypatch, capfdbinary)
        return status, out.decode(), err

    return run


@pytest.fixture
def folder(tmp_path):
    """Where a test's log is."""
    return tmp_path / "audit"


def found(result):
    """[(kind, first, last, file's name, line)] and the status of a --json run."""
    status, out, err = result
    assert err == ""
    rows = json.loads(out)["findings"]
    names = [
        (e["kind"], e["number"], e["last"], e["file"].split("/")[-1], e["line"]) for e in rows
    ]
    assert status == (WRONG if rows else GOOD)
    return names


def whole(folder, head):
    heads = Heads([parsed(head, Place("--head", 0))])
    return verdict.judged(sources.read([folder], None), KEY, heads).findings == []
