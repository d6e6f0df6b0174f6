"""`report` and `erase` for one person at the back end: all of theirs, nobody else's, and what was
signed stays byte for byte."""

import base64
import fcntl
import json

import pytest
import signed_records as signed
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptolib import aes
from host_tool import tool

from tools import private_key
from tools.verify import verify_record
from wattseal.core import bill, capsule, ocmf, slot_capsule

CARD, OTHER = ("ISO14443", "VERIFIED", "04C0FFEE42CA7E"), ("ISO14443", "VERIFIED", "04AABBCCDD")
BACK_END = ec.derive_private_key(20261129, ec.SECP256R1())


def sealed(session, card, key=BACK_END):
    """A capsule as core.capsule makes it, with the key agreed by cryptography."""
    own = ec.generate_private_key(ec.SECP256R1())
    point, theirs = (bytes.fromhex(private_key.public(each)) for each in (own, key))
    secret = own.exchange(ec.ECDH(), key.public_key())
    agreed = HKDF(hashes.SHA256(), 32, None, b"wattseal capsule 1" + point + theirs).derive(secret)
    raw = capsule.sealed((point, agreed), signed.DEVICE, session, bytes(32), card, aes)
    return base64.b64encode(raw).decode()


def on_device(session, card):
    raw = slot_capsule.sealed(bytes(range(32)), signed.DEVICE, session, card, aes)
    return base64.b64encode(raw).decode()


def lines(first, session, text=""):
    """Begin and session record; the begin record's envelope with this capsule."""
    rows = signed.session_lines(first, session)
    row = json.loads(rows[0])
    envelope = json.loads(row["payload"])
    row["payload"] = bill.payload(
        bill.BEGIN, envelope["id"], signed.DEVICE, 1, first, session, envelope["ocmf"], "", text
    ).decode()
    return [json.dumps(row) + "\n", rows[1]]


@pytest.fixture
def case(tmp_path):
    return Case(tmp_path)


class Case:
    def __init__(self, folder):
        self.folder, self.records = folder, folder / "records.jsonl"
        self.key, self.out = folder / "sealing.key", folder / "out.jsonl"
        self.key.write_bytes(
            BACK_END.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        self.rows = [
            *lines(1, "a1", sealed("a1", CARD)), *lines(3, "b2", sealed("b2", OTHER)),
            *lines(5, "c3", sealed("c3", CARD)), *lines(7, "d4", on_device("d4", CARD)),
            *lines(9, "e5"),
        ]  # fmt: skip
        self.write()

    def write(self):
        self.records.write_text("".join(self.rows))

    def run(self, verb, *words, card=CARD):
        named = ("--sealing-key", self.key, "--id", card[2])
        return tool("privacy", verb, self.records, *named, *words)

    def erase(self, *words, **more):
        return self.run("erase", "--out", self.out, *words, **more)

    def texts(self, path):
        payloads = [
            json.loads(json.loads(row)["payload"]) for row in path.read_text().splitlines()
        ]
        return [each["ocmf"] for each in payloads], {
            each["session"] for each in payloads if "capsule" in each
        }


def test_report_lists_all_of_theirs(case):
    done = case.run("report", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == {"unknown": 1, "sessions": [
        {"device": signed.DEVICE, "connector": 1, "session": name, "holds": ["capsule"],
         "records": [["begin", first], ["session", first + 1]]}
        for name, first in (("a1", 1), ("c3", 5))
    ]}  # fmt: skip
    done = case.run("report")
    assert "a1" in done.stdout and "T5 T6" in done.stdout and "b2" not in done.stdout
    assert "1 sessions more have capsules that this key does not open" in done.stderr
    assert CARD[2] not in done.stdout + done.stderr
    assert case.run("report", card=("", "", "04A")).returncode == 1


def test_erase_takes_their_capsules_and_leaves_every_other_byte(case):
    done = case.erase()
    assert done.returncode == 0, done.stderr
    assert "2 capsules of 2 sessions are gone" in done.stdout
    assert case.texts(case.records)[0] == case.texts(case.out)[0]
    assert case.texts(case.out)[1] == {"b2", "d4"}
    for text in case.texts(case.out)[0]:
        assert not verify_record(text, signed.spki(), "own").findings
    before, after = case.rows, case.out.read_text().splitlines(keepends=True)
    changed = [at for at, row in enumerate(before) if row != after[at]]
    assert changed == [0, 4] and len(after) == len(before)
    for at in changed:
        gone = json.loads(json.loads(before[at])["payload"])["capsule"]
        assert after[at] == before[at].replace(f'\\"capsule\\":\\"{gone}\\",', "")
    assert case.out.stat().st_mode & 0o77 == 0
    again = tool("privacy", "report", case.out, "--sealing-key", case.key, "--id", CARD[2])
    assert again.returncode == 1
    other = tool("privacy", "report", case.out, "--sealing-key", case.key, "--id", OTHER[2])
    assert other.returncode == 0 and "b2" in other.stdout


def test_the_file_may_be_its_own_successor_and_copies_go_too(case):
    forged = json.loads(case.rows[0])
    forged["payload"] = forged["payload"].replace('"pg":1', '"pg":99')
    spaced = json.loads(case.rows[0])
    envelope = json.loads(spaced["payload"])
    ordered = {"capsule": envelope.pop("capsule"), **envelope}
    last = {**envelope, "capsule": ordered["capsule"]}
    case.rows += [json.dumps(forged) + "\n", case.rows[0]]
    case.rows += [
        json.dumps(dict(spaced, payload=json.dumps(each))) + "\n" for each in (ordered, last)
    ]
    case.rows += [json.dumps(ordered) + "\n", "\n"]
    case.write()
    done = case.run("erase", "--out", case.records)
    assert done.returncode == 0 and done.stdout.startswith("7 capsules of 2"), done.stdout
    rows = case.records.read_text()
    assert rows.count("capsule") == 2 and len(rows.splitlines()) == len(case.rows)


def test_what_a_receiver_kept_beside_is_found_and_erased_too(case):
    """A conflict: the same record in another envelope, or one that came back."""
    beside = case.folder / "conflicts.jsonl"
    beside.write_text(case.rows[4] + case.rows[2])
    done = case.erase()
    assert done.returncode == 1 and "conflicts.jsonl has 1 of their capsules too" in done.stderr
    assert beside.read_text() == case.rows[4] + case.rows[2] and beside.exists()
    done = case.run("erase", "--out", case.records)
    assert done.returncode == 0 and done.stdout.startswith("3 capsules of 2"), done.stdout
    assert done.stderr.count("their device may hold these capsules for `keep_days` more") == 1
    assert case.texts(beside)[1] == case.texts(case.records)[1] & {"b2"} == {"b2"}
    case.rows = [row for row in case.rows if "a1" not in row and "c3" not in row]
    case.write()
    beside.write_text(lines(5, "c3", sealed("c3", CARD))[0])  # it alone tells of them
    assert case.run("report").returncode == 0
    assert case.run("erase", "--out", case.records).returncode == 0
    assert case.run("report").returncode == 1


def test_what_anybody_may_have_sent_beside_the_records_keeps_nothing_back(case):
    """Unsigned copies: no message, an escaped name, another session's name, a wrong type."""
    beside = case.folder / "conflicts.jsonl"
    row = json.loads(case.rows[0])
    escaped = dict(row, payload=row["payload"].replace('"capsule"', '"\\u0063apsule"'))
    renamed = dict(row, payload=row["payload"].replace('"session":"a1"', '"session":"z9"'))
    wrong = dict(row, payload=row["payload"].replace('"reason":""', '"reason":5'))
    assert len({escaped["payload"], renamed["payload"], row["payload"]}) == 3
    odd = "".join(json.dumps(each) + "\n" for each in (escaped, renamed, wrong)) + "{no\n"
    beside.write_text(odd + case.rows[2])
    assert case.run("report").returncode == 0
    key = case.folder / "command.key"
    private_key.new(key)
    listed = case.folder / "commands.jsonl"
    done = case.run(
        "erase",
        "--out",
        case.records,
        "--session",
        "d4",
        "--command-key",
        key,
        "--commands",
        listed,
    )
    assert done.returncode == 0 and "are gone whole" in done.stderr, done.stderr
    assert len(listed.read_text().splitlines()) == 1
    capsule_text = json.loads(row["payload"])["capsule"]
    assert capsule_text not in beside.read_text() + case.records.read_text()
    assert case.texts(beside)[1] == {"b2"}


def test_a_folder_for_records_gets_a_sentence(case):
    for name in (".", "/", ""):
        done = tool("privacy", "report", name, "--session", "a1")
        assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr


def test_keys_on_devices_get_signed_commands(case):
    done = case.erase("--session", "d4")
    assert done.returncode == 1 and "1 keys may be on their devices" in done.stderr
    key = case.folder / "command.key"
    public = private_key.new(key)
    listed = case.folder / "commands.jsonl"
    done = case.erase("--session", "d4", "--command-key", key, "--commands", listed, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["keys_on_devices"] == [[signed.DEVICE, "d4"]] and told["capsules_gone"] == 3
    (row,) = [json.loads(line) for line in listed.read_text().splitlines()]
    assert row["topic"] == f"wattseal/v1/{signed.DEVICE}/cmd"
    signature, _, message = row["payload"].encode().partition(b".")
    r, s = int(signature[:64], 16), int(signature[64:], 16)
    point = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), bytes.fromhex("04" + public)
    )
    point.verify(
        encode_dss_signature(r, s), b"wattseal cmd v1\n" + message, ec.ECDSA(hashes.SHA256())
    )
    values = json.loads(message)
    assert (values["verb"], values["session"]) == ("erase", "d4")


def test_what_is_signed_in_clear_is_said_to_stay(case):
    head, who = signed.HEAD, ocmf.Identification(True, "VERIFIED", ["RFID_PLAIN"], *CARD[::2])
    text = signed.sign(ocmf.payload(head, 11, who, [signed.begin()], [("UM", head.model_hash)]))
    case.rows.append(signed.line(bill.BEGIN, 11, "f6", text))
    case.write()
    done = case.erase()
    assert done.returncode == 1 and "1 sessions name them in clear" in done.stderr
    assert case.texts(case.out)[0][-1] == text
    told = json.loads(case.run("report", "--json").stdout)
    assert told["sessions"][-1]["holds"] == ["in clear"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("erase", "-", "--out", "x", "--session", "a1"), "must be a file"),
        (("report", "nowhere.jsonl", "--session", "a1"), "cannot be read"),
        (("report", "README.md"), "nobody is named"),
        (("erase", "README.md", "--out", "x", "--session", "a", "--commands", "y"), "give both"),
        (("report", "README.md", "--sealing-key", "README.md", "--id", "x"), "no P-256 key"),
    ],
)
def test_what_is_wrong_is_one_sentence(words, sentence):
    done = tool("privacy", *words)
    assert done.returncode == 2 and sentence in done.stderr
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


def test_nothing_of_theirs_writes_nothing(case):
    done = case.erase(card=("", "", "FFFF"))
    assert done.returncode == 1 and "nothing is written" in done.stderr
    assert not case.out.exists()


def test_a_file_that_a_receiver_writes_is_not_replaced(case):
    case.write()
    with open(case.records, "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = case.erase()
    assert done.returncode == 2 and "a receiver writes to" in done.stderr
    assert not case.out.exists()
