"""What signed records say of a log: cut off, of another life, and who is not believed."""

import json

import audit_copies as copies
import audit_verdicts
import pytest
import signed_records as signed
from audit_case import UTC_S, opened
from audit_verdicts import GOOD, UNUSABLE, found
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

verify, folder = audit_verdicts.verify, audit_verdicts.folder


class TestHeads:
    @pytest.fixture
    def records(self, tmp_path):
        def write(*lines):
            (tmp_path / "public_key.hex").write_text(signed.spki())
            (tmp_path / "records.jsonl").write_text("".join(lines))
            return "--json", "--records", tmp_path / "records.jsonl"

        return write

    def test_records_hold_the_log_to_its_end(self, verify, folder, records):
        log = copies.filled(folder, 20)
        heads = [copies.head(log, number) for number in (0, 7, 20)]
        words = records(*(copies.record(at, head) for at, head in enumerate(heads, 1)))
        status, out, _ = verify(folder, *words)
        values = json.loads(out)
        assert (status, values["findings"], values["heads_checked"]) == (GOOD, [], 3)
        assert values["head"] == copies.head(log, 20) and values["unchecked"] == []

    @pytest.mark.parametrize("left", range(20))
    def test_a_cut_behind_any_entry_is_found(self, verify, folder, records, left):
        log = copies.filled(folder, 20)
        words = records(
            copies.record(1, copies.head(log, 3)), copies.record(2, copies.head(log, 20))
        )
        path = folder / "00000001.aud"
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:left]))
        assert found(verify(folder, *words)) == [("cut", left + 1, 20, "records.jsonl", 2)]

    def test_a_log_of_another_life(self, verify, folder, records):
        log = copies.filled(folder, 20)
        words = records(copies.record(1, copies.head(log, 7)))
        for path in folder.glob("*.aud"):
            path.unlink()
        log, _ = opened(str(folder))
        for number in range(9):
            log.append([(UTC_S + number, "S", {"ev": "fw"})])
        assert found(verify(folder, *words)) == [("head", 7, 7, "records.jsonl", 1)]
        words = records(copies.record(1, "7-" + "0" * 16), copies.record(2, copies.head(log, 3)))
        assert [row[:2] for row in found(verify(folder, *words))] == [
            ("heads_back", 3),
            ("head", 7),
        ]

    def test_records_that_nobody_signed_say_nothing(self, verify, folder, records):
        copies.filled(folder, 5)
        other = ec.generate_private_key(ec.SECP256R1())
        foreign = copies.record(1, "99-" + "0" * 16, other).replace(signed.DEVICE, "w0123")
        words = records(foreign, copies.record(2, "0-" + "0" * 16))
        status, out, _ = verify(folder, *words)
        assert status == GOOD and "1 records are not signed by this key" in out
        words = records(copies.record(1, "99-" + "0" * 16, other))
        status, out, err = verify(folder, *words)
        assert status == UNUSABLE and "holds no head that this key has signed" in err

    def test_an_altered_record_of_this_device_is_told_by_its_line(self, verify, folder, records):
        log = copies.filled(folder, 5)
        later = copies.record(2, copies.head(log, 5)).replace(copies.head(log, 5), "4-" + "0" * 16)
        words = records(copies.record(1, copies.head(log, 3)), later)
        assert found(verify(folder, *words)) == [("unsigned", 0, 0, "records.jsonl", 2)]

    def test_records_without_a_head_among_others_are_named(self, verify, folder, records):
        log = copies.filled(folder, 12)
        heads = {at: copies.head(log, at) for at in (3, 4, 7, 9)}
        words = records(*(copies.record(at, heads.get(at)) for at in range(1, 12)))
        status, out, _ = verify(folder, *words)
        named = [each for each in json.loads(out)["unchecked"] if each.startswith("Records ")]
        assert status == GOOD and len(named) == 1
        assert named[0].startswith("Records T5 to T6, T8 have no head")

    def test_a_self_audit_report_is_a_head_as_well(self, verify, folder, records):
        log = copies.filled(folder, 5)
        text = json.dumps({"v": 1, "head": "6-" + "0" * 16, "lines": []})
        signature = signed.KEY.sign(text.encode(), ec.ECDSA(hashes.SHA256())).hex().upper()
        report = copies.line_of({"v": 1, "report": text, "sig": signature})
        good = copies.record(1, copies.head(log, 5))
        assert found(verify(folder, *records(good, report))) == [("cut", 6, 6, "records.jsonl", 2)]
        forged = copies.line_of({"v": 1, "report": text + " ", "sig": signature})
        assert found(verify(folder, *records(good, forged))) == []

    def test_a_head_that_is_none(self, verify, folder, records):
        log = copies.filled(folder, 5)
        words = records(copies.record(1, copies.head(log, 5)), copies.record(2, "5"))
        assert found(verify(folder, *words))[0][0] == "head_form"
