"""Writes a release's folder: packages, SBOM, manifest and their hashes; all of it or nothing."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.release.commit import Commit, ReleaseFault
from tools.release.sbom import SPEC, Contents, document, sha256

_OURS = {"version", "commit", "source_date_epoch", "update_key", "packages"}  # in a manifest
SUMS, MANIFEST, SBOM, NOTES = "SHA256SUMS", "release.json", "sbom.cdx.json", "RELEASE_NOTES.md"


def files(
    commit: Commit, packages: Sequence[Contents], compilers: Mapping[str, str], notes: str,
    update_key: str = "",
) -> dict[str, bytes]:  # fmt: skip
    """{name: bytes} of all that a release holds. `update_key`: whose the signatures are."""
    made = {name: data for each in packages for name, data in each.files.items()}
    made[SBOM] = _json(document(commit, packages, compilers))
    made[MANIFEST] = _json(_manifest(commit, packages, made[SBOM], update_key))
    made[NOTES] = notes.encode()
    lines = [f"{sha256(made[name])}  {name}\n" for name in sorted(made)]
    return {**made, SUMS: "".join(lines).encode()}


def _manifest(commit: Commit, packages: Sequence[Contents], sbom: bytes, update_key: str) -> dict:
    return {
        "version": commit.version,
        "commit": commit.hash or None,
        "date": commit.date,
        "source_date_epoch": commit.epoch_s,
        "update_key": update_key or None,
        "sbom": {"name": SBOM, "format": f"CycloneDX {SPEC}", "sha256": sha256(sbom)},
        "packages": [
            {
                "name": name, "board": each.board, "bytes": len(data), "sha256": sha256(data),
                "micropython": each.micropython or None,
            }
            for each in packages
            for name, data in sorted(each.files.items())
        ],
    }  # fmt: skip


def judge(folder: Path, commit: str, update_key: str) -> None:
    """ReleaseFault unless a release with this commit and key may take the folder's place."""
    folder = folder.resolve()  # a link stays one
    above = next((path for path in folder.parents if path.exists()), folder)
    if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
        raise _unwritten(folder, f"{above} is no folder of yours")
    if not folder.exists():
        return
    if not _is_release(folder):
        raise ReleaseFault(
            f"{folder} holds what is no release and would be lost; name another with --out"
        )
    there = _told(folder / MANIFEST)
    for key, word, new in (
        ("update_key", "is signed", update_key),
        ("commit", "is of a commit", commit),
    ):
        if there.get(key) and not new:
            raise ReleaseFault(
                f"the release in {folder} {word}, and this one is not; name another with --out"
            )


def write(made: Mapping[str, bytes], folder: Path) -> None:
    """In place of what was there, by `judge`. ReleaseFault."""
    told = json.loads(made.get(MANIFEST, b"{}"))
    judge(folder, told.get("commit") or "", told.get("update_key") or "")
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            (beside / "new").mkdir()
            for name, data in made.items():
                (beside / "new" / name).write_bytes(data)
            _exchange(folder, beside)
        finally:
            if folder.exists() or not (beside / "old").exists():  # else it is all there is
                shutil.rmtree(beside, ignore_errors=True)
    except OSError as fault:
        raise _unwritten(folder, f"{fault.strerror}") from fault


def _exchange(folder: Path, beside: Path) -> None:
    """What was there is whole until the new one is in its place. OSError."""
    new, old = beside / "new", beside / "old"
    if folder.exists():
        folder.replace(old)
    try:
        new.replace(folder)
    except OSError:
        with contextlib.suppress(OSError):
            if old.exists():
                old.replace(folder)
        raise


def _unwritten(folder: Path, why: str) -> ReleaseFault:
    return ReleaseFault(f"{folder} cannot be written ({why}); name another with --out")


def _told(path: Path) -> dict:
    """The manifest that is there; none is of nobody."""
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_release(folder: Path) -> bool:
    """Nothing in it that a release has not put there."""
    if not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    return not names or (_told(folder / MANIFEST).keys() >= _OURS and names <= _listed(folder))


def _listed(folder: Path) -> set[str]:
    """The names in its list of hashes, and that list; of what is no such list none."""
    try:
        lines = (folder / SUMS).read_text().splitlines()
    except (OSError, ValueError):
        return set()
    return {SUMS, *(line.partition("  ")[2] for line in lines)}


def _json(told: dict) -> bytes:
    return (json.dumps(told, indent=1, ensure_ascii=True) + "\n").encode()
