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
        answers.judge("wifi_ssid", lambda told: _no_ethernet(board, told))
    if not is_own(board):
        answers.judge("time_server", lambda told: "" if told == NONE else NO_SERVER)


def shown(board: str, config: dict) -> str:
    """Which way it is, for the report."""
    if not is_own(board):
        return "a gateway on its serial line"
    if boards.facts(board).family == "unix":
        return "this machine's"
    return f"Wi-Fi {config['wifi']['ssid']}" if "wifi" in config else "Ethernet"


def _no_ethernet(board: str, told: str) -> str:
    if told != NONE or boards.facts(board).ethernet:
        return ""
    return "this board has no Ethernet: the name of a Wi-Fi is wanted"


def advice(board: str, config: dict) -> str:
    """What is allowed and may fail later; "" for nothing."""
    plain = config["broker"].get("tls", "required") != "required"
    is_host = boards.facts(board).family == "unix"  # which has its time from elsewhere
    if plain or "ntp" in config or is_host or not is_own(board):
        return ""
    return (
        "TLS without a time server: after a power cut certificates are judged by the time that "
        "was last set by hand, and one newer than that is refused (offline); give time_server"
    )


def parts(board: str, answers: Answers, time_server: str) -> dict:
    """`wifi` and `ntp` of a configuration, as far as the board can have them. ProvisionFault."""
    values: dict = {}
    if boards.facts(board).wifi:
        ssid = answers.of("wifi_ssid", fits=lambda told: _no_ethernet(board, told))
        if ssid:  # without `wifi` the board takes its cable
            values["wifi"] = {"ssid": ssid, "password": answers.of("wifi_password")}
    if is_own(board) and (server := answers.of("time_server", time_server)):
        values["ntp"] = {"host": server}
    return values
