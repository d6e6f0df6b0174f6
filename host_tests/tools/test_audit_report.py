"""tools.audit report: the newest self-audit, its signature, and a red line for what is broken."""

import json

import exported
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tools.audit import __main__ as command

KEY = ec.derive_private_key(7, ec.SECP256R1())
SPKI = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()


@pytest.fixture
def run(monkeypatch, capfdbinary):
    def run(*words):
        status, out, err = exported.run(command.main, words, monkeypatch, capfdbinary)
        return status, out.decode(), err

    return run


def message(red=(), change=None, t=1767225600, device="w1", entry=5):
    """A line of records.jsonl; `change`: of the text, once it is signed."""
    rows = [[name, "bad" if name in red else "ok", "it is off"] for name in ("tls", "clock")]
    text = json.dumps(
        {
            "v": 1, "device": device, "fw": "0.1.0", "head": "%d-%016d" % (entry, 0), "t": t,
            "lines": rows,
        }
    )  # fmt: skip
    signature = KEY.sign(text.encode(), ec.ECDSA(hashes.SHA256())).hex().upper()
    payload = json.dumps({"v": 1, "report": change(text) if change else text, "sig": signature})
    return json.dumps({"topic": "wattseal/v1/w1/audit", "payload": payload, "received": ""}) + "\n"


@pytest.fixture
def records(tmp_path):
    (tmp_path / "public_key.hex").write_text(SPKI)
    return tmp_path / "records.jsonl"


def test_all_is_well(run, records):
    records.write_text(message() + message(red=("tls",), t=1))  # an old one came again
    status, out, err = run("report", records)
    assert (status, err) == (0, "") and "2026-01-01 00:00:00" in out and "RED" not in out


def test_one_of_a_clock_that_was_ahead_is_not_the_newest(run, records):
    lines = [message(t=1798761600), message(red=("tls",), entry=60)]
    for order in (lines, lines[::-1]):
        records.write_text("".join(order))
        status, out, _ = run("report", records)
        assert status == 1 and "2026-01-01" in out


def test_what_may_be_of_a_log_that_began_anew_is_shown_too(run, records):
    later = [message(t=1769904000), message(red=("tls",), t=1772533800, entry=29)]
    records.write_text("".join([message(entry=900), *later]))
    status, out, err = run("report", records)
    assert status == 1 and "2026-01-01" in out and "2026-03-03" in out and "RED" in out
    assert "self-audit of line 3 came later, " in err and err.count("\n") == 1
    values = json.loads(run("report", records, "--json")[1])
    assert (values["ok"], values["line"], values["later"]["line"]) == (False, 1, 3)
    records.write_text("".join(later))
    status, out, err = run("report", records, "--json")
    assert (status, err, json.loads(out)["later"]) == (1, "", None)


def test_an_old_one_that_is_sent_again_alters_nothing(run, records):
    old = [message(red=("tls",), t=1798761600), message(red=("tls",), entry=7)]
    records.write_text("".join([*old, message(entry=900), *old]))
    assert run("report", records)[::2] == (0, "")


@pytest.mark.parametrize(
    "text", ['{"t":Infinity,"device":"w1","fw":"","head":"","lines":[]}', "{}"]
)
def test_what_anybody_sent_unsigned_counts_for_nothing_beside_what_is_signed(run, records, text):
    odd = message(change=lambda _: text)
    records.write_text(message() + odd + odd.replace("v1/w1/", "v1/w2/"))
    assert run("report", records)[0] == 0
    records.write_text(odd)
    status, out, err = run("report", records)
    assert (status, out) == (2, "") and "no self-audit of version 1" in err


def test_what_is_broken_is_red_and_nothing_else(run, records):
    records.write_text(message(red=("clock",)))
    status, out, _ = run("report", records)
    red = [line.split() for line in out.splitlines() if "RED" in line]
    assert status == 1 and red == [["RED", "clock", "it", "is", "off"]]
    rows = json.loads(run("report", records, "--json")[1])
    assert (rows["ok"], rows["signed"]) == (False, True)
    assert [row["name"] for row in rows["rows"] if not row["ok"]] == ["clock"]


def test_what_the_device_did_not_sign_is_red(run, records):
    records.write_text(message(red=("tls",), change=lambda text: text.replace('"bad"', '"ok"')))
    status, out, _ = run("report", records)
    assert status == 1 and "did not sign" in out


def test_what_is_none(run, records):
    for text, said in (("", "holds no"), (message(change=lambda text: "{}"), "no self-audit of")):
        records.write_text(text)
        status, out, err = run("report", records)
        assert (status, out) == (2, "") and said in err and len(err.splitlines()) == 1


def test_several_devices_are_told_apart(run, records):
    other = message(red=("tls",), device="w2").replace("v1/w1/", "v1/w2/")
    records.write_text(message() + other)
    status, out, err = run("report", records)
    assert (status, out) == (2, "") and "w1, w2; choose by --device" in err
    assert [run("report", records, "--device", name)[0] for name in ("w1", "w2")] == [0, 1]
