"""tools.audit verify: what is whole verifies; each change is found, and where, at its status."""

import hashlib
import json

import audit_copies as copies
import audit_verdicts
import pytest
import signed_records as signed
from audit_case import KEY, UTC_S, opened
from audit_verdicts import GOOD, UNKEYED, UNUSABLE, WRONG, found

from wattseal.core import audit_chain

verify, folder = audit_verdicts.verify, audit_verdicts.folder


class TestWhole:
    def test_a_device_s_folder_is_verified_by_key_and_head(self, verify, folder, tmp_path):
        log = copies.filled(folder, 40)
        status, out, err = verify(tmp_path, "--head", copies.head(log, 40))
        assert (status, err) == (GOOD, "")
        assert out == "VERIFIED: 40 entries, 1 to 40.\n"

    def test_so_are_its_files_and_a_file_of_frames(self, verify, folder, tmp_path):
        log = copies.filled(folder, 40, most=64)
        files = sorted(folder.glob("*.aud"))
        assert len(files) > 3
        last = ("--json", "--head", copies.head(log, 40))
        assert found(verify(*files, *last)) == []
        (tmp_path / "all.txt").write_bytes(b"".join(path.read_bytes() for path in files))
        assert found(verify(tmp_path / "all.txt", *last)) == []

    def test_without_the_key_it_says_so_and_has_a_status_of_its_own(self, verify, folder):
        log = copies.filled(folder, 5)
        status, out, _ = verify(folder, "--head", copies.head(log, 5), keyed=False)
        assert status == UNKEYED
        assert "forged entry would not be seen: give --key" in out and "VERIFIED:" not in out
        status, out, _ = verify(folder, "--json", keyed=False)
        assert (status, json.loads(out)["macs_checked"]) == (UNKEYED, False)

    def test_without_a_head_it_says_that_a_cut_is_not_seen(self, verify, folder):
        copies.filled(folder, 5)
        status, out, _ = verify(folder)
        assert status == GOOD and "so a cut there is not seen: give --records or --head" in out

    def test_a_log_that_was_pruned_by_rule(self, verify, folder):
        log = copies.filled(folder, 200, most=64)
        first = log.before()[0]
        assert first > 100
        status, out, _ = verify(folder, "--head", copies.head(log, first))
        assert status == GOOD
        assert f"Entries 1 to {first} are gone by rule" in out

    def test_two_exports_with_entries_pruned_between_them(self, verify, folder, tmp_path):
        log, path = copies.filled(folder, 20, most=64), tmp_path / "audit.jsonl"
        first, heads = copies.exported(log), [copies.head(log, 20)]
        for number in range(21, 301):
            log.append([(UTC_S + 10 * number, "S", copies.EVENTS[number % 4])])
        heads.append(copies.head(log, log.number))
        path.write_text(first + copies.exported(log))
        words = path, "--json", "--head", heads[0], "--head", heads[1]
        assert found(verify(*words)) == []
        notes = json.loads(verify(*words)[1])["notes"]
        assert notes == [
            f"Entries 21 to {log.before()[0]} are in no copy here and gone by rule (`pruned`)."
        ]
        lines = (first + copies.exported(log)).splitlines(keepends=True)
        path.write_text("".join(lines[:5] + lines[6:]))  # the first one after what is gone
        assert found(verify(*words))[0][0] == "gap"

    def test_starts_that_the_log_says_nothing_of_are_named(self, verify, folder):
        log, _ = opened(str(folder))
        for number in (1, 2, 4, 5, 9, 1):
            log.append([(UTC_S, "S", {"ev": "boot", "obj": str(number)})])
        status, out, _ = verify(folder, "--json")
        said = json.loads(out)["unchecked"][0]
        assert status == GOOD and said.startswith("Of starts 3, 6 to 8 the log says nothing")

    def test_a_torn_tail_that_a_newer_file_took_over_is_no_finding(self, verify, folder):
        copies.filled(folder, 3)
        with open(folder / "00000001.aud", "ab") as file:
            file.write(b"12345678 and then the power failed")
        log, _ = opened(str(folder))
        log.append([(UTC_S + 99, "S", copies.EVENTS[0])])
        assert len(list(folder.glob("*.aud"))) == 2
        status, out, _ = verify(folder, "--head", copies.head(log, 4))
        assert status == GOOD and "what a power cut or a fault of the flash left" in out

    def test_whole_entries_of_a_write_that_failed_are_none_either(self, verify, folder):
        log = copies.filled(folder, 3)
        line = audit_chain.line(4, UTC_S + 40, "S", copies.EVENTS[1])
        mac = audit_chain.mac(log._blocks, log.mac, line)
        log._whole = False
        log.append([(UTC_S + 50, "S", copies.EVENTS[2])])
        whole = (folder / "00000001.aud").read_bytes()
        (folder / "00000001.aud").write_bytes(whole + audit_chain.frame(line, mac))
        assert found(verify(folder, "--json")) == []
        for more in (audit_chain.frame(line, bytes(32)), whole[: whole.find(b"\n") + 1]):
            (folder / "00000001.aud").write_bytes(whole + more)
            ((kind, _, _, name, at),) = found(verify(folder, "--json"))
            assert (kind, name, at) == ("behind", "00000001.aud", 4)

    def test_more_than_one_write_can_leave_was_put_aside_by_a_forged_file(self, verify, folder):
        copies.filled(folder, 20)
        (folder / "00000010.aud").write_bytes(b"")
        assert found(verify(folder, "--json")) == []  # a head alone shows that 16 was in the log
        (folder / "00000010.aud").rename(folder / "0000000f.aud")
        assert found(verify(folder, "--json")) == [("behind", 20, 20, "00000001.aud", 20)]


class TestChanged:
    """The cases of every entry are audit_mutations; here is what the command says of them."""

    def changed(self, folder, change):
        path = folder / "00000001.aud"
        rows = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(change(rows)))

    CASES = (
        ("a flip", lambda r: r[:4] + [r[4][:90] + b"!" + r[4][91:]] + r[5:], ("damaged", 5, 5)),
        ("a drop", lambda r: r[:4] + r[5:], ("gap", 5, 5)),
        ("some drops", lambda r: r[:4] + r[7:], ("gap", 5, 7)),
        ("a double", lambda r: r[:5] + r[4:], ("again", 5, 6)),
        ("a swap", lambda r: r[:4] + [r[5], r[4]] + r[6:], ("gap", 5, 5)),
    )

    @pytest.mark.parametrize(("name", "change", "expected"), CASES, ids=lambda row: str(row)[:10])
    def test_it_says_the_entry_and_the_line(self, verify, folder, name, change, expected):
        copies.filled(folder, 20)
        self.changed(folder, change)
        kind, first, where = expected
        row = found(verify(folder, "--json"))[0]
        line = 6 if kind == "again" else 5
        last = where if kind == "gap" else first
        assert row == (kind, first, last, "00000001.aud", line)

    def test_a_change_is_told_once_and_not_of_all_behind_it(self, verify, folder):
        copies.filled(folder, 20)
        forged = audit_chain.frame(audit_chain.line(5, UTC_S + 50, "S", {"ev": "fw"}), bytes(32))
        self.changed(folder, lambda r: r[:4] + [forged] + r[4:])
        assert found(verify(folder, "--json")) == [("mac", 5, 5, "00000001.aud", 5)]
        status, out, _ = verify(folder)
        assert status == WRONG
        assert "Entry 5 was not written by this device after the entry before it" in out
        assert (
            "(line 5 of " in out and "NOT VERIFIED: 20 entries, 1 to 20, wrong in 1 place" in out
        )

    def test_another_device_s_key_fits_no_entry(self, verify, folder, tmp_path):
        copies.filled(folder, 3)
        (tmp_path / "other.key").write_text("11" * 32)
        status, out, _ = verify(folder, "--json", "--key", tmp_path / "other.key", keyed=False)
        kinds = [each["kind"] for each in json.loads(out)["findings"]]
        assert (status, kinds) == (WRONG, ["mac"] * 3)

    def test_a_beginning_that_no_pruned_entry_accounts_for(self, verify, folder):
        copies.filled(folder, 40, most=64)
        first, second = sorted(folder.glob("*.aud"))[:2]
        first.unlink()
        base = int(second.name[:8], 16)
        assert found(verify(folder, "--json")) == [("start", 1, base - 1, second.name, 1)]

    def test_a_forged_pruned_entry_is_found_all_the_same(self, verify, folder):
        log = copies.filled(folder, 40, most=64)
        macs = copies.kept(log)
        first, second = sorted(folder.glob("*.aud"))[:2]
        first.unlink()
        base = int(second.name[:8], 16)
        values = {"ev": "pruned", "obj": str(base - 1), "new": macs[base - 1].hex()}
        line = audit_chain.line(41, UTC_S + 410, "S", values)
        newest = sorted(folder.glob("*.aud"))[-1]
        with open(newest, "ab") as file:
            file.write(audit_chain.frame(line, macs[40]))
        assert [row[:2] for row in found(verify(folder, "--json"))] == [("mac", 41)]

    def test_time_must_not_run_backwards_unless_an_entry_says_so(self, verify, folder):
        def put(utc_s, state="S", **values):
            log.append([(utc_s, state, {"ev": "fw", **values})])

        log, _ = opened(str(folder))
        put(UTC_S + 1000)
        put(UTC_S, "U")
        put(UTC_S + 995)  # a clock is set by as much without an entry
        put(UTC_S + 1001, ev="time", old=str(UTC_S + 1001), new=str(UTC_S + 500))
        put(UTC_S + 501)
        assert found(verify(folder, "--json")) == []
        put(UTC_S + 480)
        assert [row[:2] for row in found(verify(folder, "--json"))] == [("time", 6)]

    def test_a_step_back_that_a_device_notes_after_it_is_taken_by_its_new_time(
        self, verify, folder
    ):
        log, _ = opened(str(folder))
        log.append([(UTC_S + 1000, "S", {"ev": "fw"})])
        step = {"ev": "time", "old": str(UTC_S + 1010), "new": str(UTC_S + 410)}
        log.append([(UTC_S + 412, "S", step), (UTC_S + 412, "S", {"ev": "boot"})])
        assert found(verify(folder, "--json")) == []
        log.append([(UTC_S + 390, "S", {"ev": "time", "new": str(UTC_S + 900)})])
        assert [row[:2] for row in found(verify(folder, "--json"))] == [("time", 4)]


class TestWrongUse:
    def test_each_is_a_sentence_that_says_what_to_do(self, verify, folder, tmp_path):
        copies.filled(folder, 2)
        empty = tmp_path / "empty"
        empty.mkdir()
        words = tmp_path / "words.txt"
        words.write_text("no log\n")
        broken = tmp_path / "records.jsonl"
        broken.write_text('{"topic":"wattseal/v1/w1/audit","payload":"{"}\n')
        bare = tmp_path / "bare"
        bare.mkdir()
        (bare / "00000001.aud").write_bytes(b"")
        endless = tmp_path / "endless.jsonl"
        endless.write_text(copies.line_of({"v": 1, "before": [1e999, "0" * 64], "frames": []}))
        for arguments, said in (
            ((bare,), "holds no entry; copy the log again"),
            ((endless,), "is no `audit` message of version 1; remove it"),
            ((empty,), "holds no file of an audit log"),
            ((tmp_path / "none",), "cannot be read"),
            ((words,), "holds no frame that is whole"),
            ((broken,), "line 1 of"),
            ((folder, "--head", "7"), "--head 7 is no head"),
            ((folder, "--key", words), "is no audit key of 64 hex digits"),
            ((folder, "--records", words), "no public key: give --public-key with"),
            (
                (folder, "--records", words, "--public-key", signed.spki()),
                "holds no OCMF record",
            ),
            ((), "Missing argument"),
        ):
            status, out, err = verify(*arguments, keyed="--key" not in arguments)
            assert (status, out) == (UNUSABLE, "") and said in err, (arguments, err)
            assert err.startswith("audit: ") and err.count("\n") == 1

    def test_the_key_is_never_shown(self, verify, folder, tmp_path):
        copies.filled(folder, 2)
        bad = tmp_path / "bad.key"
        bad.write_text(KEY.hex()[:-1] + "g")
        for words in ((folder,), (folder, "--json"), (folder, "--key", bad)):
            said = "".join(map(str, verify(*words, keyed=bad not in words)))
            assert KEY.hex()[:20] not in said


def test_the_vector_s_log_by_an_account_without_our_code(verify, tmp_path):
    """Frames made by hmac and zlib alone are verified, and one other bit is not."""
    import hmac
    import zlib

    mac, rows = bytes(32), []
    for n in range(1, 6):
        line = b'{"ev":"fw","n":%d,"new":"v%d","q":"S","t":%d,"who":"boot"}' % (n, n, UTC_S + n)
        mac = hmac.new(KEY, mac + line, hashlib.sha256).digest()
        checked = mac.hex().encode() + b" " + line
        rows.append(b"%08x %s\n" % (zlib.crc32(checked), checked))
    (tmp_path / "00000001.aud").write_bytes(b"".join(rows))
    assert found(verify(tmp_path, "--json", "--head", "5-" + mac.hex()[:16])) == []
    other = "5-" + "%016x" % (int(mac.hex()[:16], 16) ^ 1)
    assert found(verify(tmp_path, "--json", "--head", other)) == [("head", 5, 5, "--head", 0)]
