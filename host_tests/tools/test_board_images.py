"""The C-side files of every frozen image: what CMake and MicroPython's own tools make of them.

Built here is RPI_PICO's alone (host_tests/emulator boots it); of the others, whose networks
Debian's sources are without, this is the form: what is set, that every file exists, and what is
frozen.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import interpreters
import pytest

from tools import boards
from tools.size import budget

ROOT = interpreters.ROOT
MICROPYTHON = "build/debian-forky/micropython"
BOARDS = [p.parent.name for p in sorted(ROOT.glob("boards/*/mpconfigboard.cmake"))]
each_board = pytest.mark.parametrize("board", BOARDS)


@pytest.fixture(scope="module")
def micropython():
    """Fetched by tools/firmware.sh: here, or where it has copied a path with a space in it to."""
    told = subprocess.run(["cksum"], input=f"{ROOT}\n", capture_output=True, text=True, check=True)
    number = told.stdout.split()[0]
    copy = Path(tempfile.gettempdir()) / f"wattseal-{os.getuid()}-{number}"
    for place in (ROOT, copy):
        if (place / MICROPYTHON).is_dir():
            return place / MICROPYTHON
    pytest.skip("no MicroPython sources; run: make firmware BOARD=RPI_PICO")


def settings(board, port_dir, folder, *more):
    """{variable: value} after CMake has read the board's file, and `more`."""
    if not shutil.which("cmake"):
        pytest.skip("no cmake")
    here = ROOT / "boards" / board
    script = folder / "read.cmake"
    script.write_text(
        f'set(MICROPY_BOARD_DIR "{here}")\nset(MICROPY_PORT_DIR "{port_dir}")\n'
        f'set(CMAKE_BINARY_DIR "{folder}")\ninclude("{here}/mpconfigboard.cmake")\n'
        + "".join(f'include("{here}/{name}")\n' for name in more)
        + "get_cmake_property(names VARIABLES)\nforeach(name ${names})\n"
        '  message("${name}=${${name}}")\nendforeach()\n'
    )
    said = subprocess.run(["cmake", "-P", script], capture_output=True, text=True, check=True)
    return dict(re.findall(r"^(\w+)=(.*)$", said.stderr, re.M))


def test_every_board_but_the_unix_port_has_them():
    assert [name for name in boards.names() if boards.facts(name).chip] == BOARDS
    for board in BOARDS:
        assert (ROOT / "boards" / board / "mpconfigboard.h").exists()


@each_board
def test_cmake_finds_every_file_that_is_named(board, micropython, tmp_path):
    facts = boards.facts(board)
    port = micropython / "ports" / facts.port
    found = settings(board, port, tmp_path)
    assert found["MICROPY_FROZEN_MANIFEST"] == str(ROOT / "boards" / board / "manifest.py")
    if facts.port == "rp2":
        assert found["PICO_PLATFORM"] == "rp2040"
        assert (micropython / "ports/rp2" / found["MICROPY_BOARD_PINS"]).exists()
        header = f"lib/pico-sdk/src/boards/include/boards/{found['PICO_BOARD']}.h"
        assert (micropython / header).exists()
        return
    assert ("IDF_TARGET" in found) == (facts.chip != "ESP32")
    combined = "".join(
        (port / name).read_text() for name in found["SDKCONFIG_DEFAULTS"].split(";")
    )
    # As the IDF reads it: the last line that names a setting counts.
    told = dict(re.findall(r"^(CONFIG_\w+)=(.*)$", combined, re.M))
    table = told["CONFIG_PARTITION_TABLE_CUSTOM_FILENAME"].strip('"')
    assert table == str(ROOT / "boards" / board / "partitions.csv")
    assert told["CONFIG_PARTITION_TABLE_CUSTOM"] == "y"
    assert told["CONFIG_ETH_SPI_ETHERNET_W5500"] == "y"
    assert ("CONFIG_SPIRAM" in told) == (facts.chip != "ESP32")
    if facts.chip != "ESP32":  # as MicroPython's own image of the board has it
        own = (port / "boards/sdkconfig.spiram_sx").read_text()
        keys = dict(re.findall(r"^(CONFIG_\w+)=(.*)$", own, re.M))
        pins = {"CONFIG_SPIRAM_CLK_IO", "CONFIG_SPIRAM_CS_IO"}  # the IDF's defaults
        assert {key for key in keys if told.get(key) != keys[key]} == pins
    flash = [name for name in told if re.match(r"CONFIG_ESPTOOLPY_FLASHSIZE_\d", name)]
    assert len([name for name in flash if told[name] == "y"]) == 1, flash


def frozen(board, micropython, manifest):
    """{path in the image: source} by MicroPython's own tool, which refuses nothing twice."""
    facts, here = boards.facts(board), ROOT / "boards" / board
    sys.path.insert(0, str(micropython / "tools"))
    try:
        import manifestfile
    finally:
        sys.path.pop(0)
    places = {
        "MPY_DIR": str(micropython), "PORT_DIR": str(micropython / "ports" / facts.port),
        "BOARD_DIR": str(here), "MPY_LIB_DIR": "",
    }  # fmt: skip
    made = manifestfile.ManifestFile(manifestfile.MODE_FREEZE, places)
    made.execute(str(here / manifest))
    targets = [file.target_path for file in made.files()]
    assert len(set(targets)) == len(targets)
    return {file.target_path: Path(file.full_path).resolve() for file in made.files()}


@each_board
def test_micropythons_own_tool_freezes_all_that_the_board_starts_with(board, micropython):
    facts, found = boards.facts(board), frozen(board, micropython, "manifest.py")
    held = {path.removesuffix(".py") for path in found}
    assert held >= {"_boot", "boot", "main", "board", "p256_table", "umqtt/simple"}
    esp32_own = ("esp32_files", "esp32_prompt")
    own = ("rp2_flash", "rp2_prompt", "block_flash") if facts.family == "rp2" else esp32_own
    assert held >= {"wattseal/hal/" + name for name in (facts.family, *own)}
    assert found["_boot.py"].is_relative_to(ROOT)  # ours, which formats nothing
    assert not held & {"inisetup", "flashbdev", "_boot_fat", "production"}
    takes_updates = {"image_start", "module_vfs", "firmware/main"}
    first = "boards/ESP32_GENERIC/frozen" if facts.family == "esp32" else "firmware"
    assert held & takes_updates == (takes_updates if facts.family == "esp32" else set())
    assert found["main.py"] == ROOT / first / "main.py"
    if (
        facts.family == "esp32"
    ):  # its contactors' pins are its own, its counters of pulses Python's
        assert found["open_contactors.py"].parent == ROOT / "boards" / board / "frozen"
        assert "class Counter" in found["machine.py"].read_text()


@each_board
def test_a_production_image_is_the_other_and_what_gives_no_prompt(board, micropython):
    found = frozen(board, micropython, "production/manifest.py")
    own = ROOT / "boards/RPI_PICO/production/production.py"
    assert found == frozen(board, micropython, "manifest.py") | {"production.py": own}


def settings_of_production(board, tmp_path):
    """As MicroPython's esp32 port reads a variant: behind the board's own file."""
    return settings(board, "unused", tmp_path, "mpconfigvariant_PRODUCTION.cmake")


@each_board
def test_the_build_of_a_production_image_knows_it(board, tmp_path):
    """In C too: that whatever ends the firmware ends in a reset, and no prompt follows."""
    here = ROOT / "boards" / board
    if boards.facts(board).family == "esp32":
        found = settings_of_production(board, tmp_path)
        assert found["MICROPY_FROZEN_MANIFEST"] == str(here / "production/manifest.py")
        assert found["MICROPY_DEF_BOARD"] == "PRODUCTION"
        resets = "esp_restart"
    else:
        resets = "watchdog_reboot"
    program = (
        '#include <stdint.h>\n#include "mpconfigboard.h"\nint ended(int kind) {\n'
        "#ifdef MICROPY_BOARD_BEFORE_PYTHON_EXEC\n MICROPY_BOARD_BEFORE_PYTHON_EXEC(kind, 0);\n"
        "#endif\n#ifdef MICROPY_BOARD_AFTER_PYTHON_EXEC\n"
        " MICROPY_BOARD_AFTER_PYTHON_EXEC(kind, 0, 0, &kind);\n#endif\n return kind;\n}\n"
    )
    made = {}
    for flags in ((), ("-DPRODUCTION",)):
        done = subprocess.run(
            ["gcc", "-xc", "-Wall", "-Werror", "-I", here, *flags, "-S", "-o", "-", "-"],
            input=program, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        made[flags] = done.stdout
    assert resets not in made[()] and resets in made[("-DPRODUCTION",)]


@each_board
def test_the_header_leaves_room_for_image_and_files(board):
    header = (ROOT / "boards" / board / "mpconfigboard.h").read_text()
    if boards.facts(board).port != "rp2":
        assert "#define MICROPY_PY_BLUETOOTH (0)" in header
        return
    kib = [int(n) for n in re.findall(r"STORAGE_BYTES \((\d+) \* 1024\)", header)]
    files = re.search(
        r"_FILES_BYTES = const\((\d+)\)",
        (ROOT / "firmware/wattseal/hal/rp2_flash.py").read_text(),
    )
    assert min(kib) * 1024 >= int(files[1]) + 64 * 4096  # and 256 KB of journal
    assert max(kib) * 1024 <= 2 << 20


def test_an_image_within_its_budget_has_the_room():
    """What a budget holds was built once, by whoever had the sources for it."""
    limits = {board: budget.load(ROOT / "boards" / board / budget.FILE_NAME) for board in BOARDS}
    held = {board: limit.image_bytes for board, limit in limits.items() if limit.image_bytes}
    assert held.keys() >= {"RPI_PICO", "RPI_PICO_W", "W5500_EVB_PICO"}
    for board, image_bytes in held.items():
        header = (ROOT / "boards" / board / "mpconfigboard.h").read_text()
        kib = [int(n) for n in re.findall(r"STORAGE_BYTES \((\d+) \* 1024\)", header)]
        assert image_bytes <= (2 << 20) - min(kib) * 1024, board


def test_a_w5500s_pins_are_the_same_in_c_and_in_python():
    from tools import pin_facts

    header = (ROOT / "boards/W5500_EVB_PICO/mpconfigboard.h").read_text()
    told = {name: int(n) for name, n in re.findall(r"WIZNET_(?:SPI|PIN)_(\w+) \((\d+)\)", header)}
    _, clock, out, back, select, reset = pin_facts.constants("W5500_EVB_PICO")["_W5500"]
    assert (told["SCK"], told["MOSI"], told["MISO"]) == (clock, out, back)
    assert (told["CS"], told["RST"]) == (select, reset)
