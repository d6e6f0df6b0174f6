"""Commissions a unix port under a board's name, with a meter, broker and time of its own."""

import json

from rich.console import Console

from tools.provision.answers import Answers
from tools.provision.commissioning import Place, commission
from tools.provision.device import Device
from tools.provision.surroundings import Surroundings
from tools.provision.unix_port import UnixPort

NO_WORLD = 1  # a port where nobody tells the time


def provisioned_as(board, folder, text, has_time=True, before=""):
    """(the report as JSON, the configuration, the report as text, what was said) by a file of
    answers. `before`: what the device runs first."""
    (folder / "a.toml").write_text(text)
    with open(folder / "said", "w") as said, Surroundings() as around:
        world = around.world_port if has_time else NO_WORLD
        with UnixPort(folder / "data", around.line, world) as unix:
            unix.wait_for_commands()
            device = Device(unix.port, resume=True)
            device.transport.exec(before)

            def start(device):
                device.restart()
                unix.start_firmware()

            place = Place(unix.port, board, "", f"127.0.0.1:{around.broker_port}", start)
            to = Console(file=said, width=200)
            told = commission(place, device, Answers(folder / "a.toml", to), folder, to)
    config = json.loads((folder / "data/config.json").read_text())
    report = (folder / f"{told['device']}.txt").read_text()
    return told, config, report, (folder / "said").read_text()
