"""Whatever is sent to a receiver, it is bounded, counted and shown in a few lines."""

import errno
import io
import json
import resource

import pytest
import receive_site
import signed_records as signed
from rich.console import Console

from tools.bills.command import CommandFault
from tools.receive import open_files, view
from tools.receive.__main__ import main


@pytest.fixture
def opened(tmp_path):
    with receive_site.sites(tmp_path) as new:
        yield new


class TestHostile:
    @pytest.mark.parametrize("name", ["key", "status", "bill/1", "load/1", "stat", "live/1",
                                      "tariff/ab", "audit", "cmd", "", "\x1b[2J"])  # fmt: skip
    @pytest.mark.parametrize("payload", [
        b"", b"\xff", b"[]", b"5", b"{}", b"[" * 30_000, b"x" * 200_000, b'{"spki":"\\ud800"}',
    ], ids=lambda payload: repr(payload)[:12])  # fmt: skip
    def test_no_message_raises_or_is_believed(self, opened, name, payload):
        site = opened()
        site.greet()
        site.say(name, payload)
        assert site.desk.devices[signed.DEVICE].refused <= 1 and site.stored() == []
        assert "\x1b" not in "".join(event.text for event in site.events)

    @pytest.mark.parametrize("device", ["..", ".", "", "a b", "x" * 65, "\x1b[2J", "$SYS"])
    def test_odd_devices_get_no_folder(self, opened, device):
        site = opened()
        site.say("status", receive_site.STATUS, device)
        assert not site.place.out.exists() and site.desk.refused == 1

    def test_a_flood_is_counted_and_told_in_a_few_lines(self, opened):
        site = opened()
        site.greet()
        for _ in range(5000):
            site.say("bill/1", {})
        site.look()
        assert len(site.told("refused")) == 21 and "4,980 messages more" in site.events[-1].text
        assert site.desk.devices[signed.DEVICE].refused == 5000
        assert not site.desk.devices[signed.DEVICE].receiver.alarms

    def test_devices_are_bounded(self, opened, monkeypatch):
        monkeypatch.setattr("tools.receive.desk.most_devices", lambda: 3)
        site = opened()
        for number in range(9):
            site.say("status", receive_site.STATUS, f"w{number}")
        assert len(site.desk.devices) == 3 and site.desk.refused == 6

    def test_a_thousand_devices_have_room(self, opened):
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        try:
            site = opened()
            for number in range(1001):
                site.say("status", receive_site.STATUS, f"w{number}")
            assert len(site.desk.devices) == 1001 and site.desk.refused == 0
            site.desk.close()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)

    def test_the_last_device_leaves_files_for_all_else(self, monkeypatch):
        allowed = []
        monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 200))
        monkeypatch.setattr(resource, "setrlimit", lambda _, both: allowed.append(both))
        assert open_files.most_devices() == 136 and allowed == [(200, 200)]

    def test_more_folders_than_files_at_the_start_are_told_so(self, tmp_path, monkeypatch):
        def begin(_):
            raise OSError(errno.EMFILE, "Too many open files", "records.jsonl")

        monkeypatch.setattr("tools.receive.desk.Desk.begin", begin)
        with pytest.raises(CommandFault, match=r"has more devices than .* \(ulimit -n\), or name"):
            main(out=tmp_path, broker="127.0.0.1:1")

    def test_a_flood_of_another_hides_no_alarm(self, opened):
        site = opened()
        site.greet()
        for _ in range(100):
            site.say("status", receive_site.STATUS, "a b")
            site.say("bill/1", {}, receive_site.OTHER)
        site.say("key", {"v": 1, "spki": signed.spki(signed.OTHER_KEY)})
        assert "another public key" in site.told("refused")[-1]


class TestShown:
    def test_json_lines_tell_energy_and_end_with_a_summary(self, opened, capsys):
        site = opened()
        site.greet()
        site.session(1)
        lines = view.Lines(Console(), True)
        for event in [*site.events, view.summary(site.desk)]:
            lines.tell(event)
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        records = [row for row in rows if row["event"] == "record"]
        assert [row["verified"] for row in records] == [True, True]
        assert records[1]["energy_wh"] == 7500 and records[1]["device"] == signed.DEVICE
        assert (rows[-1]["records"], rows[-1]["sessions"], rows[-1]["refused"]) == (2, 1, 0)

    @pytest.mark.parametrize("width", [20, 60, 120])
    def test_a_terminal_shows_the_device_whatever_it_says(self, opened, width):
        site = opened()
        site.greet()
        site.session(1)
        site.say("live/1", {"state": "C", "power_w": 10**400})
        console = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
        with view.LiveTable(console) as shown:
            for event in site.events:
                shown.tell(event)
            shown.show(site.desk, "connected to mqtt://somewhere:1883")
        text = console.file.getvalue()
        assert "online" in text and "7,500 Wh" in text or width < 60
        assert "charging" in text or width < 50

    def test_a_pipe_gets_a_line_for_each_record(self, opened):
        site = opened()
        site.greet()
        site.session(1)
        console = Console(file=io.StringIO(), width=40)
        lines = view.view(console, False)
        for event in site.events:
            lines.tell(event)
        shown = console.file.getvalue().splitlines()
        assert sum("verified" in line for line in shown) == 2 and len(shown) == len(site.events)
