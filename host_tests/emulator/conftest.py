"""What the tests of the emulated board need: Node.js with rp2040js, and a firmware to boot."""

import os
from pathlib import Path

import pytest

from tools.emulator import install
from tools.emulator.flash_image import flash_image
from tools.emulator.rig import Rig

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def node():
    """Path of Node.js; skips where the emulator is not set up."""
    lacking = install.missing()
    if lacking:
        pytest.skip(lacking)
    return install.find_node().path


@pytest.fixture(scope="session")
def uf2(node):
    """A stock MicroPython for the Pico: WATTSEAL_UF2=path, else what `make firmware` left."""
    path = Path(os.environ.get("WATTSEAL_UF2") or ROOT / "build/RPI_PICO/stock.uf2")
    if not path.exists():
        pytest.skip("no firmware to boot; run: make firmware BOARD=RPI_PICO STOCK=1")
    return path.read_bytes()


@pytest.fixture
def board(uf2, tmp_path):
    """board(files) -> a Rig with the firmware and these files in its flash."""

    def make(files=None, name="board with spaces"):
        return Rig(tmp_path / name, flash_image(uf2, files or {}))

    return make
