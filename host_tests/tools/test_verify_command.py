"""The verify command: what it prints and returns; one sentence for all that it cannot use."""

import json
import subprocess
import sys

import interpreters
import pytest
import signed_records as signed

from tools.verify import __main__ as command
from wattseal.core import bill

BOTH = [signed.begin(), signed.end()]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "public_key.hex").write_text(signed.spki() + "\r\n")
    return tmp_path


@pytest.fixture
def run(folder, capsys, monkeypatch):
    """run(text, *options) -> (exit status, stdout, stderr); `text` becomes FILE unless None."""

    def run(text, *options):
        arguments = list(map(str, options))
        if text is not None:
            path = folder / "given"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            arguments.insert(0, str(path))
        monkeypatch.setattr(sys, "argv", ["verify", *arguments])
        with pytest.raises(SystemExit) as done:
            command.command.run(command.app, "verify")
        out, err = capsys.readouterr()
        return done.value.code, out, err

    return run


def values(run, text, *options):
    status, out, err = run(text, "--json", *options)
    assert not err
    return status, json.loads(out)


def names(record):
    return [finding["name"] for finding in record["findings"]]


def test_a_session_is_told_to_a_person(run):
    status, out, err = run(signed.record(7, BOTH) + "\r\n")
    assert (status, err) == (0, "")
    for said in (
        "VERIFIED session", "own", "good", "T7", "7.500 kWh", "1000 Wh to 8500 Wh",
        "2026-11-18 11:06:40,000+0000, synchronised", "1 h 00 min 00 s",
        "Wattseal, version 0.1.0, serial " + signed.DEVICE, "Eastron, SDM630, serial 123",
        "EVSEID, DE*W*E1", "LOCAL, 00ff, level VERIFIED",
    ):  # fmt: skip
        assert said in out
    assert "finding" not in out and "NOT" not in out


def test_a_session_is_told_to_a_program(run):
    status, found = values(run, signed.record(7, BOTH))
    assert status == 0
    assert found["ok"] and found["session_verified"] and found["signature_ok"]
    assert (found["pagination"], found["energy_wh"], found["duration_s"]) == ("T7", 7500, 3600)
    assert found["begin"] == "2026-11-18T11:06:40,000+0000 S" and found["findings"] == []


def test_a_changed_record_fails_and_its_words_are_marked(run):
    status, out, _ = run(signed.record(7, BOTH).replace("8500", "9500", 1))
    assert status == 1 and "NOT VERIFIED" in out and "signature     NOT GOOD" in out
    assert "another key signed it." in out and "nobody vouches for it" in out


def test_only_a_begin_is_no_verified_session(run):
    for rules in ("own", "safe-1.4.1"):
        status, out, _ = run(signed.record(7, [signed.begin()]), "--rules", rules)
        words = " ".join(out.split())  # a long path folds the line anywhere
        assert status == 1 and "NO VERIFIED SESSION, only the begin" in words
        status, found = values(run, signed.record(7, [signed.begin()]), "--rules", rules)
        assert status == 1 and found["ok"] and not found["session_verified"]


def test_the_releases_differ_on_a_time_flag(run):
    text = signed.record(7, [signed.begin(), signed.end(tx="P", ef="t")])
    statuses = {rules: run(text, "--rules", rules)[0] for rules in command.verdict.RULES}
    assert statuses == {"own": 0, "safe-1.4.1": 0, "safe-1.3.0": 0, "safe-1.2.0": 1}
    assert "not usable (EF t)" in run(text)[1]


def test_two_records_are_one_session_in_two_files_or_in_one(run, folder):
    (folder / "end").write_text(signed.record(2, [signed.end()]))
    begin = signed.record(1, [signed.begin()])
    for rules in ("own", "safe-1.2.0"):
        assert run(begin, folder / "end", "--rules", rules)[0] == 0
        both = begin + "\n" + signed.record(2, [signed.end()])
        status, found = values(run, both, "--rules", rules)
        assert (status, found["energy_wh"]) == (0, 7500)
    assert run(signed.record(2, [signed.end()]), folder / "end")[0] == 1


def test_stdin_is_a_file_too(folder):
    arguments = [sys.executable, "-m", "tools.verify", "-", "--key", folder / "public_key.hex"]
    for key, status in ((None, 0), (signed.spki(signed.OTHER_KEY), 1)):
        done = subprocess.run(
            arguments[:-1] + [key or arguments[-1]], cwd=interpreters.ROOT, capture_output=True,
            input=signed.record(7, BOTH), text=True, env={"PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (status, "")


def test_a_record_cannot_steer_the_terminal(run):
    head = signed.ocmf.Head("Wattseal", "w1", "0", "E", "S", "123", "", "EVSEID", "DE")
    payload = signed.ocmf.payload(head, 1, signed.WHO, BOTH, [])
    text = signed.sign(payload.replace('"Wattseal"', '"\\u001b[2J[bold red]\\u202e\\ud800x"'))
    status, out, _ = run(text)
    assert status == 1 and "\x1b" not in out and "\u202e" not in out and "[bold red]" in out


def test_the_messages_of_a_run(run):
    lines = [*signed.session_lines(1, "aa"), *signed.session_lines(3, "bb", 2)]
    lines.append(signed.line(bill.BEGIN, 5, "cc", signed.record(5, [signed.begin()])))
    status, out, err = run("\n" + "".join(lines))
    assert (status, err) == (0, "")
    assert "Paginations T1 to T5, missing: none." in out
    assert "Begun and not closed yet, so no verified session: T5." in out
    assert "2 sessions verified, 0 not billable, 1 open, 0 records failed." in out
    status, found = values(run, "".join(lines))
    assert [row["state"] for row in found["devices"][0]["records"]].count("verified") == 2
    assert found["devices"][0]["open"] == ["cc"]


def test_a_bill_message_alone_and_other_topics_between(run):
    payload = json.loads(signed.session_lines(1, "aa")[1])["payload"]
    other = json.dumps({"topic": "wattseal/v1/w1/load/1", "payload": "{}"})
    status, found = values(run, other + "\n" + payload + "\n")
    assert status == 0 and len(found["devices"][0]["records"]) == 1


def broken(lines, number, text=None):
    """The lines with one of them cut in half, or another in its place."""
    lines = list(lines)
    lines[number - 1] = lines[number - 1][:200] + "\n" if text is None else text
    return "".join(lines)


LINES = [*signed.session_lines(1, "aa"), *signed.session_lines(3, "bb")]
RECORD = signed.record(7, BOTH)


UNUSABLE = [
    (None, ["none.txt"], "none.txt cannot be read (No such file"),
    (None, ["."], "cannot be read"),
    (None, ["a\0b"], "no text file"),
    (None, [], "Missing argument"),
    (b"\x7fELF\x02\x01\x00\x00\xff", [], "given is no text file"),
    (b"OCMF|{}|{}\xff", [], "given is no text file"),
    ("", [], "given is empty"),
    (" \r\n\n", [], "given is empty"),
    ("hello", [], "given holds no OCMF record"),
    (broken(LINES, 3), [], "line 3 of "),
    (broken(LINES, 2, "[1]\n"), [], "line 2 of "),
    (broken(LINES, 4, '{"topic":"a/bill/1","payload":"{"}\n'), [], "payload in line 4 of "),
    (broken(LINES, 4, '{"topic":"a/bill/1","payload":7}\n'), [], "payload in line 4 of "),
    (broken(LINES, 1, '{"v":1,"pg":1}\n'), [], "line 1 of "),
    (broken(LINES, 1, '{"v":1,"pg":"1","ocmf":"x"}\n'), [], "line 1 of "),
    ('{"topic":"a/status","payload":"{}"}', [], "holds no `bill` message"),
    ("[" * 100000, [], "holds no OCMF record"),
    ('{"a":' * 100000, [], "line 1 of "),
    (RECORD, ["--key", "zz"], "--key zz is neither"),
    (RECORD, ["--key", "0" * 5000], "is neither"),
    (RECORD, ["--key", signed.spki()[:-2]], "is neither"),
    (RECORD, ["--key", signed.spki()[52:]], "is neither"),
    (RECORD, ["--key", __file__], "holds no public key"),
    (RECORD, ["--key", ""], "is neither"),
    (RECORD, ["--rules", "safe-1.0"], "--rules safe-1.0 is unknown; use own, safe-1.4.1"),
    (RECORD, ["--nonsense"], "--nonsense"),
    (RECORD, ["-", "-"], "more files"),
    ("\n".join([RECORD] * 3), [], "holds 3 records"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "said"), UNUSABLE, ids=range(len(UNUSABLE)))
def test_what_it_cannot_use_is_one_sentence(run, text, options, said):
    status, out, err = run(text, *options)
    assert (status, out) == (2, "")
    assert said in err and err.startswith("verify: ") and err.count("\n") == 1
    assert "; " in err or "," in err  # and what to do about it


def test_without_a_key_it_says_where_it_looked(run, folder):
    (folder / "public_key.hex").unlink()
    status, _, err = run(RECORD)
    assert status == 2 and "no public_key.hex beside" in err and err.count("\n") == 1


def test_messages_and_records_are_not_mixed(run, folder):
    (folder / "lines").write_text("".join(LINES))
    assert run(RECORD, folder / "lines")[0] == 2
