"""The console's history: where a user expects it, for nobody else, without a level's secrets."""

import os
import re
import stat
import sys
from pathlib import Path

import interpreters
import pexpect
import repl_on_pty
from from_a_terminal import from_a_terminal

from tools.console import history


def typed(tmp_path, *lines, **environment):
    """A console at a prompt that answers anything; types the lines, and leaves."""
    with repl_on_pty.repl("/bin/cat", tmp_path, arguments=()) as port:
        child = pexpect.spawn(
            sys.executable, ["-m", "tools.console", "open", "--port", port],
            cwd=str(interpreters.ROOT), timeout=20, encoding="utf-8",
            env={**os.environ, "PYTHONPATH": ".", "TERM": "dumb", **environment},
            preexec_fn=from_a_terminal,
        )  # fmt: skip
        child.expect("Ctrl-C leaves")
        for line in lines:
            child.expect("> ")
            child.sendline(line)
            child.expect(line)
        child.sendintr()
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus


def test_is_kept_for_its_user_without_what_unlocks(tmp_path):
    assert typed(tmp_path, "status", "unlock 1", "answer 00ff", XDG_STATE_HOME=str(tmp_path)) == 0
    kept = tmp_path / "wattseal/console_history"
    assert kept.read_text().split("\n") == ["status", ""]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


CANARY = "04C0FFEE04C0FFEE"


def test_holds_no_drivers_identity_nor_did_it_before(tmp_path):
    kept = tmp_path / "wattseal/console_history"
    kept.parent.mkdir()
    kept.write_text(f"journal\npresent 1 RFID_FULL ISO14443 {CANARY}\n")
    lines = (
        f"present 1 RFID_FULL ISO14443 {CANARY}", f"report person ISO14443 {CANARY}",
        f"erase person ISO14443 {CANARY}", f"REPORT person ISO14443 {CANARY}",
        f"presnet 1 RFID_FULL ISO14443 {CANARY}", f"status{CANARY}", "fault link_down",
    )  # fmt: skip
    assert typed(tmp_path, *lines, XDG_STATE_HOME=str(tmp_path)) == 0
    assert kept.read_text().split("\n") == ["journal", "fault link_down", ""]


def test_its_words_are_those_of_the_firmware_that_take_no_secret():
    index = (interpreters.ROOT / "firmware/wattseal/console/words/index.py").read_text()
    rows = re.findall(r"^[0-3] (\w+)(.*)", index, re.M)
    words = {word for word, _ in rows}
    secret = {word for word, row in rows if {"ID", "HEX"} & set(re.findall(r"\w+", row))}
    assert secret == {"present", "answer", "report", "erase"}
    assert words - history.KEPT == secret | {"unlock"} and words >= history.KEPT


def test_an_old_one_in_the_checkout_goes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build").mkdir()
    (tmp_path / "build/console_history").write_text(f"report person ISO14443 {CANARY}\n")
    history.read(None)
    history.read(None)
    assert list((tmp_path / "build").iterdir()) == []


def test_is_not_kept_where_it_cannot_be(tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert typed(tmp_path, "status", XDG_STATE_HOME=str(tmp_path / "file")) == 0
    assert (tmp_path / "file").read_text() == "no folder"


def test_lies_in_the_users_state(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", "relative, so to be ignored")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert history.path() == tmp_path / ".local/state/wattseal/console_history"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert history.path() == Path(tmp_path / "state/wattseal/console_history")
