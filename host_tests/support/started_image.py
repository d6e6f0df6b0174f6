"""A frozen image that takes updates, started with small versions, for tests; judges nothing."""

import subprocess

import slot_loader
import update_versions
from update_versions import ROOT, compiled

from tools.module_archive import pack

MAIN = """
import sys
from wattseal import VERSION, part
from wattseal.hal import esp32_files
import board, slot_loader, p256_table
told = [VERSION, esp32_files.WHO, part.WHO, board.WHO, p256_table.WHO]
told.append(slot_loader.__file__.split("/")[-1])
told.append("/a" in sys.path or "module_vfs" in sys.modules)  # as commanding/updates.py asks
told.append(sys.modules["wattseal.hal.esp32_prompt"].WHO)  # start-up's, whichever version runs
print("runs", *told)
"""
BEGIN = """
import sys
sys.path[:] = %r.split(":")
from wattseal.hal import esp32_files, esp32_prompt  # as _boot.py does
import image_start
%s
image_start.run(%r, lambda: print("watched"), %s)
print("a person")
"""
REFUSE_ONCE = """
def refuse(path, mode="r"):
    del image_start.open
    raise OSError(28)
image_start.open = refuse
"""
ENOUGH, TOO_MUCH = 1000, 1 << 29  # bytes of heap that are asked for


def version(who, number):
    return {
        "main": MAIN, "board": f"WHO = {who!r}", "p256_table": f"WHO = {who!r}",
        "wattseal/__init__": f'VERSION = "{number}"', "wattseal/part": f"WHO = {who!r}",
        "wattseal/hal/esp32_files": f"WHO = {who!r}",
    }  # fmt: skip


class Image:
    """Its own version lies in files that stand for frozen ones; `number`: its version."""

    def __init__(self, folder, interpreter):
        _, self._micropython, self._heap = interpreter
        self._files, self.slots = folder / "image", str(folder / "update")
        self.flash("1.0.0")

    def flash(self, number):
        own = {"wattseal/hal/esp32_prompt": "WHO = 'start-up'"}
        for name, text in {**version("image", number), **own}.items():
            path = self._files / f"{name.replace('main', 'firmware/main')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def update(self, without="", another="", **changed):
        """A package, verified: on trial from the next start on. `another`: MicroPython's format,
        of this module."""
        texts = {**version("slot", "1.1.0"), **changed}
        modules = {
            f"{name}.mpy": compiled(f"{name}.py", text)
            for name, text in texts.items()
            if name != without
        }
        own = (ROOT / "firmware/slot_loader.py").read_text()
        modules["slot_loader.mpy"] = compiled("slot_loader.py", own)
        if another:
            raw = modules[another + ".mpy"]
            modules[another + ".mpy"] = raw[:1] + bytes([raw[1] - 1]) + raw[2:]
        update_versions.put(self.slots, pack(modules), (1, 1, 0))

    def start(self, least=ENOUGH, before=""):
        path = ":".join(
            str(place)
            for place in (
                self._files, ROOT / "boards/ESP32_GENERIC/frozen", ROOT / "firmware/stock",
                ROOT / "firmware", ".frozen",
            )
        )  # fmt: skip
        done = subprocess.run(
            [self._micropython, "-X", "heapsize=" + self._heap, "-c",
             BEGIN % (path, before, self.slots, least)],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
        )  # fmt: skip
        return done.stdout.splitlines()

    def record(self):
        return slot_loader.load(self.slots)
