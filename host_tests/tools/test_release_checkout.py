"""tools.release: what a checkout is, with history and without, and what its CHANGELOG says."""

import io
import os
import shutil
import subprocess
import tarfile

import interpreters
import pytest

from tools import private_key
from tools.release import building, commit, notes, package
from tools.release.commit import Commit, ReleaseFault
from tools.release.signed import Signer

BUILT = "BUILT_UTC_S = const(1795478400)\n"
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """An unpacked archive: no history, and what a build leaves beside it."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    for path, text in (
        ("firmware/wattseal/__init__.py", 'VERSION = "4.5.6"\n'),
        ("firmware/wattseal/core/clock_state.py", BUILT),
        ("firmware/wattseal/__pycache__/x.pyc", ""),
        ("build/lib/umqtt/simple.py", ""),
        ("build/unix/root/main.mpy", ""),
        ("tools/build/sources.txt", ""),
        (".gitignore", ""),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def held(raw):
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        return {name.removeprefix("./") for name, one in zip(tar.getnames(), tar, strict=True)
                if one.isfile()}  # fmt: skip


def test_a_checkout_without_history_has_the_firmwares_version_and_date(bare, monkeypatch):
    assert commit.of(bare) == Commit("4.5.6", "", 1795478400)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    assert commit.of(bare).epoch_s == 1795000000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(ReleaseFault, match="SOURCE_DATE_EPOCH=today is no time; write seconds"):
        commit.of(bare)


def test_it_is_released_as_it_lies_there_without_what_was_made_in_it(bare):
    assert held(commit.files(bare, commit.of(bare))) == {
        "firmware/wattseal/__init__.py", "firmware/wattseal/core/clock_state.py",
        "tools/build/sources.txt", ".gitignore",
    }  # fmt: skip


def test_what_others_have_put_there_is_not_of_it(bare):
    """A virtual environment's links are absolute, and no archive of ours takes such."""
    for path in (".venv/bin/python", ".idea/x.xml", ".ci/run", "update.key"):
        (bare / path).parent.mkdir(parents=True, exist_ok=True)
        (bare / path).touch()
    (bare / ".venv/bin/python3").symlink_to("/usr/bin/python3")
    names = held(commit.files(bare, commit.of(bare)))
    assert ".ci/run" in names and ".gitignore" in names
    assert not any(name.startswith((".venv", ".idea", "update.key")) for name in names)


def test_what_cannot_be_packed_gets_a_sentence(bare, tmp_path_factory):
    (bare / "link").symlink_to("/etc/hostname")
    archive = commit.files(bare, commit.of(bare))
    build = building.Build(bare, tmp_path_factory.mktemp("b"), building.PLACES[0], None)
    with pytest.raises(
        ReleaseFault, match="cannot be released: './link' is a link to an absolute"
    ):
        build.checkout(archive)


def test_a_file_that_nobody_may_read_gets_a_sentence(bare, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(tarfile, "bltn_open", refuse)  # root may read everything
    with pytest.raises(ReleaseFault, match=r"cannot be read \(Permission denied\)"):
        commit.files(bare, commit.of(bare))


def test_a_date_that_no_zip_has_gets_a_sentence(bare, monkeypatch):
    for text, why in (("4354819200", "after 2107"), ("9" * 30, "is no time"), ("²", "is no time")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
        with pytest.raises(ReleaseFault, match=why):
            commit.of(bare)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4354819199")
    assert package.packed({"a": b""}, commit.of(bare).epoch_s)


def test_the_history_of_a_folder_above_is_not_its_own(bare):
    subprocess.run(["git", "init", "-q", str(bare)], check=True, env={**os.environ, **GIT})
    inner = bare / "firmware"
    for path in ("firmware/wattseal/__init__.py", "firmware/wattseal/core/clock_state.py"):
        (inner / path).parent.mkdir(parents=True, exist_ok=True)
        (inner / path).write_text((bare / path).read_text())
    assert commit.of(inner).hash == ""
    with pytest.raises(ReleaseFault, match="git knows no commit here .*; release from a git"):
        commit.of(bare)  # a history of its own, and nothing in it
    assert commit.of(bare, uncommitted=True) == Commit("4.5.6", "", 1795478400)


@pytest.fixture
def historic(bare):
    """The same with one commit, by the ignored files of this tree."""
    (bare / ".gitignore").write_bytes((interpreters.ROOT / ".gitignore").read_bytes())
    author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (("init", "-q"), ("add", "-A"), (*author, "commit", "-q", "-m", "all")):
        subprocess.run(["git", "-C", str(bare), *words], check=True, env={**os.environ, **GIT})
    return bare


def test_a_persons_own_settings_of_git_alter_nothing(historic, tmp_path_factory, monkeypatch):
    mine = tmp_path_factory.mktemp("mine")
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", mine / "key"]
    if not shutil.which("ssh-keygen"):
        pytest.skip("no ssh-keygen, so no signed commit")
    subprocess.run(make, check=True)
    signed = ("user.name=a", "user.email=a@example.org", "gpg.format=ssh",
              f"user.signingkey={mine}/key.pub")  # fmt: skip
    words = [word for setting in signed for word in ("-c", setting)]
    words += ["commit", "-q", "--allow-empty", "-S", "-m", "signed"]
    subprocess.run(["git", "-C", historic, *words], check=True, env={**os.environ, **GIT})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    plain = commit.of(historic)
    whole = commit.files(historic, plain)
    (mine / "config").write_text(
        "[core]\nautocrlf = true\neol = crlf\n[log]\nshowSignature = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(mine / "config"))
    assert commit.of(historic) == plain and commit.files(historic, plain) == whole


def test_this_trees_lines_end_the_same_way_everywhere():
    assert "* -text" in (interpreters.ROOT / ".gitattributes").read_text().splitlines()


def test_keys_and_what_they_sign_stand_in_no_releases_way(historic):
    """In the order of the README: a key is made in the checkout, then a release."""
    private_key.new(historic / "update.key")
    level = "depot-7/wff0f09223c1267f"
    (historic / "depot-7").mkdir()
    for name in (
        "command.key.counter", "x.wsp", "x.unsigned.wsp", "x.sig", "x.digest", "answers.toml",
        f"{level}.html", f"{level}.txt", f"{level}-level-1.key",
    ):  # fmt: skip
        (historic / name).write_text("of a person's own")
    assert commit.of(historic).hash


def test_a_trial_is_of_what_git_would_take(historic):
    (historic / "tools/new.py").write_text("")
    (historic / "update.key").write_text("")
    (historic / "firmware/wattseal/core/clock_state.py").unlink()
    trial = Commit("4.5.6", "", 1)
    assert held(commit.files(historic, trial)) == {
        "firmware/wattseal/__init__.py", "tools/build/sources.txt", "tools/new.py", ".gitignore",
    }  # fmt: skip


def test_nobody_is_told_to_commit_a_private_key(historic):
    (historic / "folder").mkdir()
    private_key.new(historic / "folder/update.pem")
    (historic / "a stray.txt").write_text("")
    with pytest.raises(ReleaseFault) as fault:
        commit.of(historic)
    assert str(fault.value) == (
        "folder/update.pem is a private key and no part of a release; move it out of the checkout"
    )
    with pytest.raises(ReleaseFault, match=r"^a stray.txt is in no commit.*; commit or stash it"):
        commit.of(historic, beside=[historic / "folder/update.pem"])
    (historic / "a stray.txt").unlink()
    key = historic / "folder/update.pem"
    assert commit.of(historic, beside=Signer(key).files).hash


def test_no_file_of_the_tree_is_ignored():
    if not (interpreters.ROOT / ".git").exists():
        return  # nothing is tracked
    words = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    done = subprocess.run(words, cwd=interpreters.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_a_version_comes_from_the_firmware_or_not_at_all(bare):
    path = bare / "firmware/wattseal/__init__.py"
    for text in ('VERSION = "4.5"\n', ""):
        path.write_text(text)
        with pytest.raises(ReleaseFault, match="__init__.py has no line as VERSION = "):
            commit.of(bare)
    path.unlink()
    with pytest.raises(ReleaseFault, match="__init__.py has no line as VERSION = "):
        commit.of(bare)


def test_the_notes_are_the_versions_section_word_for_word(tmp_path):
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## Unreleased\n- new\n\n## [1.2.0] - 2026-11-29\n### Added\n- `a`\n\n"
        "## 1.1.0\n- old\n"
    )
    assert notes.of(tmp_path, "1.2.0") == ("# Wattseal 1.2.0\n\n### Added\n- `a`\n", "1.2.0")
    assert notes.of(tmp_path, "1.1.0") == ("# Wattseal 1.1.0\n\n- old\n", "1.1.0")
    assert notes.of(tmp_path, "1.3.0") == ("# Wattseal 1.3.0\n\n- new\n", "Unreleased")
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n## 1.1.0\n- old\n")
    with pytest.raises(ReleaseFault, match=r"says nothing of 1\.3\.0; put it under a heading"):
        notes.of(tmp_path, "1.3.0")
    (tmp_path / "CHANGELOG.md").unlink()
    with pytest.raises(ReleaseFault, match=r"CHANGELOG\.md cannot be read"):
        notes.of(tmp_path, "1.3.0")
