"""tools.update sign, digest and key: here or on an HSM the same package, nothing false on it."""

import json
import subprocess

import host_tool
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from signed_commands import PUBLIC_HEX

from tools import private_key
from tools.release.commit import ReleaseFault
from tools.release.signed import Signer
from tools.update import package, signing
from tools.update.package import Package

TARIFF = Package("tariff", "", "", (1, 2, 3), (1, 0, 0), b'{"a":1}')
NAME = "wattseal-1.2.3-unix"


@pytest.fixture
def place(tmp_path):
    """A key, its public half as an HSM exports it, and a package that nobody has signed."""
    private_key.new(tmp_path / "key.pem")
    command = ["openssl", "ec", "-pubout", "-in", tmp_path / "key.pem", "-out"]
    subprocess.run([*command, tmp_path / "public.pem"], check=True, capture_output=True)
    (tmp_path / "unsigned").write_bytes(package.pack(TARIFF, None))
    return tmp_path


def update(*words):
    return host_tool.tool("update", *words)


def key_of(place):
    return private_key.load(place / "key.pem", "")


def hsm(place, digest, out):
    """As an HSM signs: it is given 32 bytes and gives DER."""
    subprocess.run(
        ["openssl", "pkeyutl", "-sign", "-inkey", place / "key.pem", "-in", digest, "-out", out],
        check=True, capture_output=True,
    )  # fmt: skip


def test_a_key_signs_later_as_it_would_have_at_once(place):
    done = update("sign", place / "unsigned", place / "signed", "--key", place / "key.pem")
    assert done.returncode == 0, done.stderr
    assert (place / "signed").read_bytes() == package.pack(TARIFF, key_of(place))


def test_an_hsm_signs_the_digest_and_its_signature_is_taken_in_both_forms(place):
    assert update("digest", place / "unsigned", place / "digest").returncode == 0
    assert update("digest", place / "unsigned").stdout.strip() == (
        (place / "digest").read_bytes().hex()
    )
    hsm(place, place / "digest", place / "der")
    digest = (place / "digest").read_bytes()
    raw = signing.from_file(place / "der", digest, key_of(place).public_key())
    (place / "raw").write_bytes(raw)
    for form in ("der", "raw"):
        done = update(
            "sign", place / "unsigned", place / "signed",
            "--signature", place / form, "--public", place / "public.pem",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        signed = (place / "signed").read_bytes()
        assert package.is_signed_by(signed, key_of(place).public_key())
        assert package.read(signed, place) == TARIFF


def test_what_is_no_signature_of_this_package_is_not_put_on_it(place):
    digest = signing.digest(package.pack(TARIFF, None)[: package.SIGNED_BYTES])
    private_key.new(place / "other.pem")
    other = private_key.load(place / "other.pem", "")
    (place / "other").write_bytes(signing.by_key(digest, other))
    (place / "twice").write_bytes(signing.by_key(signing.digest(digest), key_of(place)))
    (place / "zeros").write_bytes(signing.NONE)
    (place / "text").write_text("a signature")
    (place / "long").write_bytes(encode_dss_signature(1 << 260, 5))
    ours = ("--public", place / "public.pem")
    cases = (
        (("--signature", place / "other", *ours), "is not this key's signature"),
        (("--signature", place / "twice", *ours), "without hashing them again"),
        (("--signature", place / "zeros", *ours), "is not this key's signature"),
        (("--signature", place / "text", *ours), "is no P-256 signature; it must be DER"),
        (("--signature", place / "long", *ours), "is no P-256 signature; it must be DER"),
        (("--signature", place / "none", *ours), "cannot be read"),
        (("--signature", place / "other", "--public", place / "text"), "is no P-256 key in PEM"),
        (("--signature", place / "other"), "say --key FILE, or --signature FILE with --public"),
        (("--key", place / "key.pem", *ours), "say --key FILE, or --signature FILE"),
        ((), "say --key FILE"),
    )
    for words, said in cases:
        done = update("sign", place / "unsigned", place / "signed", *words)
        assert done.returncode == 2 and said in done.stderr, (words, done)
        assert done.stderr.count("\n") == 1 and not (place / "signed").exists()


def test_a_key_is_shown_as_a_device_has_it_from_either_half(place):
    wanted = f'"update_key": "{private_key.public(key_of(place))}"'
    for name in ("key.pem", "public.pem"):
        assert wanted in update("key", "show", place / name).stdout


@pytest.mark.parametrize("curve", ["brainpoolP160r1", "secp112r1", "secp384r1"])
def test_a_key_of_another_curve_is_named_whether_it_is_known_here_or_not(place, curve):
    make = ["openssl", "ecparam", "-name", curve, "-genkey", "-noout", "-out", place / "other"]
    subprocess.run(make, check=True, capture_output=True)
    half = ["openssl", "ec", "-pubout", "-in", place / "other", "-out", place / "half"]
    subprocess.run(half, check=True, capture_output=True)
    for name in ("other", "half"):
        done = update("key", "show", place / name)
        assert done.returncode == 2 and "is no P-256 key in PEM" in done.stderr, done
    done = update("sign", place / "unsigned", place / "signed", "--key", place / "other")
    assert done.returncode == 2 and "is no P-256 key in PEM" in done.stderr, done
    assert done.stderr.count("\n") == 1


def test_an_unsigned_package_says_so_when_it_is_made_and_shown(place):
    config = {"version": 1, "connectors": [{"id": 1, "meter": "sdm630"}]}
    config["broker"] = {"host": "b", "tls": "plain-text-accepted"}
    config["update_key"] = config["command_key"] = PUBLIC_HEX
    (place / "config").write_text(json.dumps(config))
    done = update(
        "pack", place / "config", place / "made", "--kind", "config", "--version", "1.2.3"
    )
    assert done.returncode == 0 and "is not signed yet; sign it with: sign" in done.stderr
    for words in ((), ("--key", place / "key.pem")):
        shown = update("show", place / "made", "--json", *words)
        assert json.loads(shown.stdout)["signed"] == "not yet"
        assert shown.returncode == (1 if words else 0)


def test_a_release_is_signed_by_a_key_or_by_a_folder_of_signatures(place):
    raw = package.pack(TARIFF, None)
    made = {f"{NAME}.unsigned.wsp": raw, f"{NAME}.zip": b"zip"}
    signed = {f"{NAME}.wsp": package.pack(TARIFF, key_of(place)), f"{NAME}.zip": b"zip"}
    assert Signer().packages(made) == made and Signer().check([]) == ""
    by_key = Signer(place / "key.pem")
    assert by_key.check([NAME]) == private_key.public(key_of(place))
    assert by_key.packages(made) == signed
    digest = signing.digest(raw[: package.SIGNED_BYTES])
    (place / f"{NAME}.sig").write_bytes(signing.by_key(digest, key_of(place)))
    by_hsm = Signer(None, place, place / "public.pem")
    assert by_hsm.check([NAME]) == by_key.check([NAME]) and by_hsm.packages(made) == signed
    (place / f"{NAME}.sig").unlink()
    with pytest.raises(ReleaseFault, match="unix.sig cannot be read"):
        by_hsm.packages(made)
    with pytest.raises(ReleaseFault, match="has no .*unix.sig; sign that package"):
        by_hsm.check([NAME])


def test_who_signs_a_release_is_judged_before_anything_is_built(place):
    for signer in (Signer(None, place), Signer(None, None, place), Signer(place, place, place)):
        with pytest.raises(ReleaseFault, match="say KEY=file, or SIGNATURES=folder"):
            signer.check([])
    with pytest.raises(ReleaseFault, match="none cannot be read"):
        Signer(place / "none").check([])
    with pytest.raises(ReleaseFault, match="is no P-256 key"):
        Signer(place / "unsigned").check([])
