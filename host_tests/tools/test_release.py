"""tools.release: the same bytes from any folder, day and locale; a sentence when there is none.

The checkouts here are copies with a history of their own. They release the board that needs no
compiler; with images it is `make release` that shows it.
"""

import errno
import hashlib
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile

import interpreters
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tools import private_key
from tools.release import __main__ as command
from tools.release import building, commit, contents, linked, package, publish, sources
from tools.release.commit import Commit, ReleaseFault
from tools.release.sbom import Contents
from tools.release.signed import Signer

ROOT = interpreters.ROOT
BOARD = "ESP32_GENERIC"
PARTS = (
    "firmware", "boards", "tools", "host_tests/cpython", "pyproject.toml", "CHANGELOG.md",
    ".gitattributes", ".gitignore",
)  # fmt: skip
WHEN = "2026-11-29T11:21:17+00:00"
PACKAGE, UPDATE = f"wattseal-0.1.0-{BOARD}.zip", f"wattseal-0.1.0-{BOARD}.wsp"
UNSIGNED = f"wattseal-0.1.0-{BOARD}.unsigned.wsp"
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": WHEN,
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_COMMITTER_DATE": WHEN,
}  # fmt: skip


def git(folder, *words):
    subprocess.run(
        ["git", "-C", str(folder), *words], env={**os.environ, **GIT}, check=True,
        capture_output=True,
    )  # fmt: skip


def committed(folder):
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all of it")
    return folder


def checkout(folder):
    """The sources with one commit, and what `make setup` makes beside them."""
    folder.mkdir(parents=True)
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pyc*"))
        else:
            shutil.copyfile(ROOT / name, folder / name)
    return set_up(committed(folder))


def clone(root, folder):
    """Another checkout of the same history."""
    git(root, "clone", "-q", str(root), str(folder))
    return set_up(folder)


def set_up(folder):
    for name in ("build/lib", "build/comb"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def release(folder, *words, umask=-1, **environment):
    env = {**os.environ, **GIT, "PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return subprocess.run(
        [sys.executable, "-m", "tools.release", *map(str, words)], cwd=folder, env=env,
        umask=umask, text=True, capture_output=True, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """Two checkouts of the same commit, and what each released on a machine of its own kind."""
    there = tmp_path_factory.mktemp("release")
    private_key.new(there / "update.key")
    made = []
    for name, umask, environment in (
        ("here", 0o022, {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "7"}),
        ("far/away from there", 0o077,
         {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "1"}),
    ):  # fmt: skip
        root = checkout(there / name)
        done = release(
            root, "--board", BOARD, "--json", "--key", there / "update.key", umask=umask,
            **environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        made.append((root, root / "build/release/0.1.0", json.loads(done.stdout)))
    return made


def test_two_machines_release_the_same_bytes(releases):
    (_, one, told), (_, other, told_there) = releases
    names = sorted(path.name for path in one.iterdir())
    assert names == [
        "RELEASE_NOTES.md", "SHA256SUMS", "release.json", "sbom.cdx.json", UPDATE, PACKAGE
    ]  # fmt: skip
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert told == told_there


def test_nothing_of_a_machine_is_in_a_release(releases):
    for root, folder, _ in releases:
        for path in folder.iterdir():
            data = path.read_bytes()
            for place in (root, ROOT, sys.prefix):
                assert str(place).encode() not in data


def test_the_hashes_are_those_of_all_other_files(releases):
    _, folder, _ = releases[0]
    checked = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder)
    assert checked.returncode == 0
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    told = dict(reversed(line.split("  ")) for line in lines)
    assert told == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "SHA256SUMS"
    }


def test_the_package_holds_what_the_staged_list_names(releases):
    _, folder, _ = releases[0]
    with zipfile.ZipFile(folder / PACKAGE) as archive:
        listed = json.loads(archive.read("manifest.json"))["files"]
        assert {f"root/{row['path']}" for row in listed} | {"manifest.json", "names.json"} == set(
            archive.namelist()
        )
        for row in listed:
            data = archive.read(f"root/{row['path']}")
            assert hashlib.sha256(data).hexdigest() == row["sha256"]


def test_the_manifest_tells_the_commit_and_its_date_and_no_other(releases):
    root, folder, told = releases[0]
    head = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True
    ).stdout.strip()
    assert told == json.loads((folder / "release.json").read_text())
    assert (told["commit"], told["version"]) == (head, "0.1.0")
    assert told["date"] == "2026-11-29T11:21:17Z" and told["source_date_epoch"] == 1795951277
    data = (folder / PACKAGE).read_bytes()
    assert [row["name"] for row in told["packages"]] == [UPDATE, PACKAGE]
    assert told["packages"][1] == {
        "name": PACKAGE, "board": BOARD, "bytes": len(data), "micropython": None,
        "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    key = private_key.load(root.parent / "update.key", "")
    assert told["update_key"] == private_key.public(key)


def test_the_sbom_names_every_source_of_the_package(releases):
    root, folder, _ = releases[0]
    parts = json.loads((folder / "sbom.cdx.json").read_text())["components"]
    told = {p["name"]: p["hashes"][0]["content"] for p in parts if p["type"] == "file"}
    assert {"firmware/stock/main.py", "firmware/stock/module_vfs.py"} <= told.keys()
    assert "firmware/wattseal/core/ocmf.py" in told and "build/comb/p256_table.py" in told
    assert "boards/ESP32_GENERIC/board.py" in told and "firmware/wattseal/hal/rp2.py" not in told
    for name, digest in told.items():
        assert digest == hashlib.sha256((root / name).read_bytes()).hexdigest()


def refused(done, status):
    assert done.returncode == status, done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1
    return done.stderr


def test_what_no_commit_holds_is_not_released(releases):
    root = releases[1][0]
    for path, text in (("stray.txt", "x"), ("firmware/main.py", "x = 1\n")):
        before = (root / path).read_bytes() if (root / path).exists() else None
        (root / path).write_text(text)
        said = refused(release(root, "--board", BOARD), 2)
        assert said == (
            f"release: {path} is in no commit, and a release is of a commit; commit or stash it\n"
        )
        if before is None:
            (root / path).unlink()
        else:
            (root / path).write_bytes(before)


def test_a_build_that_tells_its_place_is_no_release(releases, tmp_path):
    root = clone(releases[0][0], tmp_path / "leaky")
    stage = root / "tools/stage.py"
    text = stage.read_text()
    leaky = text.replace('{"board": board, "files"', '{"board": board, "root": str(root), "files"')
    assert leaky != text
    stage.write_text(leaky)
    git(root, "commit", "-qam", "tell the place")
    said = refused(release(root, "--board", BOARD), 1)
    assert f"two builds of {PACKAGE} differ from byte" in said
    assert not (root / "build/release").exists()


def test_a_budget_that_is_exceeded_is_no_release(releases, tmp_path):
    path = releases[0][0] / "boards" / BOARD / "budget.json"
    out = tmp_path / "build" / BOARD
    shutil.copytree(releases[0][0] / "boards" / BOARD, tmp_path / "boards" / BOARD)
    (out / "root").mkdir(parents=True)
    limit = json.loads(path.read_text())["tree_bytes"]
    (out / "root/main.py").write_bytes(b"x" * limit)
    command.judge(BOARD, tmp_path)
    (out / "root/main.py").write_bytes(b"x" * (limit + 3))
    with pytest.raises(command.Unlike, match="3 more than its budget"):
        command.judge(BOARD, tmp_path)


def test_without_the_sources_or_a_compiler_it_says_what_to_do(releases, tmp_path):
    root = clone(releases[0][0], tmp_path / "bare")
    said = refused(release(root, "--board", "RPI_PICO_W"), 2)
    assert "MicroPython's sources are not there yet; run: make firmware BOARD=RPI_PICO" in said
    packages = root / f"build/debian-{sources.SUITE}/packages"
    (packages.parent / "micropython").mkdir(parents=True)
    packages.mkdir()
    for name in ("micropython", "mbedtls"):
        with tarfile.open(packages / f"{name}_1.orig.tar.xz", "w:xz") as tar:
            tar.add(ROOT / "README.md", f"{name}-1/lib/README.md")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "dirname", "realpath", "git", "tar", "xz", "bzip2", "rm", "mv", "mkdir",
                 "touch"):  # fmt: skip
        (programs / name).symlink_to(shutil.which(name))
    said = refused(release(root, "--board", "RPI_PICO_W", PATH=str(programs)), 2)
    assert said.startswith("release: native: the native module needs more packages: sudo apt-get")
    (programs / "git").unlink()
    said = refused(release(root, "--board", BOARD, PATH=str(programs)), 2)
    assert said == "release: git is missing; install it with: sudo apt-get install git\n"


def test_a_library_that_is_not_the_pinned_one_is_not_released(releases, tmp_path):
    """Both builds would have it, and be the same."""
    root = clone(releases[0][0], tmp_path / "altered")
    module = root / "build/lib/umqtt/simple.py"
    module.write_text(module.read_text().replace("keepalive", "keep_alive", 1))
    said = refused(release(root, "--board", BOARD), 2)
    assert "build/lib/umqtt/simple.py is not the pinned one" in said
    module.unlink()
    assert "is not the pinned one" in refused(release(root, "--board", BOARD), 2)


def test_micropython_is_that_of_the_archives_whatever_lies_beside_them(tmp_path):
    """As debian.sh leaves it; a line that somebody has altered there is in no release."""
    origin = tmp_path / "origin"
    packages = origin / sources.FOLDER / "packages"
    (packages.parent / "micropython/py").mkdir(parents=True)
    (packages.parent / "micropython/py/dynruntime.h").write_text("altered")
    packages.mkdir()
    for name in ("micropython", "mbedtls"):
        file = tmp_path / "dynruntime.h"
        file.write_text(name)
        with tarfile.open(packages / f"{name}_1.orig.tar.xz", "w:xz") as tar:
            tar.add(file, f"{name}-1/py/dynruntime.h")
            tar.add(file, f"{name}-1/lib/README.md")
    build = building.Build(origin, tmp_path / "there", building.PLACES[0], None)
    build.root.mkdir(parents=True)
    shutil.copytree(ROOT / "tools", build.root / "tools")
    build._sources()
    assert (build.micropython / "py/dynruntime.h").read_text() == "micropython"
    assert (build.micropython / "lib/mbedtls/py/dynruntime.h").read_text() == "mbedtls"


def test_the_sources_are_found_where_a_path_with_a_space_has_them(tmp_path, monkeypatch):
    """The name of the copy is the scripts' own: it is asked of them, not computed here."""
    spaced = tmp_path / "a b"
    (spaced / "build").mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    copy = subprocess.run(
        ["bash", "-c", 'root=$1; . "$2"; copy_place', "-", spaced, ROOT / "tools/copy_place.sh"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    assert copy.startswith(f"{tmp_path}/temporary/wattseal-")
    assert sources.of(spaced) == pathlib.Path(copy) / sources.FOLDER
    pathlib.Path(copy).mkdir(parents=True)
    for mode, is_own in ((0o700, True), (0o755, True), (0o775, False), (0o757, False)):
        pathlib.Path(copy).chmod(mode)
        if is_own:
            assert sources.of(spaced)
        else:
            with pytest.raises(ReleaseFault, match="others may write in it.*; remove it"):
                sources.of(spaced)
    assert sources.of(tmp_path) == tmp_path / sources.FOLDER
    (spaced / sources.FOLDER).mkdir()
    assert sources.of(spaced) == spaced / sources.FOLDER


def test_what_an_image_is_made_of_is_read_where_it_was_built(releases, tmp_path, monkeypatch):
    build = building.Build(releases[0][0], tmp_path, building.PLACES[1], None)
    monkeypatch.setattr(linked, "c_library", list)
    build.checkout(commit.files(releases[0][0], commit.of(releases[0][0])))
    out, header = build.root / "build/RPI_PICO", build.micropython / "lib/littlefs/lfs2.h"
    (out / "firmware/cmake").mkdir(parents=True)
    header.parent.mkdir(parents=True)
    header.write_text("#define LFS2_VERSION 0x0002000b\n")
    (out / "firmware/cmake/a.o.d").write_text(f"a.o: {header}\n")
    (out / "firmware.json").write_text('{"micropython": "v1.26.1"}')
    made = {"wattseal-1-RPI_PICO.bin": b"b", "wattseal-1-RPI_PICO_W.zip": b"z"}
    found = contents.of("RPI_PICO", build, made, "1")
    assert found.files == {"wattseal-1-RPI_PICO.bin": b"b"} and found.micropython == "1.26.1"
    assert [(one.name, one.version) for one in found.libraries] == [("littlefs", "2.11")]
    frozen = {"boards/RPI_PICO/frozen/_boot.py", "boards/RPI_PICO/frozen/boot.py"}
    assert frozen | {"tools/native/module.c", "firmware/main.py"} <= found.sources.keys()
    assert not any(path.endswith("manifest.py") for path in found.sources)
    assert contents.of("RPI_PICO_W", build, made, "1").libraries == []
    native, version = build.root / "build/native/armv6m", build.micropython / "py/mpconfig.h"
    for path in (native, version.parent):
        path.mkdir(parents=True)
    (native / "wattseal_p256.mpy").write_bytes(b"M")
    numbers = {"MAJOR": 1, "MINOR": 26, "MICRO": 1}
    version.write_text("".join(f"#define MICROPY_VERSION_{k} {n}\n" for k, n in numbers.items()))
    found = contents.of("RPI_PICO_W", build, made, "1")
    assert {"tools/native/module.c", "tools/native/field_thumb.S"} <= found.sources.keys()
    assert (found.headers, found.micropython, found.libraries) == ("1.26.1", "", [])


def test_a_build_that_does_not_end_gets_a_sentence(tmp_path, monkeypatch):
    build = building.Build(ROOT, tmp_path, building.PLACES[0], None)
    build.root.mkdir(parents=True)
    monkeypatch.setattr(building, "_PATIENCE_S", 0)
    with pytest.raises(ReleaseFault, match="tools.stage did not end in 0 minutes"):
        build._run([sys.executable, "tools.stage"])


def test_an_unknown_board_gets_a_sentence():
    said = refused(release(ROOT, "--board", "toaster"), 2)
    assert said.startswith("release: there is no board 'toaster'; the boards are ESP32_GENERIC,")


def test_a_zip_has_no_order_mode_or_clock_of_its_own(monkeypatch):
    files = {"b/c": b"2" * 5000, "a": b"1", "b/a": b""}
    whole = package.packed(files, 1_795_951_277)
    monkeypatch.setenv("TZ", "America/St_Johns")
    assert package.packed(dict(reversed(files.items())), 1_795_951_277) == whole
    assert package.packed(files, 1_795_951_279) != whole
    assert package.packed(files, 0) == package.packed(files, 5)  # a zip begins in 1980
    assert whole.count(b"2" * 5000) == 1  # not compressed: no zlib's choice in it


def test_builds_that_differ_name_the_file_and_the_place():
    command.compare({"a": b"12"}, {"a": b"12"})
    for one, other, at in ((b"12", b"13", 1), (b"12", b"123", 2), (b"", b"1", 0)):
        with pytest.raises(command.Unlike, match=f"two builds of a differ from byte {at} on"):
            command.compare({"a": one}, {"a": other})
    with pytest.raises(command.Unlike, match="two builds of b differ"):
        command.compare({"a": b"1", "b": b"1"}, {"a": b"1"})


def test_a_release_takes_the_place_of_one_that_was_there(tmp_path):
    folder = tmp_path / "release/1.2.3"
    of = Commit("1.2.3", "ab" * 20, 1_795_951_277)
    publish.write(publish.files(of, [Contents(BOARD, {"old.zip": b"1"}, {})], {}, ""), folder)
    held = Contents(BOARD, {"new.zip": b"z"}, {"a.py": "00" * 32})
    made = publish.files(of, [held], {}, "# notes")
    publish.write(made, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(made)
    assert [path.name for path in folder.parent.iterdir()] == ["1.2.3"]
    (tmp_path / "file").write_text("")
    with pytest.raises(ReleaseFault, match="cannot be written .*; name another with --out"):
        publish.write(made, tmp_path / "file/1.2.3")
    assert stat.S_ISREG((folder / "new.zip").stat().st_mode)


@pytest.mark.parametrize("call", ["write_bytes", "replace"])
def test_a_full_disk_leaves_the_release_that_was_there_and_nothing_beside(
    tmp_path, monkeypatch, call
):
    folder = tmp_path / "release/1.2.3"
    of = Commit("1.2.3", "ab" * 20, 1_795_951_277)
    made = publish.files(of, [Contents(BOARD, {"old.zip": b"1"}, {})], {}, "")
    publish.write(made, folder)
    real = getattr(pathlib.Path, call)

    def full(path, *args):
        if path.name in ("new.zip", "new"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, *args)

    monkeypatch.setattr(pathlib.Path, call, full)
    held = Contents(BOARD, {"new.zip": b"z"}, {})
    with pytest.raises(ReleaseFault, match=r"cannot be written \(No space left on device\)"):
        publish.write(publish.files(of, [held], {}, ""), folder)
    assert [path.name for path in folder.parent.iterdir()] == ["1.2.3"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == made


def test_a_release_is_not_replaced_by_one_that_is_less(tmp_path):
    folder, held = tmp_path / "1.2.3", Contents(BOARD, {"a.zip": b"z"}, {"a.py": "00" * 32})
    digest, key = "ab" * 20, "cd" * 64

    def of(commit_digest, update_key):
        return publish.files(Commit("1.2.3", commit_digest, 1), [held], {}, "", update_key)

    publish.write(of(digest, ""), folder)
    publish.write(of(digest, key), folder)
    with pytest.raises(ReleaseFault, match="1.2.3 is signed, and this one is not; name another"):
        publish.write(of(digest, ""), folder)
    with pytest.raises(ReleaseFault, match="is of a commit, and this one is not; name another"):
        publish.write(of("", key), folder)
    publish.write(of("ef" * 20, key), folder)
    assert json.loads((folder / publish.MANIFEST).read_text())["commit"] == "ef" * 20


def test_a_trial_lies_beside_the_release_and_not_in_its_place(releases, monkeypatch):
    root = releases[0][0]
    monkeypatch.setattr(command, "ROOT", root)
    monkeypatch.setattr(command, "built", lambda *_: [Contents(BOARD, {"a": b""}, {})])
    made, folder = command._made([BOARD], None, Signer(), True, None)
    assert folder == root / "build/release/0.1.0-trial"
    assert json.loads(made[publish.MANIFEST])["commit"] is None


def early(root, *words, **environment):
    """What is refused before anything is built: no build could, for want of build/lib."""
    (root / "build/lib").rename(root / "build/away")
    try:
        return refused(release(root, "--board", BOARD, *words, **environment), 2)
    finally:
        (root / "build/away").rename(root / "build/lib")


def test_who_signs_and_where_to_is_known_before_the_builds(releases, tmp_path):
    root = releases[0][0]
    said = early(root)
    assert "0.1.0 is signed, and this one is not; name another with --out" in said
    (tmp_path / "public.pem").write_bytes(public_pem(root.parent / "update.key"))
    hsm = ("--signatures", tmp_path, "--public", tmp_path / "public.pem")
    said = early(root, *hsm)
    assert said.startswith(f"release: {tmp_path} has no wattseal-0.1.0-{BOARD}.sig; sign that")
    assert "is no P-256 key" in early(root, "--key", tmp_path / "public.pem")
    for words in (hsm[:2], hsm[2:]):
        assert "say KEY=file, or SIGNATURES=folder with PUBLIC=file" in early(root, *words)
    for option in ("--key", "--signatures", "--public"):
        assert "KEY, SIGNATURES or PUBLIC is said and names nothing" in early(root, option, "")
    said = early(root, PRODUCTION="1")
    assert said == (
        "release: PRODUCTION=1 is no word of a release; for that image say: make firmware BOARD=x "
        "PRODUCTION=1\n"
    )


def public_pem(key):
    return (
        private_key.load(key, "")
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def test_make_hands_on_what_was_said_though_it_be_empty():
    for words, options in (
        ((), ""), (("KEY=a",), '--key "a"'), (("KEY=",), '--key ""'),
        (("SIGNATURES=s", "PUBLIC=p"), '--signatures "s" --public "p"'),
        (("PUBLIC=p",), '--public "p"'),
    ):  # fmt: skip
        done = subprocess.run(
            ["make", "-n", "release", *words], cwd=ROOT, text=True, capture_output=True,
            env={name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS",)},
        )  # fmt: skip
        line = next(row for row in done.stdout.splitlines() if "-m tools.release" in row)
        told = line.partition("tools.release")[2].partition(";")[0]
        assert " ".join(told.split()) == options


@pytest.mark.parametrize(
    "sums", [f"{'0' * 64}  debian.iso\n".encode(), b"abc\n", b"aa  f\n\n", b"\xff\xfe\x00"]
)
def test_a_folder_with_hashes_of_somebody_elses_is_left_alone(tmp_path, sums):
    folder = tmp_path / "debian"
    folder.mkdir()
    (folder / "debian.iso").write_bytes(b"precious")
    (folder / publish.SUMS).write_bytes(sums)
    for manifest in (None, b"{}", b"[" * 100_000, b'{"version": "1"}'):
        if manifest is not None:
            (folder / publish.MANIFEST).write_bytes(manifest)
        with pytest.raises(ReleaseFault, match="no release and would be lost"):
            publish.write({"new": b"1"}, folder)
    assert (folder / "debian.iso").read_bytes() == b"precious"


def test_a_release_that_cannot_take_its_place_leaves_the_one_before(tmp_path, monkeypatch):
    of, folder = Commit("1.2.3", "ab" * 20, 1), tmp_path / "1.2.3"
    made = publish.files(of, [Contents(BOARD, {"a.zip": b"1"}, {})], {}, "")
    publish.write(made, folder)
    before, plain = (folder / "a.zip").stat().st_ino, pathlib.Path.replace

    def full(path, other):
        if path.name == "new":
            raise OSError(28, "No space left on device")
        return plain(path, other)

    monkeypatch.setattr(pathlib.Path, "replace", full)
    with pytest.raises(ReleaseFault, match="cannot be written .No space left on device."):
        publish.write(made, folder)
    assert (folder / "a.zip").stat().st_ino == before
    monkeypatch.undo()
    publish.write(made, folder)
    assert (folder / "a.zip").stat().st_ino != before


def test_where_no_release_can_be_written_is_known_before_the_builds(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file/1.2.3", pathlib.Path("/proc/none/1.2.3")):
        with monkeypatch.context() as patch:
            patch.setattr(os, "access", lambda path, _: not str(path).startswith("/proc"))
            with pytest.raises(ReleaseFault, match="cannot be written .*; name another with"):
                publish.judge(place, "", "")
    publish.judge(tmp_path / "far/from/here", "", "")


def test_what_a_caller_has_set_for_his_own_builds_reaches_none_of_ours(tmp_path, monkeypatch):
    build = building.Build(ROOT, tmp_path, building.PLACES[0], None)
    build.root.mkdir(parents=True)
    for name in ("LDFLAGS", "CPATH"):
        monkeypatch.setenv(name, "mine")
    build._run([sys.executable, "-c", "import os; assert 'mine' not in os.environ.values()"])


def test_a_folder_that_is_no_release_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    with pytest.raises(ReleaseFault, match="no release and would be lost"):
        publish.write({"new": b"1"}, tmp_path / "mine")
    assert (tmp_path / "mine/letter.txt").read_text() == "dear"
