"""The questions of commissioning, answered by a person or by a file; starts and writes nothing.

A question has a default or says where its answer is found. Both ways use the same checks.
"""

import difflib
from dataclasses import dataclass
from pathlib import Path

import tomllib
from rich.console import Console
from rich.prompt import Prompt

from tools.provision import answer_checks as checks
from tools.provision.answer_checks import NONE, Check
from tools.provision.device import ProvisionFault
from tools.provision.identity import BOARDS


@dataclass(frozen=True)
class Question:
    """`where`: where its answer is found; `secret`: it is not shown."""

    key: str
    text: str
    where: str
    default: str
    check: Check = checks.anything
    secret: bool = False


QUESTIONS = (
    Question("board", "Which board is it?", f"One of {', '.join(BOARDS)}; "
             "what is offered is what the board says of itself.", "RPI_PICO_W", checks.board),
    Question("replace", "Replace the configuration that is there?",
             "yes: all of it is asked anew; no: ends, and nothing is changed. Its key and records "
             "stay.", "no", checks.yes_or_no),
    Question("meters", "How many meters are on the serial line?",
             "Count them in the charger; most have one a socket. 0: they give pulses (S0).", "1",
             checks.whole(0, 8)),
    Question("connectors", "Which numbers have their connectors?",
             "As 1,2: the meter with the lowest address, or at the first S0 input, comes first. "
             "With one socket it is 1.", "1",
             checks.numbers),
    Question("p_max_w", "The most power of a connector, in W?",
             "It is on the charger's plate: 22 kW is 22000.", "22000",
             checks.whole(1000, 30000000)),
    Question("imp_per_kwh", "How many pulses does a meter give for a kWh?",
             "It is printed on its front, as imp/kWh.", "1000", checks.whole(1, 1000000)),
    Question("meter_serial", "The meter's serial number?",
             "It does not tell its own; it is printed on its front. Of several: with commas "
             "between, in the order of the connectors.", NONE),
    Question("meter_model", "Which model is it?",
             "It does not tell for sure; its name is printed on its front. Of several: with "
             "commas between, the lowest address first.", NONE),
    Question("broker", "The MQTT broker?",
             "host:port without TLS, mqtts://host:port with it. Your operator tells it; to try, "
             "`make broker` on a PC makes one, and prints it.", "mqtts://broker.local:8883",
             checks.broker),
    Question("ca", "The file of the broker's CA certificate?",
             "Your operator gives it; of `make broker` it is its pki folder.",
             "build/broker/pki", checks.ca),
    Question("user", "The user name at the broker?",
             "Your operator tells it; none: the broker asks for none.", NONE),
    Question("password", "The password at the broker?",
             "It is not shown while you type; none: it asks for none.", NONE, secret=True),
    Question("wifi_ssid", "The name of the Wi-Fi?", "As a telephone shows it at the charger.",
             "charger"),
    Question("wifi_password", "The Wi-Fi's password?",
             "It is not shown while you type; none: the Wi-Fi is open.", NONE, secret=True),
    Question("tariff", "The file of the tariff?",
             "none: records without a price. A JSON file; tools/tariffs has examples, such as "
             "tools/tariffs/four_elements.json.", NONE, checks.tariff),
    Question("time_server", "The time server?",
             "A name or address; one in your own network is best. none: its clock is set by hand.",
             "pool.ntp.org"),
)  # fmt: skip


_KEYS = tuple(question.key for question in QUESTIONS)


def _question(key: str) -> Question:
    return QUESTIONS[_KEYS.index(key)]


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
                asked = _question(key)
                raise ProvisionFault(f"{self._file}: {key} is missing. {asked.text} {asked.where}")

    def of(self, key: str, default: str = "", fits: Check = checks.anything) -> str:
        """ "" for none. `fits`: what is asked of the answer beside the question's own check.
        ProvisionFault for an answer of the file that cannot be."""
        question = _question(key)
        default = default or question.default
        if self._told is None:
            answer = self._ask(question, default, fits)
        else:
            answer = self._told.get(key, default)
            if why := question.check(answer) or fits(answer):
                raise ProvisionFault(f"{self._file}: {key}: {why}")
        return "" if answer == NONE else answer

    def _ask(self, question: Question, default: str, fits: Check) -> str:
        self._console.print(f"[bold]{question.text}[/] [dim]{question.where}[/]", highlight=False)
        while True:
            answer = Prompt.ask(
                f"  {question.key}", default=default, password=question.secret,
                console=self._console,
            ).strip()  # fmt: skip
            why = question.check(answer) or fits(answer)
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
    secure = told.get("broker", "").startswith("mqtts://")
    for question in QUESTIONS:  # before the device is touched
        answer = told.get(question.key, question.default if question.key == "ca" else "")
        if answer and (question.key != "ca" or secure) and (why := question.check(answer)):
            raise ProvisionFault(f"{path}: {question.key}: {why}")
    return told


def _meant(key: str) -> str:
    near = difflib.get_close_matches(key, _KEYS, 1)
    return f"; {near[0]} is" if near else "; --example prints all"


def example() -> str:
    """A file of answers with its comments, as `--from` takes it; all of it may be left out."""
    rows = ["# Answers for: make provision PORT=... FROM=this file. What is left out is as here."]
    for question in QUESTIONS:
        rows.append(f'\n# {question.text} {question.where}\n{question.key} = "{question.default}"')
    return "\n".join(rows)
