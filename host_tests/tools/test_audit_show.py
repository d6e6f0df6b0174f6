"""tools.audit show and key: entries in words, and the key that the device chains its log by."""

import json
import os
import stat

import audit_copies as copies
import exported
import pytest
from audit_case import UTC_S

from tools import keys
from tools.audit import __main__ as command
from wattseal.core import audit_chain
from wattseal.drivers.audit_log import AuditLog


@pytest.fixture
def run(monkeypatch, capfdbinary):
    def run(*words):
        status, out, err = exported.run(command.main, words, monkeypatch, capfdbinary)
        return status, out.decode(), err

    return run


class TestShow:
    def test_a_line_for_each_entry_in_words(self, run, tmp_path):
        log = copies.filled(tmp_path / "audit", 3)
        log.append([(UTC_S + 40, "U", {"ev": "novel", "new": "f" * 40})])
        status, out, err = run("show", tmp_path)
        rows = [line.split() for line in out.splitlines()]
        assert (status, err, len(rows)) == (0, "", 5)
        assert rows[0] == ["number", "time", "(UTC)", "who", "event", "object", "old", "new"]
        assert " ".join(rows[1]) == "1 2026-01-01 00:00:10 device image in flash 0.1.0"
        assert " ".join(rows[2][1:]) == (
            "2026-01-01 00:00:20 command:04ab12cd command stop c2 done"
        )
        assert " ".join(rows[4]) == "4 2026-01-01 00:00:40, unknown novel " + "f" * 16 + "~"

    def test_only_one_event_and_json(self, run, tmp_path):
        copies.filled(tmp_path / "audit", 8)
        status, out, _ = run("show", tmp_path, "--event", "command", "--json")
        rows = json.loads(out)["entries"]
        assert (status, [row["number"] for row in rows]) == (0, [2, 6])
        assert rows[0] == {
            "number": 2, "utc_s": UTC_S + 20, "state": "S", "event": "command",
            "who": "command:04ab12cd", "object": "stop c2", "old": "", "new": "done",
            "mac": rows[0]["mac"],
        }  # fmt: skip
        status, out, err = run("show", tmp_path, "--event", "nothing")
        assert (status, out) == (2, "") and "there are boot, command, image, time" in err

    def test_what_is_wrong_is_said_beside_it(self, run, tmp_path):
        copies.filled(tmp_path / "audit", 4)
        path = tmp_path / "audit/00000001.aud"
        rows = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(rows[0] + rows[2] + rows[3])
        status, out, err = run("show", tmp_path)
        assert status == 1 and len(out.splitlines()) == 4
        assert err.startswith("audit: Entry 2 is missing here (line 2 of ")

    def test_a_line_cannot_steer_the_terminal(self, run, tmp_path):
        line = b'{"ev":"\x1b[2Jfw","n":1,"q":"S","t":1}'
        good = audit_chain.line(1, UTC_S, "S", {"ev": "[red]boot[/red]"})
        frames = audit_chain.frame(line, bytes(32)) + audit_chain.frame(good, bytes(32))
        (tmp_path / "00000001.aud").write_bytes(frames)
        status, out, _ = run("show", tmp_path)
        assert status == 1 and "\x1b" not in out and "[red]boot[/red]" in out


class TestKey:
    @pytest.fixture
    def device(self, tmp_path):
        path = tmp_path / "key.bin"
        keys.new(path)
        return path

    def test_it_is_the_key_that_the_device_derives(self, run, tmp_path, device):
        from p256_table import TABLE

        from wattseal.drivers.key_file import KeyFileSigner

        out = tmp_path / "audit.key"
        status, said, err = run("key", device, "--out", out)
        assert (status, said, err) == (0, "", "")
        assert stat.S_IMODE(os.stat(out).st_mode) == 0o600
        signer = KeyFileSigner(str(device), TABLE, os.urandom)
        derived = signer.derived(audit_chain.LABEL)
        assert out.read_text() == derived.hex() + "\n"
        log = AuditLog(str(tmp_path / "audit"), derived)
        for _ in log.opening(lambda _: None):
            pass
        log.append([(UTC_S, "S", copies.EVENTS[0])] * 3)
        assert run("verify", tmp_path, "--key", out)[0] == 0
        (tmp_path / "other").mkdir()
        copies.filled(tmp_path / "other/audit", 3)
        assert run("verify", tmp_path / "other", "--key", out)[0] == 1

    def test_one_good_copy_is_enough(self, run, tmp_path, device):
        first, second = keys.copies(device)
        for at, damaged in enumerate((first, second)):
            whole = damaged.read_bytes()
            damaged.write_bytes(whole[:50] + b"?" + whole[51:])
            assert run("key", device, "--out", tmp_path / f"{at}.key")[0] == 0
            damaged.write_bytes(whole)
        assert (tmp_path / "0.key").read_text() == (tmp_path / "1.key").read_text()

    def test_it_overwrites_nothing_and_shows_nothing(self, run, tmp_path, device):
        out = tmp_path / "audit.key"
        out.write_text("mine")
        status, said, err = run("key", device, "--out", out)
        assert (status, said, out.read_text()) == (2, "", "mine")
        assert "a key is never overwritten" in err
        none = tmp_path / "none.bin"
        status, _, err = run("key", none, "--out", tmp_path / "x")
        assert status == 2 and "cannot be read" in err and not (tmp_path / "x").exists()
        status, _, err = run("key", device)
        assert status == 2 and "--out" in err
