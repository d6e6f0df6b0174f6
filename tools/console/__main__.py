"""`python -m tools.console`: opens a device's console; makes its levels' keys, unlocks one.

Exit status: 0 done, 1 the device refuses, 2 the command is not usable.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tools import ending
from tools.bills import command
from tools.bills.command import CommandFault
from tools.console import level_keys, terminal
from tools.console.dialogue import Dialogue, DialogueFault
from tools.console.level_keys import LevelKeyFault

app = typer.Typer(add_completion=False, help=(__doc__ or "").partition("\n")[0])

LevelKey = Annotated[Path, typer.Option("--key", help="The level's key, a file that keys made.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
_REFUSED = ("refused: ", "commands: ")  # the second: a firmware that has no levels


@app.command("keys")
def make_keys(
    device_key: Annotated[Path, typer.Argument(metavar="DEVICE_KEY_FILE")],
    out: Annotated[Path, typer.Option(help="The folder that gets one file a level.")],
    as_json: AsJson = False,
) -> int:
    """Derive the keys of the three levels. Give each to whom the level is for, and nobody else."""
    try:
        paths = level_keys.derive(device_key, out)
    except LevelKeyFault as fault:
        raise CommandFault(str(fault)) from fault
    if as_json:
        print(json.dumps({"keys": [str(path) for path in paths]}))
    else:
        for path in paths:
            print(path)
    return 0


@app.command()
def answer(
    challenge: Annotated[str, typer.Argument(help="The device's line, in quotes.")],
    device: Annotated[str, typer.Argument(help="The device's id.")],
    key: LevelKey,
    as_json: AsJson = False,
) -> int:
    """Print what to say to a challenge, for a console that this machine does not reach."""
    try:
        asked = level_keys.challenge(challenge)
        digits = _answer(key, device, asked)
    except LevelKeyFault as fault:
        raise CommandFault(str(fault)) from fault
    print(json.dumps({"level": asked.level, "answer": digits}) if as_json else f"answer {digits}")
    return 0


@app.command()
def unlock(
    port: Annotated[str, typer.Option(help="The console's serial port, or a pty.")],
    level: Annotated[int, typer.Option(min=1, max=3, help="1 service, 2 operator, 3 privacy.")],
    key: LevelKey,
    device: Annotated[str, typer.Option(help="Its id, where the key's file was renamed.")] = "",
    as_json: AsJson = False,
) -> int:
    """Unlock a level at a device's console; it ends ten minutes after a line that needs it."""
    try:
        told = _unlock(port, level, key, device or level_keys.device_of(key))
    except (LevelKeyFault, DialogueFault) as fault:
        raise CommandFault(str(fault)) from fault
    unlocked = not told.startswith(_REFUSED)
    if told.startswith("commands: "):
        told = "refused: the firmware there has no levels"
    print(json.dumps({"unlocked": unlocked, "told": told}) if as_json else ending.clean(told))
    return 0 if unlocked else 1


@app.command("open")
def open_console(
    port: Annotated[str, typer.Option(help="The console's serial port, or a pty.")] = "",
    line: Annotated[str, typer.Option("-c", help="Say this line, print its answer, end.")] = "",
    key: Annotated[Path | None, typer.Option(help="A level's key; `unlock` uses it.")] = None,
    as_json: AsJson = False,
) -> int:
    """Open a device's console. Ctrl-C leaves, and sends nothing. Lines may be piped in as well."""
    if not port:
        raise CommandFault("say which port: PORT=/dev/ttyACM0 is a usual one")
    if as_json and not line:
        raise CommandFault("--json is for one line; say which: -c status")
    try:
        secret = terminal.Secret(key) if key else None
        dialogue = Dialogue(port)
        try:
            if line:
                return terminal.once(dialogue, line, secret, as_json)
            if not sys.stdin.isatty():
                return terminal.each(dialogue, sys.stdin.buffer, secret)
            return terminal.converse(dialogue, port, secret)
        finally:
            dialogue.close()
    except (LevelKeyFault, DialogueFault) as fault:
        raise CommandFault(str(fault)) from fault


def _unlock(port: str, level: int, key: Path, device: str) -> str:
    """The device's last word. LevelKeyFault, DialogueFault."""
    if not device:
        raise LevelKeyFault(f"the name of {key} tells no device; say --device ID")
    level_keys.load(key)  # before the device is asked for anything
    dialogue = Dialogue(port)
    try:
        told = dialogue.ask(f"unlock {level}", f"challenge {level} ", *_REFUSED)
        if told.startswith(_REFUSED):
            return told
        digits = _answer(key, device, level_keys.challenge(told))
        return dialogue.ask(f"answer {digits}", f"level {level}", *_REFUSED)
    finally:
        dialogue.close()


def _answer(key: Path, device: str, asked: level_keys.Challenge) -> str:
    """LevelKeyFault."""
    named = level_keys.level_of(key)
    if named and named != asked.level:  # a wrong answer would count
        raise LevelKeyFault(f"{key} is of level {named}, and asked is level {asked.level}")
    return level_keys.answer(level_keys.load(key), device, asked)


if __name__ == "__main__":
    command.run(app, "console")
