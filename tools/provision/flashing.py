"""An image for a board on which no MicroPython answers: asked for, judged, put there; no files.

A board that runs our firmware without a prompt keeps it: its key and records are in the flash.
"""

import errno
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import serial
from rich.console import Console
from rich.progress import Progress

from tools import boards, port_trouble
from tools.provision import device, esp_rom, image_file, judging, uf2_drive
from tools.provision.answer_checks import NONE
from tools.provision.answers import Answers
from tools.provision.device import Device, ProvisionFault

_BAUD = 115200
_ASK_S = 2  # between two questions to a console
_OURS = (b"wattseal", b'"fw"')  # in what our firmware says, if only that it cannot start
_LOOK_S = 0.5
_LINE_BYTES = 4096
_SILENCE_S = 3  # of a board that has just got its image: it is asked again
_UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC)
_HOLD = "hold its BOOTSEL while you plug it in"


@dataclass(frozen=True)
class Cables:
    """Where a board can be. `ports` and `drives`: those that are there now; `wait_s`: for a person
    with a board in hand; `boot_s`: for an image that starts; `listen_s`: for a word of ours."""

    ports: Callable[[], list[tuple[str, str]]] = device.candidates
    drives: Callable[[], list[Path]] = uf2_drive.drives
    wait_s: float = 120
    boot_s: float = 45
    listen_s: float = 20  # a start takes a stock board eight


def put(
    port: str, answers: Answers, say: Console, why: str, cables: Cables
) -> tuple[str, Device, str]:
    """(port at which the board then is, the board, its name). `port` may be a drive; `why`: what
    is wrong at it, for a person. ProvisionFault."""
    drive = uf2_drive.is_drive(Path(port))
    if drive and not uf2_drive.takes_rp2040(Path(port)):
        raise ProvisionFault(f"{port} is the drive of another chip than an RP2040")
    if not drive:
        with say.status("listening for a firmware of ours"):
            ours = _is_ours(port, cables.listen_s)
        if ours:
            raise ProvisionFault(
                f"the board at {port} runs Wattseal without a prompt (a production image), with "
                "its key and its records; nothing was changed"
            )
    say.print(f"   {why}", highlight=False, markup=False)
    board = answers.of("board", fits=lambda name: _of_rp2040(name) if drive else "")
    judging.judge(board, answers)
    image = _image(board, answers, say)
    before = {path for path, _ in cables.ports()}
    if boards.facts(board).family == "rp2":
        _may_format(image, answers)
        _over_usb(image, Path(port) if drive else None, say, cables)
    else:
        _over_serial(boards.facts(board).chip, port, image, answers, say)
    return *_back("" if drive else port, before, say, cables), board


def _of_rp2040(board: str) -> str:
    has = boards.facts(board).chip
    return "" if has == "RP2040" else f"{board} has {has}, and this is the drive of an RP2040"


def _is_ours(port: str, listen_s: float) -> bool:
    """Whether anything that is said there is our firmware's. One that cannot start says so once a
    minute at least, and one that starts answers later. ProvisionFault where nobody can listen."""
    ends, heard = time.monotonic() + listen_s, b""
    try:
        with serial.Serial(port, _BAUD, timeout=_ASK_S, write_timeout=_ASK_S) as line:
            while time.monotonic() < ends:
                line.write(b"\r\nstatus\r\n")
                heard = heard[-_LINE_BYTES:] + line.read(_LINE_BYTES)
                if any(word in heard.lower() for word in _OURS):
                    return True
    except (OSError, ValueError) as fault:
        raise ProvisionFault(f"{port_trouble.told(port)}; nothing was changed") from fault
    return False


def built(board: str, root: Path = boards.ROOT) -> Path:
    """What `make firmware` makes for it, there or not."""
    suffix = "uf2" if boards.facts(board).family == "rp2" else "bin"
    return root / "build" / board / f"firmware.{suffix}"


def _image(board: str, answers: Answers, say: Console) -> Path:
    """A person with a Pico is offered what was built for it, for BOOTSEL was held. What an ESP32
    has in its flash goes: there an image is always named. ProvisionFault."""
    facts = boards.facts(board)
    ready = built(board)
    offered = answers.by_person and facts.family == "rp2" and ready.is_file()
    sources = (
        f"`make firmware BOARD={board}` makes ours, {ready.relative_to(boards.ROOT)}; "
        f"MicroPython's own is on its download page under {facts.download}"
    )
    if answers.by_person:
        say.print(f"   {sources}", highlight=False, markup=False)

    def fits(told: str) -> str:
        return "" if told == NONE else image_file.fault(Path(told).expanduser(), facts.chip)

    told = answers.of("image", str(ready) if offered else NONE, fits)
    if not told:
        raise ProvisionFault(f"no image was named, and nothing was changed; {sources}")
    return Path(told).expanduser()


def _may_format(image: Path, answers: Answers) -> None:
    """MicroPython's own takes more of the flash for files than ours does, and makes them anew.
    ProvisionFault."""
    if not image_file.is_ours(image) and answers.of("format") != "yes":
        raise ProvisionFault(
            f"{image} is none of our images: it makes a new file system where a device of ours "
            "has its key and records, and nothing was changed (format = true allows it)"
        )


def _over_usb(image: Path, drive: Path | None, say: Console, cables: Cables) -> None:
    data = image.read_bytes()
    drive = drive or _shown(say, cables)
    with Progress(console=say, transient=True) as progress:
        task = progress.add_task(f"{image.name} onto {drive}", total=len(data))
        try:
            uf2_drive.copy(data, drive, lambda done: progress.update(task, completed=done))
        except OSError as fault:
            raise ProvisionFault(_not_copied(drive, fault)) from fault


def _not_copied(drive: Path, fault: OSError) -> str:
    if fault.errno in _UNWRITABLE:
        return f"the drive {drive} cannot be written ({fault.strerror}); mount it as this user"
    return (
        f"the drive {drive} went away while the image was copied ({fault.strerror}); {_HOLD}, "
        "and run this again"
    )


def _shown(say: Console, cables: Cables) -> Path:
    """The drive, once somebody has made the board show it. ProvisionFault."""
    with say.status(f"waiting for the drive RPI-RP2: {_HOLD}") as status:
        ends = time.monotonic() + cables.wait_s
        while time.monotonic() < ends:
            found = cables.drives()
            if len(found) > 1:
                raise ProvisionFault("there are two drives RPI-RP2; plug in one board alone")
            if found:
                return found[0]
            if hint := uf2_drive.unmounted():
                status.update(hint)
            time.sleep(_LOOK_S)
    hint = uf2_drive.unmounted()
    raise ProvisionFault(f"no drive RPI-RP2 came; {hint or _HOLD}, and run this again")


def _over_serial(chip: str, port: str, image: Path, answers: Answers, say: Console) -> None:
    if answers.of("format") != "yes":
        raise ProvisionFault(
            "the flash of an ESP32 is erased before it gets an image, and nothing was changed "
            "(format = true erases it)"
        )
    with Progress(console=say, transient=True) as progress:
        task = progress.add_task(f"esptool erases the flash, then {image.name}", total=100)
        esp_rom.write(chip, port, image, lambda done: progress.update(task, completed=done))


def _back(port: str, before: set[str], say: Console, cables: Cables) -> tuple[str, Device]:
    """Where the new image answers, at the same port or at one that was not there before, and the
    board. It is asked again and again: what comes while it starts is lost. ProvisionFault."""
    fault = ProvisionFault(
        f"the image was put on the board, and no serial port came within {cables.boot_s:.0f} s; "
        "plug it in anew, without BOOTSEL, and run this again with its port"
    )
    with say.status("the image starts"):
        ends = time.monotonic() + cables.boot_s
        while time.monotonic() < ends:
            new = [path for path, _ in cables.ports() if path not in before]
            found = port if port and Path(port).exists() else new[0] if len(new) == 1 else ""
            if found:
                try:
                    board = Device(found, resume=False, silence_s=_SILENCE_S)
                except ProvisionFault as why:
                    fault = why
                else:
                    say.print(f"   the image is on the board; it is at {found}", highlight=False)
                    return found, board
            time.sleep(_LOOK_S)
    raise fault


def offers(cables: Cables) -> list[tuple[str, str]]:
    """(what PORT can be, what it is) of boards that wait for an image on their drive."""
    return [(str(drive), "a board that waits for its image") for drive in cables.drives()]
