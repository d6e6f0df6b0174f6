"""An image that is not of the sources beside it is found by content, whatever the dates say."""

import hashlib
import json
import os

import pytest

from tools import image_sources


@pytest.fixture
def tree(tmp_path):
    """A checkout with one file of each kind that an image is built from."""
    for name in (
        "firmware/main.py", "firmware/wattseal/a.py", "build/lib/umqtt/simple.py",
        "build/comb/p256_table.py", "tools/native/field.c", "tools/firmware.sh",
        "boards/RPI_PICO/mpconfigboard.h", "boards/RPI_PICO/board.json", "README.md",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.fixture
def built(tree):
    """built("firmware") -> an image as firmware.sh leaves it, with its list beside it."""

    def image(name):
        path = tree / "build/RPI_PICO" / (name + ".uf2")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"image")
        path.with_suffix(".json").write_text(json.dumps({
            "board": "RPI_PICO", "image": name,
            "sources_sha256": image_sources.digest(name, tree),
            "sha256": {"uf2": hashlib.sha256(b"image").hexdigest()},
        }))  # fmt: skip
        return path

    return image


@pytest.mark.parametrize("name", ["firmware", "production", "stock"])
def test_what_was_just_built_is_good_whatever_its_date(tree, built, name):
    image = built(name)
    os.utime(image, (1, 1))
    (tree / "firmware/__pycache__").mkdir()
    (tree / "firmware/__pycache__/main.cpython-311.pyc").write_bytes(b"x")
    (tree / "README.md").write_text("other words")
    (tree / "boards/RPI_PICO/board.json").write_text("{}")
    assert image_sources.stale(image, tree) == ""


@pytest.mark.parametrize(
    ("name", "changed", "word"),
    [
        ("firmware", "firmware/wattseal/a.py", "BOARD=RPI_PICO"),
        ("firmware", "build/lib/umqtt/simple.py", "BOARD=RPI_PICO"),
        ("firmware", "build/comb/p256_table.py", "BOARD=RPI_PICO"),
        ("firmware", "tools/native/field.c", "BOARD=RPI_PICO"),
        ("production", "boards/RPI_PICO/mpconfigboard.h", "BOARD=RPI_PICO PRODUCTION=1"),
        ("stock", "tools/firmware.sh", "BOARD=RPI_PICO STOCK=1"),
    ],
)
def test_a_changed_source_is_told_though_it_is_the_older_file(tree, built, name, changed, word):
    image = built(name)
    (tree / changed).write_text("another")
    os.utime(tree / changed, (1, 1))
    said = image_sources.stale(image, tree)
    assert said == f"{image} is not of the sources here; run: make firmware {word}"


def test_a_file_that_is_new_gone_or_moved_is_told(tree, built):
    image = built("firmware")
    source = tree / "firmware/wattseal/a.py"
    source.rename(source.with_name("b.py"))
    assert image_sources.stale(image, tree)
    source.with_name("b.py").rename(source)
    assert not image_sources.stale(image, tree)
    source.with_name("new.py").touch()
    assert image_sources.stale(image, tree)


def test_a_stock_image_has_nothing_of_ours(tree, built):
    image = built("stock")
    (tree / "firmware/main.py").write_text("another")
    assert image_sources.stale(image, tree) == ""


def test_the_native_modules_are_judged_by_their_own_sources(tree):
    assert "run: make native" in image_sources.stale_native(tree)
    listed = tree / image_sources.NATIVE_LIST
    listed.parent.mkdir(parents=True)
    listed.write_text(image_sources.digest("native", tree) + "\n")
    assert image_sources.stale_native(tree) == ""
    (tree / "firmware/main.py").write_text("another")
    assert image_sources.stale_native(tree) == ""
    (tree / "tools/native/field.c").write_text("another")
    os.utime(tree / "tools/native/field.c", (1, 1))
    assert "run: make native" in image_sources.stale_native(tree)
    listed.write_bytes(b"\xff")
    assert image_sources.stale_native(tree)


def test_another_image_under_its_name_is_told(tree, built):
    image = built("firmware")
    image.write_bytes(b"other")
    assert "is not the image that firmware.json tells of" in image_sources.stale(image, tree)


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"board": "RPI_PICO"}', "\xff"])
def test_a_list_that_is_missing_or_damaged_is_told(tree, built, text):
    image = built("firmware")
    listed = image.with_suffix(".json")
    listed.unlink() if text is None else listed.write_bytes(text.encode("latin-1"))
    said = image_sources.stale(image, tree)
    assert said == f"{listed} does not say what the image is; build it anew"
