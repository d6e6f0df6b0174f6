"""How a device is reached for commissioning: the unix port on a pty, or a board on its cable."""

import hashlib
from pathlib import Path

from rich.console import Console

from tools import attached, deploy
from tools.manifest import ManifestFault
from tools.provision import answer_checks as checks
from tools.provision import flashing, identity, judging, on_device, uf2_drive
from tools.provision.answers import Answers
from tools.provision.commissioning import Place, commission
from tools.provision.device import Device, NoPrompt, ProvisionFault
from tools.provision.surroundings import Surroundings
from tools.provision.unix_port import ROOT, UnixPort
from tools.sim_meter import MODELS
from tools.staged import StageFault

_CABLES = flashing.Cables()


def on_unix(data: Path, model: str, answers: Answers, out: Path, say: Console) -> dict:
    """With a simulated meter and an embedded broker, for trying it out. ProvisionFault."""
    if model not in MODELS:
        raise ProvisionFault(f"{model} is no meter that is known; known: {', '.join(MODELS)}")
    if answers.told("board") not in ("", identity.UNIX):
        answers.refuse("board", "PORT=unix is no such board; name unix, or the board's port")
    judging.judge(identity.UNIX, answers)
    source = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for folder in ("firmware", "boards/unix")
        for path in (ROOT / folder).rglob("*.py")
    }
    with Surroundings(model) as around, UnixPort(data, around.line, around.world_port) as unix:
        unix.wait_for_commands()
        device = Device(unix.port, resume=True)  # its process ends with it

        def start(device: Device) -> None:
            device.restart()
            unix.start_firmware()

        broker = f"127.0.0.1:{around.broker_port}"
        place = Place(unix.port, "unix", _digest(source), broker, start, "none")
        return commission(place, device, answers, out, say)


def on_board(
    port: str, answers: Answers, out: Path, say: Console, cables: flashing.Cables = _CABLES
) -> dict:
    """An image is put there first, where there is none, and our tree, where the image does not
    hold it. ProvisionFault."""
    answers.demand("broker")
    answers.judge("board", checks.anything)  # unix is none that has a cable
    judging.judge(answers.told("board"), answers)
    port, device, named = _reached(port, answers, say, cables)
    with device:
        runs = device.run(on_device.WHAT_RUNS)
        say.print(f"   {port}: {runs['machine']}", highlight=False, markup=False)
        board = _board(named, runs, answers)
        judging.judge(board, answers)
        if runs["frozen"]:
            say.print("   the image holds the firmware; nothing is put there")
            told = f"in the image, {runs['machine']}"
        elif why := identity.too_small(board, runs):
            raise ProvisionFault(why)
        else:
            told = _put(device, board, port, say)
        place = Place(port, board, told, "", Device.restart)
        return commission(place, device, answers, out, say)


def _reached(
    port: str, answers: Answers, say: Console, cables: flashing.Cables
) -> tuple[str, Device, str]:
    """(its port, the device, the board's name where that was asked). ProvisionFault."""
    why = f"the board at {port} waits for an image"
    if not uf2_drive.is_drive(Path(port)):
        if not Path(port).exists() and (drives := cables.drives()):
            raise ProvisionFault(
                f"nothing is at {port}; a board waits for its image at {drives[0]}, which PORT "
                "can name"
            )
        try:
            return port, Device(port, resume=False), ""
        except NoPrompt as fault:
            why = str(fault)
    return flashing.put(port, answers, say, why, cables)


def _board(named: str, runs: dict, answers: Answers) -> str:
    """Its name; what was named before its image was there has to fit. ProvisionFault."""
    if not named:
        return answers.of("board", identity.of(runs), lambda name: identity.mismatch(name, runs))
    if why := identity.mismatch(named, runs):
        raise ProvisionFault(f"the image that is on the board now is not {named}'s: {why}")
    return named


def _put(device: Device, board: str, port: str, say: Console) -> str:
    """SHA-256 of the tree that the device now holds. ProvisionFault."""
    try:
        with say.status("our files are put there; the first time it takes a minute or two"):
            tree, old = deploy.staged(board)
            done = deploy.deploy(device.transport, tree, old)
    except attached.LOST as fault:
        raise ProvisionFault(deploy.lost(port, fault)) from fault
    except (deploy.DeployFault, StageFault, ManifestFault) as fault:
        raise ProvisionFault(str(fault)) from fault
    deploy.show(board, port, done, say)
    return _digest(tree)


def _digest(tree: dict[str, bytes]) -> str:
    """SHA-256 over the paths and the SHA-256 of their contents, in order."""
    whole = hashlib.sha256()
    for path in sorted(tree):
        whole.update(path.encode() + b"\0" + hashlib.sha256(tree[path]).digest())
    return whole.hexdigest()
