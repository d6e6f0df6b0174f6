"""A device's console in this terminal: edits lines here and shows answers as they come.

Knows no word of the device: what is typed is sent as it is, and nothing but whole lines is. What
is piped in is asked line by line.
"""

import contextlib
import json
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from tools.bills.command import remark
from tools.console import history, keyboard, level_keys
from tools.console.dialogue import Dialogue, DialogueFault, LineFault
from tools.console.level_keys import LevelKeyFault
from tools.verify import facts

try:
    import readline
except ImportError:  # a Python without it: lines are edited by the terminal
    readline = None

_PROMPT = "> "
_REFUSED = ("refused: ", "commands: ")


class Secret:
    """A level's key. `answer` computes what the device asks for. LevelKeyFault."""

    def __init__(self, path: Path) -> None:
        self._key, self.level = level_keys.load(path), level_keys.level_of(path)
        self._device = level_keys.device_of(path)
        if not (self._device and self.level):
            raise LevelKeyFault(f"the name of {path} tells no device and level; name it as it was")

    def answer(self, challenge: str) -> str:
        """The line to say, "" where it is another level's: a wrong answer would count."""
        asked = level_keys.challenge(challenge)
        if asked.level != self.level:
            return ""
        return "answer " + level_keys.answer(self._key, self._device, asked)


def once(dialogue: Dialogue, line: str, secret: Secret | None, as_json: bool) -> int:
    """Say one line. 1 where the device refuses. LineFault where there is no sense in it,
    DialogueFault."""
    if secret and line.split()[:1] == ["unlock"] and line.strip() != "unlock":
        raise LineFault("a level's key unlocks it for the line, and locks it; leave out `unlock`")
    if secret:
        told = dialogue.ask(f"unlock {secret.level}", "challenge ", *_REFUSED)
        if told.startswith("challenge "):
            told = dialogue.ask(secret.answer(told), "level ", *_REFUSED)
        if told.startswith(_REFUSED):
            remark(f"console: the level stays locked: {told}")
            return 1
    told_all = dialogue.ask_all(line, _aside)
    if secret:
        dialogue.ask("lock", "level ", *_REFUSED)
    if as_json:
        print(json.dumps({"line": line, "told": [_value(told) for told in told_all]}))
    else:
        _print(told_all)
    return 1 if _is_refused(line, told_all) else 0


def each(dialogue: Dialogue, lines: Iterable[bytes], secret: Secret | None) -> int:
    """Say line by line, each after the answer to the one before. 1 where the device refuses one.
    LineFault where there is none, DialogueFault."""
    status, said = 0, False
    for raw in lines:
        line = raw.decode(errors="surrogateescape").strip()
        if not line:
            continue
        said, told = True, dialogue.ask_all(line, _aside)
        _print(told)
        challenges = [text for text in told if text.startswith("challenge ")]
        answer = _answer(secret, challenges[0]) if secret and challenges else ""
        if answer:
            told = dialogue.ask_all(answer, _aside)
            _print(told)
        status = 1 if _is_refused(line, told) else status
    if not said:
        raise LineFault("standard input holds no line; pipe one in, or say it: -c status")
    return status


def _is_refused(line: str, told: list[str]) -> bool:
    """Another line may follow the answer at any time."""
    refusals = "refused: " if line.strip() == "help" else _REFUSED  # which is asked for the words
    return any(text.startswith(refusals) for text in told)


def _print(told: list[str]) -> None:
    for text in told:
        print(facts.clean(text), flush=True)


def _aside(told: str) -> None:
    remark(f"console: the device's log: {told}")


def converse(dialogue: Dialogue, port: str, secret: Secret | None) -> int:
    """Until Ctrl-C or Ctrl-D here. DialogueFault where the device goes away."""
    remark(f"console: {port} is open; `help` shows the words, Ctrl-C leaves")
    kept = history.path()
    history.read(kept)
    ended = threading.Event()
    faults: list[DialogueFault] = []
    listener = threading.Thread(target=_listen, args=(dialogue, secret, ended, faults))
    listener.start()
    try:
        for line in keyboard.lines(_PROMPT, history.judge, lambda: bool(faults)):
            try:
                if line:
                    dialogue.say(line)
            except LineFault as fault:
                remark(f"console: {fault}")
    except KeyboardInterrupt:
        pass
    finally:
        ended.set()
        listener.join()
        history.write(kept)
        print()
    if faults:
        raise faults[0]
    return 0


def _listen(
    dialogue: Dialogue, secret: Secret | None, ended: threading.Event, faults: list[DialogueFault]
) -> None:
    keyboard.leave_ctrl_c()
    try:
        while not ended.is_set():
            for told in dialogue.lines():
                if not told:
                    continue
                _show(told)
                if secret and told.startswith("challenge "):
                    answer = _answer(secret, told)
                    if answer:
                        dialogue.say(answer)
    except DialogueFault as fault:
        faults.append(fault)
        if not keyboard.is_a_person():
            _show(f"{fault}; Enter ends")


def _answer(secret: Secret, told: str) -> str:
    with contextlib.suppress(LevelKeyFault):  # a line that only begins so
        return secret.answer(told)
    return ""


def _show(told: str) -> None:
    """Above what is being typed, which stays. Of a device's line no byte moves the cursor."""
    typed = readline.get_line_buffer() if readline else ""
    sys.stdout.write(f"\r\x1b[K{facts.clean(told)}\n{_PROMPT}{typed}")
    sys.stdout.flush()


def _value(told: str) -> object:
    try:
        return json.loads(told)
    except ValueError:
        return told
