"""tools/firmware.sh and what it shares with micropython32.sh: what each says when it cannot build.

Nothing is built or fetched here; tools/reproduce.sh builds, twice.
"""

import json
import os
import pathlib
import shutil
import subprocess

import interpreters
import pytest

ROOT = interpreters.ROOT
TOOLS = ROOT / "tools"
COMPILERS = ("arm-none-eabi-gcc", "arm-none-eabi-g++", "cmake", "make", "gcc", "python3")
FETCHERS = ("dpkg-source", "xz", "bzip2")
DEB822 = """# ours
Types: deb
URIs: http://deb.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.example/debian-security
Suites: bookworm-security
Components: main
"""
CLASSIC = """# deb http://old.example/debian buster main
deb [signed-by=/usr/share/keyrings/k.gpg] http://deb.example/debian bookworm main contrib
deb http://deb.example/debian-security bookworm-security main
"""


@pytest.fixture
def programs(tmp_path):
    """A folder with the shell's own tools alone, for a PATH; `add` puts idle ones beside them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "dirname", "realpath"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def add(folder, names):
    for name in names:
        (folder / name).write_text("#!/bin/sh\nexit 0\n")
        (folder / name).chmod(0o755)


def build(folder, *arguments, **more):
    done = subprocess.run(
        ["bash", str(TOOLS / "firmware.sh"), *map(str, arguments)],
        env={"PATH": str(folder), **more}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_every_package_that_is_missing_is_named_at_once(programs, tmp_path):
    assert build(programs, "RPI_PICO", tmp_path / "out") == (
        "firmware: the build needs more packages: sudo apt-get install gcc-arm-none-eabi cmake"
        " make gcc python3 dpkg-dev xz-utils bzip2 libnewlib-arm-none-eabi"
        " libstdc++-arm-none-eabi-newlib\n"
    )


def test_a_single_missing_package_is_named_alone(programs, tmp_path):
    add(programs, [name for name in COMPILERS + FETCHERS if name != "cmake"])
    assert build(programs, "RPI_PICO", tmp_path / "out").endswith("apt-get install cmake\n")


def test_a_radio_needs_a_compiler_for_this_machine_as_well(programs, tmp_path):
    """The SDK's pioasm, which assembles its bus, is built here; no other board needs it."""
    add(programs, COMPILERS)
    said = build(programs, "RPI_PICO_W", tmp_path / "out", tmp_path)
    assert said.endswith("apt-get install g++\n")
    assert "g++" not in build(programs, "W5500_EVB_PICO", tmp_path / "out", tmp_path)


def test_a_board_without_c_side_files_gets_a_sentence(programs, tmp_path):
    said = build(programs, "unix", tmp_path / "out")
    assert said == (
        "firmware: there are no C-side files for the board unix, so no image; RPI_PICO has them\n"
    )


def test_no_image_is_said_to_have_no_prompt_that_has_one(programs, tmp_path):
    """A board without what its production image starts with, in a tree of its own."""
    for name in ("tools/firmware.sh", "tools/debian.sh", "boards/RPI_PICO/mpconfigboard.cmake"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    done = subprocess.run(
        ["bash", str(tmp_path / "tools/firmware.sh"), "RPI_PICO", str(tmp_path / "out")],
        env={"PATH": str(programs), "PRODUCTION": "1"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    told = "firmware: there is no image without a prompt for the board RPI_PICO: it has no "
    assert done.stderr == told + "production/manifest.py\n"


def test_a_board_without_a_stock_manifest_gets_a_sentence(programs, tmp_path):
    """Not a minute later the build's own words about a file."""
    add(programs, COMPILERS)
    said = build(programs, "W5500_EVB_PICO", tmp_path / "out", tmp_path, STOCK="1")
    told = "firmware: there is no stock image for the board W5500_EVB_PICO: it has no "
    assert said == told + "stock/manifest.py; MicroPython's own serves\n"


MAKE = """#!/bin/sh
printf '%s\\n' "$@" >> "$LOG"
for told; do
  case "$told" in BUILD=*) out=${told#BUILD=} ;; esac
done
[ -n "$out" ] || exit 0
mkdir -p "$out/genhdr"
echo '#define MICROPY_GIT_TAG "v1.27.0"' > "$out/genhdr/mpversion.h"
echo image > "$out/micropython.bin"
echo image > "$out/firmware.bin"
"""


def test_an_esp32s_image_is_built_from_a_checkout_with_a_space_in_its_path(tmp_path):
    checkout, tree, idle = tmp_path / "a b", tmp_path / "tree", tmp_path / "bin"
    for name in ("tools", "boards", "firmware"):
        shutil.copytree(ROOT / name, checkout / name)
    for folder in (
        checkout / "build/lib", checkout / "build/comb", tree / "ports/esp32",
        tree / "lib/micropython-lib", tmp_path / "copies", idle,
    ):  # fmt: skip
        folder.mkdir(parents=True)
    (tree / "lib/micropython-lib/README.md").touch()
    add(idle, ["idf.py", "make"])
    (idle / "make").write_text(MAKE)
    told = {
        "PATH": f"{idle}:{os.environ['PATH']}", "TMPDIR": str(tmp_path / "copies"),
        "LOG": str(tmp_path / "log"),
    }  # fmt: skip
    out = checkout / "build/ESP32_GENERIC"
    subprocess.run(
        ["bash", "tools/firmware.sh", "ESP32_GENERIC", out, tree], cwd=checkout, env=told,
        check=True, capture_output=True,
    )  # fmt: skip
    given = (tmp_path / "log").read_text().splitlines()
    assert "BOARD=ESP32_GENERIC" in given and not [word for word in given if " " in word]
    assert (out / "firmware.bin").read_text() == "image\n"
    assert json.loads((out / "firmware.json").read_text())["board"] == "ESP32_GENERIC"


def test_a_copy_that_another_may_have_filled_is_not_built_in(tmp_path):
    """Its name is known to whoever may write below TMPDIR, and its Makefile would be run."""
    helper = f". '{TOOLS}/debian.sh'; . '{TOOLS}/copy_place.sh'; tool=firmware; root=$1; "
    command = ["bash", "-c", helper + 'place=$(copy_place); own_folder "$place"; echo "$place"']

    def asked():
        return subprocess.run(
            [*command, "-", str(ROOT)], capture_output=True, text=True,
            env={**os.environ, "TMPDIR": str(tmp_path / "new")},
        )  # fmt: skip

    place = pathlib.Path(asked().stdout.strip())
    assert place.stat().st_mode & 0o777 == 0o700 and asked().returncode == 0
    place.chmod(0o770)
    refused = asked()
    assert refused.returncode == 2 and refused.stderr.count("\n") == 1
    assert f"firmware: {place} is another user's, or others may write in it" in refused.stderr
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").chmod(0o700)
    assert asked().returncode == 2
    place.unlink()
    place.mkdir()
    if os.getuid() == 0:  # who is not cannot give it away
        os.chown(place, 65534, 65534)
        assert asked().returncode == 2


def test_both_scripts_that_build_in_a_copy_ask_whose_it_is():
    for name in ("firmware.sh", "soak/interpreter.sh"):
        text = (TOOLS / name).read_text()
        assert 'own_folder "$copy"' in text and "/tmp}" not in text, name


def test_what_a_caller_has_set_for_his_own_builds_does_not_reach_cmake(tmp_path):
    tree, idle = tmp_path / "tree", tmp_path / "idle"
    for name in ("ports/rp2", "lib/pico-sdk", "lib/tinyusb/src", "lib/mbedtls/library"):
        (tree / name).mkdir(parents=True)
    for name in ("lib/pico-sdk/pico_sdk_init.cmake", "ports/rp2/memmap_mp_rp2040.ld"):
        (tree / name).touch()
    idle.mkdir()
    add(idle, COMPILERS)
    (idle / "cmake").write_text(f"#!/bin/sh\nenv > {tmp_path}/told\nexit 1\n")
    names = ("LDFLAGS", "CPATH", "CMAKE_GENERATOR", "CMAKE_BUILD_TYPE", "PICO_TOOLCHAIN_PATH")
    mine = dict.fromkeys(names, "mine")
    root = tmp_path / "checkout"  # this one may have a space in its path
    for name in ("tools", "boards", "firmware"):
        shutil.copytree(ROOT / name, root / name)
    subprocess.run(
        ["bash", "tools/firmware.sh", "RPI_PICO", "build/RPI_PICO", str(tree)], cwd=root,
        env={"PATH": f"{idle}:{os.environ['PATH']}", **mine}, capture_output=True,
    )  # fmt: skip
    told = (tmp_path / "told").read_text()
    assert "CFLAGS=-ffile-prefix-map" in told and "=mine" not in told


def test_two_images_at_once_are_refused(programs, tmp_path):
    said = build(programs, "RPI_PICO", tmp_path / "out", PRODUCTION="1", STOCK="1")
    assert "name one of them" in said


def test_no_arguments_get_the_usage(programs):
    assert "firmware.sh BOARD OUT [SOURCE_TREE]" in build(programs)


def test_a_tree_that_is_no_micropython_gets_a_sentence(programs, tmp_path):
    add(programs, COMPILERS)
    assert "is no MicroPython source tree" in build(programs, "RPI_PICO", tmp_path, tmp_path)


def test_a_tree_without_its_submodules_gets_the_command_that_fetches_them(programs, tmp_path):
    add(programs, COMPILERS)
    (tmp_path / "ports/rp2").mkdir(parents=True)
    said = build(programs, "RPI_PICO", tmp_path, tmp_path)
    assert said.endswith(f"fetch them: make -C {tmp_path}/ports/rp2 submodules\n")


@pytest.mark.parametrize(
    ("board", "lacking"),
    [("RPI_PICO_W", "lib/cyw43-driver/src"), ("W5500_EVB_PICO", "lib/wiznet5k/Ethernet")],
)
def test_a_network_that_debians_sources_are_without_is_named(programs, tmp_path, board, lacking):
    add(programs, (*COMPILERS, "g++"))
    said = build(programs, board, tmp_path / "out")
    assert f"lib/lwip/src {lacking}" in said and said.endswith("tree: MICROPYTHON=path\n")
    for part in (
        "ports/rp2",
        "lib/lwip/src",
        "lib/pico-sdk",
        "lib/tinyusb/src",
        "lib/mbedtls/library",
    ):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "lib/pico-sdk/pico_sdk_init.cmake").touch()
    said = build(programs, board, tmp_path / "out", tmp_path)
    assert f"without {lacking}; fetch it" in said
    assert said.endswith(f"BOARD={board} submodules\n")


def test_an_esp32_needs_a_tree_and_espressifs_build(programs, tmp_path):
    said = build(programs, "ESP32_GENERIC_S3", tmp_path / "out")
    assert said.endswith("name a source tree: MICROPYTHON=path\n")
    said = build(programs, "ESP32_GENERIC_S3", tmp_path / "out", tmp_path)
    assert "no MicroPython source tree (it has no ports/esp32)" in said
    (tmp_path / "ports/esp32").mkdir(parents=True)
    said = build(programs, "ESP32_GENERIC_S3", tmp_path / "out", tmp_path)
    assert said.startswith("firmware: idf.py is missing; enter ESP-IDF first")
    add(programs, ["idf.py"])
    said = build(programs, "ESP32_GENERIC_S3", tmp_path / "out", tmp_path)
    assert said.endswith(f"make -C {tmp_path}/ports/esp32 submodules\n")


@pytest.mark.parametrize("production", ["", "1"])
def test_an_esp32s_image_is_built_from_its_own_folder(programs, tmp_path, production):
    """On an idle `make` that notes its words and leaves what an ESP-IDF build would."""
    add(programs, ["idf.py"])
    checkout = tmp_path / "checkout"  # this one may have a space in its path
    for name in ("tools", "boards", "firmware"):
        shutil.copytree(ROOT / name, checkout / name)
    for name in ("mkdir", "cp", "cat", "cut", "sed", "stat", "sha256sum", "tail", "rm"):
        (programs / name).symlink_to(shutil.which(name))
    for name in ("ports/esp32", "lib/berkeley-db-1.xx", "lib/micropython-lib", "mpy-cross"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("lib/berkeley-db-1.xx/README", "lib/micropython-lib/README.md"):
        (tmp_path / name).touch()
    out, name = tmp_path / "out", "production" if production else "firmware"
    (programs / "make").write_text(
        f"""#!/bin/bash
        echo "$@" >> {tmp_path}/asked
        mkdir -p {out}/{name}/cmake/genhdr
        echo '#define MICROPY_GIT_TAG "v1.27.0"' > {out}/{name}/cmake/genhdr/mpversion.h
        echo application > {out}/{name}/cmake/micropython.bin
        echo all > {out}/{name}/cmake/firmware.bin
        """
    )
    (programs / "make").chmod(0o755)

    def made():
        done = subprocess.run(
            ["bash", "tools/firmware.sh", "ESP32_GENERIC_S3", str(out), str(tmp_path)],
            cwd=checkout, env={"PATH": str(programs), "PRODUCTION": production},
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    made()
    asked = (tmp_path / "asked").read_text()
    assert f"BOARD_DIR={checkout}/boards/ESP32_GENERIC_S3" in asked
    assert ("BOARD_VARIANT=PRODUCTION" in asked) == bool(production)
    told = json.loads((out / f"{name}.json").read_text())
    assert (told["image_bytes"], told["micropython"]) == (12, "v1.27.0")
    assert (out / f"{name}.bin").read_text() == "all\n"
    sdkconfig = out / name / "cmake/sdkconfig"  # made once by the IDF, which then reads no default
    for configured, is_kept in (((out / name / "configured").read_text(), True), ("other", False)):
        sdkconfig.touch()
        (out / name / "configured").write_text(configured)
        made()
        assert sdkconfig.exists() == is_kept


def source_list(tmp_path, deb822="", classic=""):
    """What `source_list forky` leaves, from the machine's lists as given."""
    (tmp_path / "deb822").write_text(deb822)
    (tmp_path / "classic").write_text(classic)
    lists = {"APT_DEB822": str(tmp_path / "deb822"), "APT_CLASSIC": str(tmp_path / "classic")}
    (tmp_path / "out").mkdir()
    done = subprocess.run(
        ["bash", "-euc", f"tool=test; . '{TOOLS}/debian.sh'; source_list forky '{tmp_path}/out'"],
        env={**os.environ, **lists}, capture_output=True, text=True,
    )  # fmt: skip
    return done, {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}


def test_a_modern_list_gives_the_first_stanza_with_the_suite(tmp_path):
    _, made = source_list(tmp_path, deb822=DEB822, classic=CLASSIC)
    assert made == {
        "forky.sources": "# ours\nTypes: deb deb-src\nURIs: http://deb.example/debian\n"
        "Suites: forky\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    }


def test_a_classic_list_gives_its_first_line_twice_with_the_suite(tmp_path):
    _, made = source_list(tmp_path, classic=CLASSIC)
    entry = "[signed-by=/usr/share/keyrings/k.gpg] http://deb.example/debian forky main\n"
    assert made == {"forky.list": "deb " + entry + "deb-src " + entry}


def test_a_machine_without_a_debian_list_is_told_to_name_a_tree(tmp_path):
    done, made = source_list(tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "test: no Debian source list found; name a MicroPython tree: MICROPYTHON=path\n"
    )
    assert made == {}
