"""A board's way to the broker, and where its time comes from; writes nothing."""

from tools import boards
from tools.provision.answer_checks import NONE
from tools.provision.answers import Answers

NO_SERVER = (
    "this board has no network of its own to ask a time server; leave it out, its clock is set "
    "from here"
)
# Of the report, where no server can be asked.
SET_BY_HAND = (
    "none: this board has no network of its own; whoever commissions it sets its clock, and after "
    "each reset a signed time command or the console (level 2: time) does"
)


def is_own(board: str) -> bool:
    """Not so where a gateway on a serial line has the network: no server can be asked there, and
    an RP2040's clock is lost at each reset."""
    facts = boards.facts(board)
    return facts.wifi or facts.ethernet


def judge(board: str, answers: Answers) -> None:
    """A file's answers, before anything is put on the board. ProvisionFault."""
    if boards.facts(board).wifi:
        answers.demand("wifi_ssid")
    if not is_own(board):
        answers.judge("time_server", lambda told: "" if told == NONE else NO_SERVER)


def parts(board: str, answers: Answers, time_server: str) -> dict:
    """`wifi` and `ntp` of a configuration, as far as the board can have them. ProvisionFault."""
    values: dict = {}
    if boards.facts(board).wifi:
        ssid, password = answers.of("wifi_ssid"), answers.of("wifi_password")
        values["wifi"] = {"ssid": ssid, "password": password}
    if is_own(board) and (server := answers.of("time_server", time_server)):
        values["ntp"] = {"host": server}
    return values
