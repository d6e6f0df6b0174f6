"""The answers of commissioning, of a person or of a file, by the same checks; writes nothing."""

import difflib
import sys
from pathlib import Path
from typing import Any

import tomllib
from rich.console import Console
from rich.prompt import Prompt

from tools.provision import answer_checks as checks
from tools.provision.answer_checks import NONE, Check
from tools.provision.device import ProvisionFault
from tools.provision.identity import UNIX
from tools.provision.questions import OF_FILE, Question, question

_KEYS = tuple(one.key for one in OF_FILE)
_BACK = "back"


class Back(Exception):
    """A person wants an earlier question once more."""


class _Secret(Prompt):
    """A password may begin and end with a space."""

    def process_response(self, value: str) -> str:
        return value


class Answers:
    """`file`: what answers in place of a person, None for a person."""

    def __init__(self, file: Path | None, console: Console) -> None:
        self._told = None if file is None else _read(file)
        self._file, self._console = file, console

    @property
    def by_person(self) -> bool:
        return self._told is None

    def demand(self, *keys: str) -> None:
        """Before anything is done: no default can be right for these, and a file has to have them.
        ProvisionFault."""
        for key in keys:
            if self._told is not None and key not in self._told:
                asked = question(key)
                raise ProvisionFault(f"{self._file}: {key} is missing. {asked.text} {asked.where}")

    def of(
        self, key: str, default: str = "", fits: Check = checks.anything, back: str = ""
    ) -> str:
        """ "" for none. `fits`: what is asked of the answer beside the question's own check;
        `back`: what a person gets who wants to go back. ProvisionFault for an answer of the file
        that cannot be; Back."""
        asked = question(key)
        default = default or asked.default
        if self._told is None:
            answer = self._ask(asked, default, fits, back)
        else:
            answer = self._told.get(key, default)
            self._judge(asked, answer, fits)
        return "" if answer == NONE else answer

    def told(self, key: str) -> str:
        """What the file has for it, "" where it leaves it out or a person answers."""
        return (self._told or {}).get(key, "")

    def judge(self, key: str, fits: Check) -> None:
        """An answer of the file alone, before it is used. ProvisionFault."""
        if told := self.told(key):
            self._judge(question(key), told, fits)

    def refuse(self, key: str, why: str) -> None:
        """An answer of the file: ProvisionFault, always."""
        raise ProvisionFault(f"{self._file}: {key}: {why}")

    def _judge(self, asked: Question, answer: str, fits: Check) -> None:
        if why := asked.check(answer) or fits(answer):
            self.refuse(asked.key, why)

    def _ask(self, asked: Question, default: str, fits: Check, back: str) -> str:
        where = f"{asked.where} {_BACK}: {back}." if back else asked.where
        self._console.print(f"[bold]{asked.text}[/] [dim]{where}[/]", highlight=False)
        offered: Any = default
        if asked.check(default):  # such as a file that is not there
            offered = ...  # rich's word for none
        while True:
            answer = (_Secret if asked.secret else Prompt).ask(
                f"  {asked.key}", default=offered, console=self._console,
                password=asked.secret and sys.stdin.isatty(),  # a pipe shows nothing anyhow
            )  # fmt: skip
            if back and answer == _BACK:
                raise Back
            why = asked.check(answer) or fits(answer)
            if not why:
                return answer
            self._console.print(f"  {why}", style="red", highlight=False, markup=False)


def _read(path: Path) -> dict[str, str]:
    try:
        raw = tomllib.loads(path.read_text())
    except OSError as fault:
        raise ProvisionFault(
            f"{path} cannot be read ({fault.strerror}); --example prints one"
        ) from fault
    except (tomllib.TOMLDecodeError, UnicodeError) as fault:
        raise ProvisionFault(f"{path} is no TOML ({fault}); --example prints one") from fault
    for key in raw:
        if key not in _KEYS:
            raise ProvisionFault(f"{path}: {key} is no answer that is known{_meant(key)}")
    told = {}
    for key, value in raw.items():
        if isinstance(value, bool):
            told[key] = "yes" if value else "no"
        elif isinstance(value, list):
            told[key] = ",".join(str(part) for part in value)
        else:
            told[key] = str(value) or NONE
    _judge_each(path, told)
    return told


def _judge_each(path: Path, told: dict[str, str]) -> None:
    """Before the device is touched. ProvisionFault."""
    secure = told.get("broker", "").startswith("mqtts://")
    for asked in OF_FILE:
        answer = told.get(asked.key, asked.default if asked.key == "ca" else "")
        if asked.key == "ca" and not secure or asked.key == "board" and answer == UNIX:
            continue  # it is not used; which port it is of is not known here
        if answer and (why := asked.check(answer)):
            raise ProvisionFault(f"{path}: {asked.key}: {why}")
    named = told.get("user", NONE) != NONE or "@" in told.get("broker", "")
    if told.get("password", NONE) != NONE and not named:
        raise ProvisionFault(f"{path}: password: it is of no user; give user, or leave it out")


def _meant(key: str) -> str:
    near = difflib.get_close_matches(key, _KEYS, 1)
    return f"; {near[0]} is" if near else "; --example prints all"


def example() -> str:
    """A file of answers with its comments, as `--from` takes it."""
    rows = [
        "# Answers for: make provision PORT=... FROM=this file. What is left out is as here, but",
        "# `broker` and, where the board has Wi-Fi, `wifi_ssid` have to be there.",
    ]
    for one in OF_FILE:
        rows.append(f'\n# {one.text} {one.where}\n{one.key} = "{one.default}"')
    return "\n".join(rows)
