"""tools.audit verify: what is whole verifies; each change is found, and where, at its status."""

import hashlib
import json
import shutil
from pathlib import Path

import audit_copies as copies
import exported
import pytest
import scratch_folder
import signed_records as signed
from audit_case import KEY, UTC_S, opened
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from failing_files import FailingFiles

from tools.audit import __main__ as command
from wattseal.core import audit_chain
from wattseal.drivers import audit_log, durable

GOOD, WRONG, UNUSABLE, UNKEYED = 0, 1, 2, 3


@pytest.fixture
def verify(tmp_path, monkeypatch, capfdbinary):
    key = copies.key_file(tmp_path / "audit.key")

    def run(*words, keyed=True):
        """(status, standard output, standard error)."""
        words = ("verify", *words, *(("--key", key) if keyed else ()))
        status, out, err = exported.run(command.main, words, monkeypatch, capfdbinary)
        return status, out.decode(), err

    return run


@pytest.fixture
def folder(tmp_path):
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


class TestNoFalseAlarm:
    """Whatever the flash refuses or a power cut leaves, the device's own log verifies."""

    @pytest.fixture
    def folder(self):
        parent = Path(scratch_folder.on_host())  # hundreds of logs: the disk would take its time
        yield parent / "audit"
        shutil.rmtree(parent)

    def test_after_each_fault_of_each_call(self, folder):
        tried = 0
        for done in ("nothing", "half", "all"):
            for count in (0, 3, 8, 70):
                call = 1
                while self.fails(folder, call, done, count):
                    call += 1
                tried += call - 1
        assert tried > 40

    def fails(self, folder, call, done, count):
        """Whether the append had so many calls."""
        log = copies.filled(folder, count, most=64, batch=max(1, count // 10))
        faults = FailingFiles([audit_log, durable], call, OSError(28), done)
        rows = [(UTC_S + 9999, "S", values) for values in copies.EVENTS]
        failed = False
        try:
            log.append(rows)
        except OSError:
            failed = True
        finally:
            faults.restore()
        if failed:
            log.append(rows)
        log, _ = opened(str(folder), 64)
        log.append(rows)
        assert whole(folder, copies.head(log, log.number)), (call, done, count)
        for path in folder.glob("*"):
            path.unlink()
        return failed

    def test_after_a_cut_at_each_byte_of_what_is_appended(self, folder):
        copies.filled(folder, 3)
        path = folder / "00000001.aud"
        whole_file = path.read_bytes()
        for length in range(len(whole_file)):
            path.write_bytes(whole_file[:length])
            log, _ = opened(str(folder))
            log.append([(UTC_S + 99, "S", copies.EVENTS[0])])
            assert whole(folder, copies.head(log, log.number)), length
            for each in folder.glob("*"):
                each.unlink()

    def test_between_the_removal_of_two_files(self, verify, folder):
        log = copies.filled(folder, 40, most=64)
        faults = FailingFiles([audit_log])
        files = sorted(folder.glob("*.aud"))
        faults.remove = _removes_one(files[0])
        try:
            log._whole = False  # the next begins a file, and two years have passed
            log.append([(UTC_S + 2 * 31622400, "S", copies.EVENTS[1])])
        finally:
            faults.restore()
        assert not files[0].exists() and files[1].exists()
        status, out, _ = verify(folder, "--head", copies.head(log, log.number))
        assert status == GOOD, out
        assert "Entry 9 is the last of a removal under way" in out
        raw = files[1].read_bytes().splitlines(keepends=True)
        files[1].write_bytes(b"".join(raw[1:]))
        assert [row[:3] for row in found(verify(folder, "--json"))] == [("gap", 9, 9)]


def _removes_one(first):
    def remove(path):
        if path != str(first):
            raise OSError(5)
        first.unlink()

    return remove


def whole(folder, head):
    heads = Heads([parsed(head, Place("--head", 0))])
    return verdict.judged(sources.read([folder], None), KEY, heads).findings == []


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
        words = records(
            copies.record(1, "99-" + "0" * 16, other), copies.record(2, "0-" + "0" * 16)
        )
        status, out, _ = verify(folder, *words)
        assert status == GOOD and "1 records are not signed by this key" in out
        words = records(copies.record(1, "99-" + "0" * 16, other))
        status, out, err = verify(folder, *words)
        assert status == UNUSABLE and "holds no head that this key has signed" in err

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


class TestWrongUse:
    def test_each_is_a_sentence_that_says_what_to_do(self, verify, folder, tmp_path):
        copies.filled(folder, 2)
        empty = tmp_path / "empty"
        empty.mkdir()
        words = tmp_path / "words.txt"
        words.write_text("no log\n")
        broken = tmp_path / "records.jsonl"
        broken.write_text('{"topic":"wattseal/v1/w1/audit","payload":"{"}\n')
        for arguments, said in (
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
