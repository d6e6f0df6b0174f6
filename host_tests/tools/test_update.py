"""tools.update: packages as the firmware takes them, the same bytes each time, sentences else."""

import json
import shutil

import host_tool
import interpreters
import pytest
from signed_commands import PUBLIC_HEX
from staged_trees import staged
from update_versions import compiled

from tools import private_key
from tools.module_archive import pack as pack_archive
from tools.update import package
from wattseal.core import ecdsa
from wattseal.core.update_package import Head, refusal

ROOT = interpreters.ROOT
STARTS = dict.fromkeys(("main.mpy", "wattseal/assembly.mpy", "slot_loader.mpy"), b"M")
TARIFF = ROOT / "tools/tariffs/four_elements.json"


def firmware(board="ESP32_GENERIC", version="1.2.3"):
    """An archive that says to be for `board`, in `version`."""
    named = {"board": f'NAME = "{board}"\n', "wattseal/__init__": f'VERSION = "{version}"\n'}
    held = {f"{name}.mpy": compiled(f"{name}.py", text) for name, text in named.items()}
    return pack_archive({**STARTS, **held})


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("update")
    assert host_tool.tool("update", "key", "new", folder / "key.pem").returncode == 0
    (folder / "archive").write_bytes(firmware())
    return folder


def pack(place, *words, content="archive", out="out", kind="firmware", board=""):
    words = [*words, "--board", board] if board else words
    return host_tool.tool(
        "update", "pack", place / content, place / out, "--kind", kind, "--key",
        place / "key.pem", "--json", *words,
    )  # fmt: skip


def taken(raw, key, board="ESP32_GENERIC", device="w0123456789abcde", floor=(0, 0, 0)):
    """By the firmware: "" or why not."""
    head = Head(raw)
    public = bytes.fromhex(private_key.public(key))
    good = ecdsa.finish(ecdsa.verify_p1363_steps(public, head.digest, head.signature))
    return refusal(head, board, device, floor, len(raw)) or ("" if good else "forged")


def test_the_firmware_takes_what_is_packed_and_both_read_the_same(place):
    done = pack(place, "--version", "1.2.3", "--floor", "1.1.0", "--device", "w0123456789abcde")
    assert done.returncode == 0, done.stderr
    told, raw = json.loads(done.stdout), (place / "out").read_bytes()
    key = private_key.load(place / "key.pem", "")
    head = Head(raw)
    assert (head.version, head.floor, head.board) == ((1, 2, 3), (1, 1, 0), "ESP32_GENERIC")
    assert taken(raw, key) == "" and told["bytes"] == len(raw)
    assert "another board" in taken(raw, key, board="RPI_PICO")
    assert "another device" in taken(raw, key, device="w0123456789abcdf")
    assert "below the floor" in taken(raw, key, floor=(1, 2, 4))
    shown = host_tool.tool("update", "show", place / "out", "--key", place / "key.pem", "--json")
    assert json.loads(shown.stdout) == {**told, "signed": "by this key"}


def test_the_same_input_gives_the_same_bytes(place):
    for name in ("one", "two"):
        assert pack(place, out=name).returncode == 0
    assert (place / "one").read_bytes() == (place / "two").read_bytes()


def test_a_firmware_has_its_own_board_and_version_and_that_as_its_floor(place):
    told = json.loads(pack(place).stdout)
    assert told["version"] == told["floor"] == "1.2.3" and told["board"] == "ESP32_GENERIC"


@pytest.mark.parametrize("board", ["unix", "ESP32_GENERIC", "ESP32_GENERIC_S3"])
def test_what_the_command_says_of_a_firmware_must_be_so(place, tmp_path, board):
    (tmp_path / "archive").write_bytes(firmware(board, "10.20.30"))
    told = pack(place, "--version", "10.20.30", content=tmp_path / "archive", board=board)
    assert json.loads(told.stdout)["version"] == "10.20.30", told.stderr
    cases = (
        ((), {"board": "RPI_PICO_W"}, f"for {board}, and not for RPI_PICO_W"),
        (("--version", "10.20.31"), {}, "it is version 10.20.30, and not 10.20.31"),
    )
    for words, options, part in cases:
        done = pack(place, *words, content=tmp_path / "archive", **options)
        assert done.returncode == 2 and part in done.stderr, done.stderr


@pytest.mark.parametrize(
    "board, version, part",
    [("MY_BOARD", "1.2.3", "names no folder"), ("unix", "1.2", "names no version")],
)
def test_a_firmware_that_does_not_say_what_it_is_is_not_packed(
    place, tmp_path, board, version, part
):  # fmt: skip
    (tmp_path / "archive").write_bytes(firmware(board, version))
    done = pack(place, "--version", "1.2.3", content=tmp_path / "archive", board="unix")
    assert done.returncode == 2 and part in done.stderr, done.stderr
    (tmp_path / "archive").write_bytes(pack_archive({**STARTS, "board.mpy": b"M"}))
    done = pack(place, content=tmp_path / "archive")
    assert done.returncode == 2 and "board.mpy in it cannot be read" in done.stderr


def test_a_staged_tree_is_packed_of_each_kind_of_board(place, tmp_path_factory):
    for board in ("unix", "ESP32_GENERIC"):
        tree = staged(board, tmp_path_factory)[0]
        done = pack(place, content=tree / "root")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["board"], told["version"]) == (board, "0.1.0")
        raw = (place / "out").read_bytes()
        assert taken(raw, private_key.load(place / "key.pem", ""), board) == ""
    held = (tree / "root/modules.archive").read_bytes()
    assert raw[package.HEAD_BYTES :] == held


def test_a_tree_that_is_not_whole_is_not_packed(place, tmp_path, tmp_path_factory):
    """As a cut `make stage` leaves it, or one under way."""
    for board in ("unix", "ESP32_GENERIC"):
        whole = tmp_path / board
        shutil.copytree(staged(board, tmp_path_factory)[0], whole)
        listed = whole / "manifest.json"

        def packed(root=whole / "root"):
            done = pack(place, content=root)
            assert done.returncode in (0, 2) and done.stderr.count("\n") <= 1, done.stderr
            assert (
                done.returncode == 0 or "is not the whole tree that manifest.json" in done.stderr
            )
            return done.returncode == 0

        assert packed()
        (whole / "root/strange.mpy").write_bytes(b"M")
        assert not packed()
        (whole / "root/strange.mpy").unlink()
        name = json.loads(listed.read_text())["files"][0]["path"]
        held = (whole / "root" / name).read_bytes()
        for raw in (held + b"x", None):
            (whole / "root" / name).unlink()
            if raw is not None:
                (whole / "root" / name).write_bytes(raw)
            assert not packed()
        (whole / "root" / name).write_bytes(held)
        assert packed()
        for text in ("[]", "{", None):
            listed.unlink()
            if text is not None:
                listed.write_text(text)
            assert not packed()


def test_a_firmware_that_no_such_board_takes_is_not_signed(place, tmp_path):
    (tmp_path / "archive").write_bytes(firmware("RPI_PICO"))
    done = pack(place, content=tmp_path / "archive", out=tmp_path / "made")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "for RPI_PICO, which has no room to take one in a package; send it" in done.stderr
    assert not (tmp_path / "made").exists()


def test_what_is_read_is_not_written_over_and_no_private_key_is(place, tmp_path):
    assert pack(place).returncode == 0
    key = (place / "key.pem").read_bytes()
    (tmp_path / "other.pem").write_bytes(b"-----BEGIN EC PARAMETERS-----\nBg==\n" + key)
    (place / "tariff").write_bytes(TARIFF.read_bytes())
    cases = [
        (
            pack(place, "--version", "1.0.0", content="tariff", out="tariff", kind="tariff"),
            "is read",
        ),
        (pack(place, out="key.pem"), "is read here"),
        (pack(place, out=tmp_path / "other.pem"), "is a private key"),
    ]
    for words, part in (
        (("sign", place / "out", place / "key.pem", "--key", place / "key.pem"), "is read here"),
        (("sign", place / "out", tmp_path / "other.pem", "--key", place / "key.pem"), "is a priv"),
        (("digest", place / "out", tmp_path / "other.pem"), "is a private key"),
        (("digest", place / "out", place / "out"), "is read here"),
    ):
        cases.append((host_tool.tool("update", *words), part))
    for done, part in cases:
        assert done.returncode == 2 and part in done.stderr, done.stderr
        assert done.stderr.count("\n") == 1
    assert (place / "key.pem").read_bytes() == key
    assert (tmp_path / "other.pem").read_bytes().endswith(key)
    assert (place / "tariff").read_bytes() == TARIFF.read_bytes()
    again = host_tool.tool(
        "update", "sign", place / "out", place / "out", "--key", place / "key.pem"
    )
    assert again.returncode == 0


def test_a_board_that_is_none_gets_no_package(place):
    (place / "out").unlink(missing_ok=True)
    done = pack(place, "--version", "0.0.4", content=TARIFF, kind="tariff", board="NOPE")
    assert done.returncode == 2 and not (place / "out").exists()
    assert "there is no board 'NOPE'; the boards are ESP32_GENERIC," in done.stderr
    done = pack(place, "--version", "0.0.4", content=TARIFF, kind="tariff", board="RPI_PICO")
    assert done.returncode == 0, done.stderr


def test_a_configuration_and_a_tariff_are_for_any_board_and_need_a_number(place):
    done = pack(place, "--version", "0.0.4", content=TARIFF, kind="tariff", board="")
    assert done.returncode == 0, done.stderr
    raw = (place / "out").read_bytes()
    assert taken(raw, private_key.load(place / "key.pem", ""), board="RPI_PICO") == ""
    assert "number it with --version" in pack(place, content=TARIFF, kind="tariff").stderr


def test_somebody_elses_package_is_shown_as_such(place, tmp_path):
    private_key.new(tmp_path / "other")
    pack(place)
    shown = host_tool.tool("update", "show", place / "out", "--key", tmp_path / "other")
    assert shown.returncode == 1 and "not by this key" in shown.stdout


def test_what_is_wrong_is_one_sentence(place, tmp_path):
    (tmp_path / "text").write_text("no archive")
    (tmp_path / "deep").write_text("[" * 200_000 + "]" * 200_000)
    (tmp_path / "few").write_bytes(pack_archive({"main.mpy": b"M"}))
    cases = (
        (pack(place, kind="image"), "--kind image is none"),
        (pack(place, "--version", "1.2"), "three numbers"),
        (pack(place, "--version", "1.2.3", "--floor", "1.2.4"), "is above"),
        (pack(place, "--device", "A" * 17), "no name of up to 16"),
        (pack(place, content=tmp_path / "text"), "is no archive of modules"),
        (pack(place, content=tmp_path / "few"), "holds no board.mpy"),
        (pack(place, content=tmp_path / "none"), "cannot be read"),
        (pack(place, "--version", "1.0.0", content=tmp_path / "text", kind="tariff"), "text"),
        (pack(place, "--version", "1.0.0", content=tmp_path / "deep", kind="tariff"), "not JSON"),
        (host_tool.tool("update", "show", tmp_path / "text"), "is no package"),
        (host_tool.tool("update", "key", "new", place / "key.pem"), "never overwritten"),
    )
    for done, part in cases:
        assert done.returncode == 2, (part, done)
        assert part in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_damaged_package_is_told(place, tmp_path):
    pack(place)
    raw = (place / "out").read_bytes()
    for bad in (raw[:-1], raw + b"x", raw[:-1] + bytes([raw[-1] ^ 1])):
        (tmp_path / "bad").write_bytes(bad)
        done = host_tool.tool("update", "show", tmp_path / "bad")
        assert done.returncode == 2 and "is damaged" in done.stderr


def config_pack(place, config, *words):
    raw = {
        "version": 1, "connectors": [{"id": 1, "meter": "sdm630"}],
        "broker": {"host": "b", "tls": "plain-text-accepted"}, **config,
    }  # fmt: skip
    (place / "config").write_text(json.dumps(raw))
    return pack(place, "--version", "0.0.5", *words, content="config", kind="config")


def test_a_configuration_says_what_becomes_of_the_update_key(place):
    own = private_key.public(private_key.load(place / "key.pem", ""))
    without = {"command_key": own}
    assert "no update_key, so no package could follow" in config_pack(place, without).stderr
    assert config_pack(place, without, "--without-update-key").returncode == 0
    held = json.loads((place / "out").read_bytes()[package.HEAD_BYTES :])
    assert (held["update_key"], held["command_key"]) == ("", own)
    both = {**without, "update_key": own}
    mine = config_pack(place, both)
    assert mine.returncode == 0 and "not the one that signs it" not in mine.stderr
    upper = config_pack(place, {**both, "update_key": own.upper()})
    assert upper.returncode == 0 and "not the one that signs it" not in upper.stderr
    assert "leave out either" in config_pack(place, both, "--without-update-key").stderr
    another = config_pack(place, {**both, "update_key": PUBLIC_HEX})
    assert another.returncode == 0 and "not the one that signs it" in another.stderr


def test_a_configuration_with_its_passwords_is_for_its_owner_alone(place):
    own = private_key.public(private_key.load(place / "key.pem", ""))
    (place / "out").unlink(missing_ok=True)
    assert config_pack(place, {"update_key": own, "command_key": own}).returncode == 0
    host_tool.tool("update", "sign", place / "out", place / "signed", "--key", place / "key.pem")
    modes = [(place / name).stat().st_mode & 0o777 for name in ("out", "signed")]
    assert modes == [0o600, 0o600]
    (place / "signed").unlink()


def test_a_configuration_says_what_becomes_of_the_command_key(place):
    own = private_key.public(private_key.load(place / "key.pem", ""))
    done = config_pack(place, {"update_key": own})
    assert done.returncode == 2 and "no command_key, so nothing could be sent" in done.stderr
    assert config_pack(place, {"update_key": own}, "--without-command-key").returncode == 0
    held = json.loads((place / "out").read_bytes()[package.HEAD_BYTES :])
    assert (held["update_key"], held["command_key"]) == (own, "")


def test_a_configuration_that_a_device_would_refuse_is_not_packed(place):
    broker = {"host": "b", "tls": "plain-text-accepted", "password": "secret"}
    done = config_pack(place, {"broker": broker})
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done
    assert "broker.password is of no user" in done.stderr and "secret" not in done.stderr
