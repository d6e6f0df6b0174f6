"""`make provision` of a board without a file system: it is made when a person says so, only."""

import pytest
from provisioned_as import provisioned_as

from tools.provision.device import ProvisionFault

# Our image's start, as it leaves a fresh board: nothing is mounted, and why.
NOTHING_MOUNTED = """
import os, sys
class _Files:
    trouble = %r
    formatted = 0
    def format(self):
        self.formatted += 1
        self.trouble = ""
        print("formatted by", %r)
class _Os:
    def __init__(self, real):
        self._real = real
    def __getattr__(self, name):
        if files.trouble and name in ("stat", "mkdir", "rename", "listdir"):
            raise OSError(19)
        return getattr(self._real, name)
files = _Files()
import wattseal.hal
sys.modules["wattseal.hal." + %r] = files
setattr(wattseal.hal, %r, files)
sys.modules["os"] = _Os(os)
"""
WHY = "the flash holds no file system of ours (OSError(19,)); to make one: %s.format()"
BOARDS = [("RPI_PICO", "rp2_flash"), ("ESP32_GENERIC", "esp32_files")]


def fresh(board, module, folder, text):
    before = NOTHING_MOUNTED % (WHY % module, module, module, module)
    return provisioned_as(board, folder, 'wifi_ssid = "yard"\n' + text, before=before)


@pytest.mark.parametrize(("board", "module"), BOARDS)
def test_a_board_without_files_gets_them_when_told_to(tmp_path, board, module):
    told, config, _, said = fresh(board, module, tmp_path, "format = true\n")
    assert told["good"], told["checks"]
    assert WHY % module in said and "an empty file system was made" in said
    assert config["version"] == 1


@pytest.mark.parametrize(("board", "module"), BOARDS)
def test_nothing_is_formatted_without_being_told_to(tmp_path, board, module):
    for answers in ("", "format = false\n", "replace = true\n"):
        with pytest.raises(ProvisionFault, match="has no file system, and nothing was changed"):
            fresh(board, module, tmp_path, answers)
    assert not (tmp_path / "data/config.json").exists()


def test_where_nothing_can_make_them_it_is_said(tmp_path):
    before = NOTHING_MOUNTED % ("mounted by nobody", "x", "x", "x")
    with pytest.raises(ProvisionFault, match="nothing is mounted.*flash an image anew"):
        provisioned_as("RPI_PICO", tmp_path, "format = true\n", before=before)
