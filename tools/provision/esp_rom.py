"""An ESP32's own loader, by esptool: its flash is erased and an image written; judges no image."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tools.provision.device import ProvisionFault
from tools.provision.image_file import FLASH_AT

_NAMES = {"ESP32": "esp32", "ESP32-S3": "esp32s3"}
_SIZES = {"ESP32-S3": "8MB"}  # what the image was linked for; else as its header says
_BAUD = "460800"
_ERROR, _DEAF = "error occurred: ", "Failed to connect"
_BY_HAND = "; hold BOOT while you press reset, let both go, and run this again"
_DONE = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%")


def words(chip: str, port: str, image: Path) -> list[str]:
    """esptool's arguments; a person may type them as well."""
    size = ["--flash-size", _SIZES[chip]] if chip in _SIZES else []
    return [
        "--chip", _NAMES[chip], "--port", port, "--baud", _BAUD,
        "write-flash", "--erase-all", *size, hex(FLASH_AT[chip]), str(image),
    ]  # fmt: skip


def write(chip: str, port: str, image: Path, tell: Callable[[float], object]) -> None:
    """`tell`: percent of the image that is there. All that was in flash goes. ProvisionFault."""
    command = [sys.executable, "-m", "esptool", *words(chip, port, image)]
    said: list[str] = []
    with subprocess.Popen(
        command, text=True, errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout  # a pipe
        try:
            for line in process.stdout:
                said = [*said, line.strip()][-20:]
                if done := _DONE.findall(line):
                    tell(float(done[-1]))
        except KeyboardInterrupt:  # nobody would read what it says
            process.terminate()
            raise
    if process.returncode:
        why = _why(said)
        hint = _BY_HAND if why.startswith(_DEAF) else ""
        raise ProvisionFault(f"esptool could not write {image} at {port}: {why}{hint}")


def _why(said: list[str]) -> str:
    told = [line.partition(_ERROR)[2] for line in said if _ERROR in line] or said
    return next((line for line in reversed(told) if line), "it said nothing").rstrip(".!")
