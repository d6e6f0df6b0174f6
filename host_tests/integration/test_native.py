"""The native module as `make native` builds it: loads, signs as OpenSSL does, same bytes twice.

host_tests/core/test_native_*.py take it apart; on a machine without it they have nothing to do.
"""

import os
import subprocess
import sys
from pathlib import Path

import interpreters
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

BUILT = interpreters.ROOT / "build/native"
BUILD = interpreters.ROOT / "tools/native/build.sh"
NAME = "wattseal_p256.mpy"
COUNT = 1000
PREHASHED = utils.Prehashed(SHA256())


@pytest.fixture(scope="module")
def module():
    path = BUILT / "x64" / NAME
    if not path.exists():
        pytest.skip("no native module; run: make native")
    return path


def test_the_suite_s_interpreter_takes_it(module, tmp_path):
    script = tmp_path / "load.py"
    script.write_text("import sys\nsys.path.append(%r)\nimport wattseal_p256\nprint('loaded')\n"
                      % str(module.parent))  # fmt: skip
    assert interpreters.run(interpreters.unix64(), [script]).stdout == "loaded\n"


def test_openssl_takes_every_signature_and_makes_the_same_by_rfc_6979(module):
    script = interpreters.ROOT / "host_tests/support/sign_many_native.py"
    done = interpreters.run(interpreters.unix64(), [script, COUNT, "native"])
    assert done.returncode == 0, done.stdout[-2000:]
    rows = [line.split() for line in done.stdout.splitlines()]
    assert len(rows) == COUNT
    for key, digest, plain, hedged in rows:
        private = ec.derive_private_key(int(key, 16), ec.SECP256R1())
        data = bytes.fromhex(digest)
        private.public_key().verify(bytes.fromhex(hedged), data, ec.ECDSA(PREHASHED))
        by_openssl = private.sign(data, ec.ECDSA(PREHASHED, deterministic_signing=True))
        assert bytes.fromhex(plain) == by_openssl
        assert hedged != plain


def test_two_builds_in_different_folders_are_the_same_bytes(module, tmp_path):
    tree = interpreters.ROOT / "build/debian-forky"
    # In a path with a space the image was built from a copy: there build.sh fetches the sources.
    if not (tree / "micropython").exists() and not os.environ.get("WATTSEAL_CI"):
        pytest.skip("no MicroPython sources; run: make firmware BOARD=RPI_PICO")
    out = tmp_path / "another place"
    subprocess.run(
        ["bash", str(BUILD), str(out)], check=True, capture_output=True, text=True,
        env={**os.environ, "DEBIAN": str(tree), "PYTHON": sys.executable},
    )  # fmt: skip
    for architecture in ("x64", "armv6m"):
        first, second = (folder / architecture / NAME for folder in (BUILT, out))
        assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in sorted(out.iterdir())] == ["armv6m", "sources.sha256", "x64"]


def build(path: Path, *arguments):
    """What build.sh says on a machine with the programs in `path` alone."""
    done = subprocess.run(
        ["/bin/bash", str(BUILD), *map(str, arguments)],
        env={"PATH": str(path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture
def programs(tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dirname", "realpath"):
        (folder / name).symlink_to("/usr/bin/" + name)
    return folder


def test_everything_that_is_missing_is_named_at_once(programs, tmp_path):
    assert build(programs, tmp_path / "out") == (
        "native: the native module needs more packages: sudo apt-get install gcc"
        " gcc-arm-none-eabi libnewlib-arm-none-eabi python3-pyelftools\n"
    )


def test_no_arguments_get_the_usage(programs):
    assert "build.sh OUT [SOURCE_TREE]" in build(programs)


def test_a_tree_that_is_no_micropython_gets_a_sentence(programs, tmp_path):
    for name in ("gcc", "arm-none-eabi-gcc", "python3"):
        (programs / name).write_text("#!/bin/sh\nexit 0\n")
        (programs / name).chmod(0o755)
    for name in ("rm", "mkdir"):
        (programs / name).symlink_to("/bin/" + name)
    assert "is no MicroPython source tree" in build(programs, tmp_path / "out", tmp_path)
