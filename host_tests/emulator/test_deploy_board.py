"""`make deploy` onto a bare stock board: mpremote's raw REPL over USB, then our firmware runs."""

import json
import threading
import time

import pytest
from mpremote.transport_serial import SerialTransport

from tools import attached, deploy, run, sessions
from tools.emulate import scene
from tools.emulator.bridge import Bridge, PtyEnd
from tools.emulator.flash_image import files_in
from tools.emulator.rig import Rig
from tools.stage import stage

WALL_LIMIT_S = 540
UNITS = {2, 3}


class PatientBridge(Bridge):
    """Once `done`, the board goes on for two simulated seconds."""

    done = False
    _end_s = float("inf")

    def tick(self, t_s):
        if self.done:
            self._end_s = min(self._end_s, t_s + 2)
        if t_s >= self._end_s:
            self.stop = "the person is done"
        return super().tick(t_s)


class Person(threading.Thread):
    """Deploys twice, then asks the firmware for its status; `said`: what came of each."""

    def __init__(self, bridge, port, tree):
        super().__init__()
        self._bridge, self._port, self._tree = bridge, port, tree
        self.said = []
        self.wall_s = []

    def run(self):
        try:
            for _ in range(2):
                begun = time.monotonic()
                device = attached.connect(self._port, resume=False)
                self.said.append(deploy.deploy(device, self._tree))
                attached.leave(device, resume=False)
                self.wall_s.append(time.monotonic() - begun)
            self.said.append(self._status())
        except (deploy.DeployFault, attached.AttachedFault) as fault:
            self.said.append(fault)
        finally:
            self._bridge.done = True

    def _status(self):
        """Asked again and again: at first the board still boots."""
        device = SerialTransport(self._port, timeout=2)
        try:
            for _ in range(60):
                device.serial.write(b"status\r")
                line = device.serial.readline()
                if line.startswith(b"{") and line.endswith(b"\n"):
                    return json.loads(line)
        finally:
            device.serial.close()
        return None


@pytest.fixture(scope="module")
def deployed(uf2, tmp_path_factory):
    folder = tmp_path_factory.mktemp("deployed")
    staged = stage("RPI_PICO", folder / "staged").files
    tree = {file.path: (folder / "staged/root" / file.path).read_bytes() for file in staged}
    plan = sessions.load(sessions.DEFAULT, 1, run.BUILD_DATE)
    bare = scene.build(
        plan, "sdm630", uf2, {}, 0, quiet=True, stock=True
    )  # a key and a configuration
    end = PtyEnd()
    bridge = PatientBridge({"console": end}, answer_s=0.005)  # mpremote answers much sooner
    person = Person(bridge, end.path, tree)
    person.start()
    rig = Rig(folder / "board", bare.flash)
    scenario = {**bare.scenario, "max_s": 3000, "uart0": {}}
    outcome = rig.run(scenario, bridge, wall_limit_s=WALL_LIMIT_S)
    person.join()
    end.close()
    print("deploying took", [f"{s:.1f} s" for s in person.wall_s], "simulated",
          outcome.report["simulated_s"])  # fmt: skip
    return tree, person.said, outcome, rig


def test_every_file_is_written_and_a_second_time_none(deployed):
    tree, said, _, rig = deployed
    first, second, _ = said
    assert first == dict.fromkeys(tree, "written")
    assert second == dict.fromkeys(tree, "kept")
    assert tree.keys() <= files_in(rig.flash).keys()


def test_after_the_reset_the_firmware_answers_and_asks_its_meters(deployed):
    _, said, outcome, _ = deployed
    status = said[2]
    assert (status["state"], status["next"], status["lost"]) == ("offline", 1, [])
    last_boot_s = outcome.of("boot")[-1]["t_s"]
    asked = [e["unit"] for e in outcome.of("modbus") if e["t_s"] > last_boot_s and e["answer"]]
    assert set(asked) == UNITS
