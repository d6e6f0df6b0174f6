"""`tools.update send` as a command: what it refuses to send, and what it says when it is ended."""

import asyncio
import signal

import host_tool
import pytest

from tools import private_key
from tools.update import package, rollout, send_command
from tools.update.package import Package

CONFIG = Package("config", "", "", (1, 2, 3), (1, 2, 3), b"{}")


@pytest.mark.parametrize("as_json", [False, True])
def test_whoever_ends_it_is_told_of_each_device(tmp_path, monkeypatch, capsys, as_json):
    async def ended(_plan, rows, changed):
        for row, result in zip(rows, ("confirmed", "restarting"), strict=False):
            row.result = result
            changed(row)
        raise KeyboardInterrupt

    private_key.new(tmp_path / "key")
    signed = package.pack(CONFIG, private_key.load(tmp_path / "key", ""))
    (tmp_path / "signed").write_bytes(signed)
    monkeypatch.setattr(rollout, "roll_out", ended)
    with pytest.raises(KeyboardInterrupt):
        send_command.send(
            tmp_path / "signed", tmp_path / "key", "127.0.0.1:1", ["w1", "w2", "w3"],
            as_json=as_json,
        )  # fmt: skip
    said = capsys.readouterr().out
    for device, result in (("w1", "confirmed"), ("w2", "restarting"), ("w3", "not begun")):
        (line,) = [line for line in said.splitlines() if device in line]
        assert result in line
    assert as_json or "1 of 3 devices are well, 1 not begun" in said


def test_a_service_that_ends_it_gets_the_table_as_well(tmp_path, monkeypatch, capsys):
    """SIGTERM, as systemd and CI send it."""
    before = signal.getsignal(signal.SIGTERM)

    async def ended(_plan, rows, changed):
        rows[0].result = "confirmed"
        changed(rows[0])
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(5)

    private_key.new(tmp_path / "key")
    signed = package.pack(CONFIG, private_key.load(tmp_path / "key", ""))
    (tmp_path / "signed").write_bytes(signed)
    monkeypatch.setattr(rollout, "roll_out", ended)
    with pytest.raises(KeyboardInterrupt):
        send_command.send(tmp_path / "signed", tmp_path / "key", "127.0.0.1:1", ["w1", "w2"])
    assert "1 of 2 devices are well, 1 not begun" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_list_of_devices_may_begin_with_an_editors_mark(tmp_path):
    (tmp_path / "ids").write_bytes(b"\xef\xbb\xbfw1\r\nw2\r\n")
    assert send_command._names([], tmp_path / "ids") == ["w1", "w2"]


def test_what_no_device_would_take_is_not_sent(tmp_path):
    private_key.new(tmp_path / "key")
    signed = package.pack(CONFIG, private_key.load(tmp_path / "key", ""))
    (tmp_path / "signed").write_bytes(signed)
    (tmp_path / "unsigned").write_bytes(package.pack(CONFIG, None))
    one = Package("config", "", "w1", (1, 2, 3), (1, 2, 3), b"{}")
    (tmp_path / "w1").write_bytes(package.pack(one, private_key.load(tmp_path / "key", "")))
    (tmp_path / "ids").write_text("w1 # the first\n\nw2\n")
    (tmp_path / "none").write_text("# nobody\n")
    for name, words, said in (
        ("signed", (), "say to whom: --device ID, or --devices FILE"),
        ("signed", ("--devices", tmp_path / "none"), "say to whom"),
        ("signed", ("--devices", tmp_path / "no"), "cannot be read as text"),
        ("signed", ("--device", "W/1"), "W/1 is no device id"),
        ("unsigned", ("--device", "w1"), "is not signed yet; sign it with: sign"),
        ("w1", ("--devices", tmp_path / "ids"), "is for w1 alone, not for w2"),
        ("signed", ("--device", "w1"), "w1: not sent: the broker at mqtt://127.0.0.1:1 does not"),
    ):
        done = host_tool.tool(
            "update", "send", tmp_path / name, *words, "--command-key", tmp_path / "key",
            "--broker", "127.0.0.1:1",
        )  # fmt: skip
        assert done.returncode == 2 and said in done.stderr, (said, done)
        assert done.stdout == "" and done.stderr.count("\n") == 1
