"""A log as the device exports it, in messages of a records.jsonl: whole, and changed."""

import json

import audit_copies as copies
import audit_verdicts
import pytest
from audit_case import KEY, UTC_S
from audit_verdicts import UNUSABLE, found

from tools.audit import sources, verdict
from tools.audit.entry import Place
from tools.audit.heads import Heads, parsed
from tools.bills.command import CommandFault
from wattseal.core import audit_chain

verify, folder = audit_verdicts.verify, audit_verdicts.folder


class TestExport:
    @pytest.fixture
    def export(self, tmp_path):
        def write(*lines):
            path = tmp_path / "records.jsonl"
            path.write_text("".join(lines))
            return path, "--json"

        return write

    def test_messages_are_one_log_in_any_order_and_twice(self, verify, folder, export):
        log = copies.filled(folder, 18)
        lines = copies.exported(log).splitlines(keepends=True)
        assert len(lines) == 5
        last = ("--head", copies.head(log, 18))
        for order in (lines, lines[::-1], lines + lines, lines + [copies.message(log, 6, 12)]):
            assert found(verify(*export(*order), *last)) == []

    def test_of_a_pruned_log_too_and_with_an_older_copy(self, verify, folder, export):
        log = copies.filled(folder, 200, most=64)
        path, *words = export(copies.exported(log))
        assert found(verify(path, *words)) == []
        assert found(verify(path, folder, *words)) == []

    def test_a_message_that_is_gone(self, verify, folder, export):
        log = copies.filled(folder, 18)
        lines = copies.exported(log).splitlines(keepends=True)
        words = (*export(lines[0], *lines[2:]), "--head", copies.head(log, 18))
        assert found(verify(*words)) == [("gap", 5, 8, "records.jsonl", 2)]
        words = (*export(*lines[1:]), "--head", copies.head(log, 18))
        assert found(verify(*words)) == [("start", 1, 4, "records.jsonl", 1)]

    def test_a_frame_or_a_mac_before_that_was_changed(self, verify, folder, export):
        log = copies.filled(folder, 12)
        lines = copies.exported(log).splitlines(keepends=True)
        row = json.loads(lines[1])
        told = json.loads(row["payload"])
        told["frames"][2] = told["frames"][2].replace('"ntp"', '"npt"')
        changed = copies.line_of(told)
        status, out, _ = verify(*export(lines[0], changed, lines[2]))
        first = json.loads(out)["findings"][0]
        assert (first["kind"], first["number"], first["line"], first["frame"]) == (
            "damaged",
            7,
            2,
            3,
        )
        assert "frame 3 in line 2 of" in first["said"]
        told = json.loads(row["payload"])
        told["before"][1] = "00" * 32
        rows = found(verify(*export(lines[0], copies.line_of(told), lines[2])))
        assert rows == [("before", 4, 4, "records.jsonl", 2)]

    def test_no_character_of_what_was_exported_may_change(self, folder, export):
        log = copies.filled(folder, 12)
        lines = copies.exported(log).splitlines(keepends=True)
        signed_heads = Heads([parsed(copies.head(log, 12), Place("--head", 0))])
        payload = json.loads(lines[1])["payload"]
        for at in range(len(payload)):
            other = payload[:at] + chr(ord(payload[at]) ^ 1) + payload[at + 1 :]
            row = json.dumps({**json.loads(lines[1]), "payload": other}) + "\n"
            path, _ = export(lines[0], row, lines[2])
            try:
                pieces = sources.read([path], None)
            except CommandFault as fault:
                assert "line 2 of" in str(fault)
                continue
            assert verdict.judged(pieces, KEY, signed_heads).findings, (at, other)

    def test_the_same_number_with_other_content(self, verify, folder, export):
        log = copies.filled(folder, 8)
        lines = copies.exported(log).splitlines(keepends=True)
        told = json.loads(json.loads(lines[1])["payload"])
        line = audit_chain.line(6, UTC_S + 60, "S", {"ev": "fw"})
        told["frames"][1] = audit_chain.frame(line, bytes(32)).decode()[:-1]
        assert ("differs", 6) in [
            row[:2] for row in found(verify(*export(*lines, copies.line_of(told))))
        ]

    def test_of_several_devices_one_is_chosen(self, verify, folder, export):
        log = copies.filled(folder, 4)
        path, *words = export(copies.exported(log), copies.message(log, 0, 4, "w2"))
        status, _, err = verify(path, *words)
        assert status == UNUSABLE and "choose by --device" in err
        assert found(verify(path, *words, "--device", "w2")) == []
