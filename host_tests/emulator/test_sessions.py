"""The frozen image on the emulated board: sessions, a power cut, the board's figures."""

from pathlib import Path

import pytest

from tools import run, sessions
from tools.emulate import scene
from tools.emulate.run import play
from tools.emulate.summary import summary

UF2 = Path(__file__).resolve().parents[2] / "build/RPI_PICO/firmware.uf2"


@pytest.fixture(scope="module")
def rows(node, tmp_path_factory):
    if not UF2.exists():
        pytest.skip("no image of ours to boot; run: make firmware BOARD=RPI_PICO")
    folder = tmp_path_factory.mktemp("emulated")
    plan = sessions.load(sessions.DEFAULT, 2, run.BUILD_DATE)
    built = scene.build(plan, "sdm630", UF2.read_bytes(), {}, 1, 120)
    return summary(built, play(built, folder / "board", folder))


def test_every_session_is_closed_once_and_verified_though_the_power_was_cut(rows):
    assert rows["ok"], rows
    assert (rows["sessions"], rows["power_cuts"], rows["boots"]) == (2, 1, 2)
    assert rows["begin_verified"] == rows["end_verified"] == rows["energy_exact"] >= 2


def test_the_heap_has_room(rows):
    assert rows["heap_free_least"] >= 80_000
    assert rows["heap_largest_block_least"] >= 24_000
