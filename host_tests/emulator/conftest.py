"""What the tests of the emulated board need: Node.js with rp2040js, and a firmware to boot."""

import os
from pathlib import Path

import pytest

from tools import image_sources, stage
from tools.emulator import install
from tools.emulator.flash_image import files_below, flash_image
from tools.emulator.rig import Rig

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "build/RPI_PICO"


@pytest.fixture(scope="session")
def node():
    """Path of Node.js; skips where the emulator is not set up."""
    lacking = install.missing()
    if lacking:
        pytest.skip(lacking)
    return install.find_node().path


@pytest.fixture(scope="session")
def shipped(node):
    """shipped("firmware") -> the UF2 that `make firmware` left, also "stock" and "production";
    skips where there is none, or one of other sources than are here."""

    def image(name):
        path = IMAGES / (name + ".uf2")
        if not path.exists():
            word = {"stock": " STOCK=1", "production": " PRODUCTION=1"}.get(name, "")
            pytest.skip("no %s image; run: make firmware BOARD=RPI_PICO%s" % (name, word))
        stale = image_sources.stale(path)
        if stale:
            pytest.skip(stale)
        return path.read_bytes()

    return image


@pytest.fixture(scope="session")
def staged_files(tmp_path_factory):
    """{path: bytes} of the tree for a stock image, staged from the sources that are here."""
    folder = tmp_path_factory.mktemp("staged for stock")
    stage.stage("RPI_PICO", folder)
    return files_below(folder / "root")


@pytest.fixture
def firmware_from(shipped, request):
    """firmware_from("frozen" or "stock") -> (UF2, files beside it): our firmware either way."""

    def image_and_files(image):
        if image == "frozen":
            return shipped("firmware"), {}
        return shipped("stock"), request.getfixturevalue("staged_files")

    return image_and_files


@pytest.fixture(scope="session")
def uf2(shipped):
    """A stock MicroPython for the Pico: WATTSEAL_UF2=path, else what `make firmware` left."""
    named = os.environ.get("WATTSEAL_UF2")
    return Path(named).read_bytes() if named else shipped("stock")


@pytest.fixture
def board(uf2, tmp_path):
    """board(files) -> a Rig with the firmware and these files in its flash."""

    def make(files=None, name="board with spaces"):
        return Rig(tmp_path / name, flash_image(uf2, files or {}))

    return make
