"""`make run` seals who came; tools.privacy opens it, and says what was changed."""

import json
import stat
from types import SimpleNamespace

import pytest
from host_tool import tool

from tools import private_key
from tools.emulate import identity_rows
from tools.emulate.scene_key import SceneKey
from tools.verify import source


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed")
    done = tool("run", "--out", folder, "--count", 3, "--speed", 600)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def shown(out, *words):
    done = tool("privacy", "open", out / "records.jsonl", "--sealing-key", out / "sealing.key",
                "--json", *words)  # fmt: skip
    return done.returncode, json.loads(done.stdout)["sessions"]


def changed(out, tmp_path, change):
    """A copy of the run whose begin records' envelopes `change` has seen."""
    lines = []
    for line in (out / "records.jsonl").read_text().splitlines():
        row = json.loads(line)
        payload = json.loads(row["payload"])
        if payload.get("kind") == "begin":
            change(payload)
            row["payload"] = json.dumps(payload)
        lines.append(json.dumps(row) + "\n")
    (tmp_path / "records.jsonl").write_text("".join(lines))
    for name in ("sealing.key", "public_key.hex"):
        (tmp_path / name).write_bytes((out / name).read_bytes())
    return tmp_path


def test_the_run_opened_each_and_saw_no_identity(out):
    rows = json.loads((out / "summary.json").read_text())
    assert (rows["ok"], rows["sessions"], rows["identity_opened"]) == (True, 3, 3)
    assert rows["identities_seen"] == 0
    assert stat.S_IMODE((out / "sealing.key").stat().st_mode) == 0o600


def test_the_back_end_sees_who_came_and_a_driver_can_prove_it(out, tmp_path):
    code, found = shown(out, "--names", tmp_path / "names.json")
    assert code == 0 and len(found) == 3 and not any(each["why"] for each in found)
    assert {each["identity"]["id_type"] for each in found} == {"ISO14443"}
    assert stat.S_IMODE((tmp_path / "names.json").stat().st_mode) == 0o600
    done = tool("statement", out / "records.jsonl", "--by", "card", "--names",
                tmp_path / "names.json", "--format", "csv")  # fmt: skip
    cards = [each["identity"]["identification"] for each in found]
    assert all(card in done.stdout for card in cards), done.stdout + done.stderr
    table = tool("privacy", "open", out / "records.jsonl", "--sealing-key", out / "sealing.key")
    assert table.returncode == 0 and all(card in table.stdout for card in cards)
    first, second = found[0], found[1]
    words = ("prove", out / "records.jsonl", "--pg", first["pg"], "--id")
    mine, salt = first["identity"]["identification"], first["identity"]["salt"]
    proof = tool("privacy", *words, mine, "--salt", salt)
    assert (proof.returncode, "is of this identification" in proof.stdout) == (0, True)
    for claim, with_salt in ((second["identity"]["identification"], salt),
                             (mine, second["identity"]["salt"])):  # fmt: skip
        refused = tool("privacy", *words, claim, "--salt", with_salt)
        assert (refused.returncode, "is not of this identification" in refused.stdout) == (1, True)


def test_an_emulated_board_is_judged_by_the_same(out):
    records = {message.pagination: message for message in source.read(str(out / "records.jsonl"))}
    public_key = (out / "public_key.hex").read_text().strip()
    receiver = SimpleNamespace(folder=out, public_key=public_key, records=records)
    played = SimpleNamespace(receiver=receiver)
    key = private_key.load(out / "sealing.key", "")
    cards = [each["identity"]["identification"] for each in shown(out)[1]]

    def judged(*arguments):
        (row,) = identity_rows.rows(played, *arguments)
        return row.value, bool(row.fault)

    assert judged(key, cards) == (3, False)
    assert judged(key, cards[:2]) == (2, True)
    assert judged(SceneKey("another").private, cards) == (0, True)
    receiver.records = {}
    assert judged(key, cards) == (0, False)


def test_what_was_changed_is_said(out, tmp_path):
    others = []

    def swap(payload):
        others.append(payload["capsule"])
        payload["capsule"] = others[0] if len(others) > 1 else payload["capsule"]

    code, found = shown(changed(out, tmp_path, swap))
    assert code == 1
    assert [bool(each["identity"]) for each in found] == [True, False, False]
    assert found[1]["why"] == "not sealed to this key for this session, or changed since"

    def drop(payload):
        del payload["capsule"]

    code, found = shown(changed(out, tmp_path, drop))
    assert code == 1 and {each["why"] for each in found} == {
        "no capsule: the device had no sealing_key, or somebody took it out"
    }

    def rename(payload):
        payload["ocmf"] = payload["ocmf"].replace('"ID":"', '"ID":"0', 1)

    code, found = shown(changed(out, tmp_path, rename))
    assert code == 1 and all("does not verify" in each["why"] for each in found)


def relabelled(key, value):
    def change(payload):
        payload[key] = value

    return change


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("pg", 99, "names another record"),
        ("connector", 7, "names another record"),
        ("session", "\ud800", "not sealed to this key"),
        ("session", "[/x]", "not sealed to this key"),
        ("capsule", "[bold]", "not sealed to this key"),
    ],
)
def test_what_an_envelope_claims_is_not_believed(out, tmp_path, key, value, why):
    folder = changed(out, tmp_path, relabelled(key, value))
    code, found = shown(folder)
    assert code == 1 and all(why in each["why"] for each in found), found
    assert not any(each["identity"] for each in found)
    done = tool("privacy", "open", folder / "records.jsonl", "--sealing-key", out / "sealing.key")
    assert (done.returncode, done.stderr) == (1, ""), done.stderr
    assert str(value) in done.stdout or key in ("capsule", "pg") or not value.isprintable()


def test_a_forged_copy_hides_no_record(out, tmp_path):
    forged = changed(out, tmp_path, relabelled("capsule", ""))
    both = (forged / "records.jsonl").read_text() + (out / "records.jsonl").read_text()
    (forged / "records.jsonl").write_text(both)
    code, found = shown(forged)
    assert code == 0 and len(found) == 3 and all(each["identity"] for each in found)
    first = found[0]
    damaged = both.replace('\\"ID\\":\\"', '\\"ID\\":\\"0', 3)
    (forged / "records.jsonl").write_text(damaged)
    words = ("prove", forged / "records.jsonl", "--pg", first["pg"], "--salt")
    proof = tool("privacy", *words, first["identity"]["salt"], "--id",
                 first["identity"]["identification"])  # fmt: skip
    assert proof.returncode == 0, proof.stdout


def test_a_names_file_that_everybody_could_read_is_private_then(out, tmp_path):
    names = tmp_path / "names.json"
    names.write_text("{}")
    names.chmod(0o644)
    shown(out, "--names", names)
    assert stat.S_IMODE(names.stat().st_mode) == 0o600 and len(json.loads(names.read_text())) == 3


BAD = (
    (("open", "RECORDS", "--sealing-key", "none"), "none cannot be read"),
    (("open", "RECORDS", "--sealing-key", "README.md"), "README.md is no P-256 key in PEM"),
    (("open", "none.jsonl", "--sealing-key", "KEY"), "none.jsonl cannot be read"),
    (("prove", "RECORDS", "--pg", 1, "--id", "x", "--salt", "12"), "--salt is no 64 hex digits"),
    (("prove", "RECORDS", "--pg", 99, "--id", "x", "--salt", "0" * 64), "there is no T99"),
    (("new-key", "KEY"), "exists, and a key is never overwritten"),
    (("open",), "Missing argument"),
)


@pytest.mark.parametrize(("words", "said"), BAD)
def test_wrong_input_is_one_sentence(out, words, said):
    places = {"RECORDS": out / "records.jsonl", "KEY": out / "sealing.key"}
    done = tool("privacy", *(places.get(word, word) for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and len(done.stderr.splitlines()) == 1
