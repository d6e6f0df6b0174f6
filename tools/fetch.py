"""Fetches what pip cannot install: MicroPython libraries, type stubs. Writes only to build/."""

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / "build"
# Bare archives on PyPI without build files: fetched by name, version and hash (SHA-256).
LIBRARIES = (
    (
        "micropython-umqtt.simple", "1.3.4",
        "b6a2520239e3992c63a7de9370ee9b3d9d27819a90359c521f1c0f7ccab8d12f",
        "umqtt/simple.py",
    ),
    (
        "micropython-unittest", "0.4",
        "83b4a65c44b2f6382bc3dd8fbbe002b5679dbfc3744b99eaa59802e6fd14cf67",
        "unittest.py",
    ),
)  # fmt: skip
TYPINGS = (
    ("esp32", "micropython-esp32-stubs==1.29.0.post1"),
    ("rp2", "micropython-rp2-stubs==1.29.0.post1"),
    ("unix", "micropython-unix-stubs==1.29.0.post1"),
    ("stdlib", "micropython-stdlib-stubs==1.29.0.post2"),
)


def fetch_library(project, version, digest, member):
    """Download one archive, check its hash and unpack its one module into build/lib."""
    from pypi_simple import PyPISimple

    with PyPISimple() as index:
        packages = index.get_project_page(project).packages
        wanted = next(p for p in packages if p.version == version)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "archive.tar.gz"
            index.download_package(wanted, path, verify=False)  # verified below, against the pin
            archive = path.read_bytes()
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
        target.write_bytes(module.read())


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
    subprocess.run([*command, "--target", str(BUILD / "typings" / chip), requirement], check=True)


def main():
    if sys.argv[1:] == ["libraries"]:
        for row in LIBRARIES:
            fetch_library(*row)
    elif sys.argv[1:] == ["typings"]:
        for row in TYPINGS:
            fetch_typings(*row)
    else:
        sys.exit("usage: python -m tools.fetch libraries|typings")


if __name__ == "__main__":
    main()
