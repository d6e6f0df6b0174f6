"""Fetches what pip cannot install: MicroPython libraries, type stubs. Writes only to build/."""

import hashlib
import io
import subprocess
import sys
import tarfile
from pathlib import Path

from tools import pypi_file, whole_file

BUILD = Path(__file__).resolve().parents[1] / "build"
# Bare archives on PyPI: name, version, hash (SHA-256), the module in it and its hash.
LIBRARIES = (
    (
        "micropython-umqtt.simple", "1.3.4",
        "b6a2520239e3992c63a7de9370ee9b3d9d27819a90359c521f1c0f7ccab8d12f",
        "umqtt/simple.py",
        "8555d2f654deb8eb0d724f79b0811a78cc94029d070f3d96bbd74288653d63a5",
    ),
    (
        "micropython-unittest", "0.4",
        "83b4a65c44b2f6382bc3dd8fbbe002b5679dbfc3744b99eaa59802e6fd14cf67",
        "unittest.py",
        "cfb237dfa327fdab8c391a9b658a3323d4fb18b1bfd6836ebf31922e63a99835",
    ),
)  # fmt: skip
TYPINGS = (
    ("esp32", "micropython-esp32-stubs==1.29.0.post1"),
    ("rp2", "micropython-rp2-stubs==1.29.0.post1"),
    ("unix", "micropython-unix-stubs==1.29.0.post1"),
    ("stdlib", "micropython-stdlib-stubs==1.29.0.post2"),
)


def altered(folder):
    """The libraries' modules below `folder` (a build/lib) that are not the pinned ones."""
    return [
        member for *_, member, digest in LIBRARIES
        if not (folder / member).is_file()
        or hashlib.sha256((folder / member).read_bytes()).hexdigest() != digest
    ]  # fmt: skip


def fetch_library(project, version, digest, member, _):
    """Download one archive, check its hash and unpack its one module into build/lib."""
    archive = pypi_file.get(project, version)
    if hashlib.sha256(archive).hexdigest() != digest:
        sys.exit(
            "fetch: %s %s has another hash than the pinned one; nothing written"
            % (project, version)
        )
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        name = next(n for n in tar.getnames() if n.endswith("/" + member))
        module = tar.extractfile(name)
        if module is None:
            sys.exit("fetch: %s is no file in the archive of %s" % (name, project))
        target = BUILD / "lib" / member
        target.parent.mkdir(parents=True, exist_ok=True)
        whole_file.write(target, module.read())


def fetch_typings(chip, requirement):
    """Install one stub package apart from the others: they all define the same modules."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--upgrade",
    ]
    target = str(BUILD / "typings" / chip)
    if subprocess.run([*command, "--target", target, requirement]).returncode:
        raise pypi_file.FetchFault(
            f"{requirement} could not be installed; is this machine online?"
        )


def main():
    if sys.argv[1:] not in (["libraries"], ["typings"]):
        sys.exit("usage: python -m tools.fetch libraries|typings")
    try:
        if sys.argv[1:] == ["libraries"]:
            for row in LIBRARIES:
                fetch_library(*row)
        else:
            for row in TYPINGS:
                fetch_typings(*row)
    except pypi_file.FetchFault as fault:
        print(f"fetch: {fault}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
