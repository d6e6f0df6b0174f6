"""The questions of commissioning, as a person reads them or a file answers them; asks nobody.

Each has a default, or says where its answer is found.
"""

from dataclasses import dataclass

from tools.provision import answer_checks as checks
from tools.provision.answer_checks import NONE, Check
from tools.provision.identity import BOARDS


@dataclass(frozen=True)
class Question:
    """`where`: where its answer is found; `secret`: it is not shown; `of_person`: a file answers
    what it leads to."""

    key: str
    text: str
    where: str
    default: str
    check: Check = checks.anything
    secret: bool = False
    of_person: bool = False


_PYTHON = "build/venv/bin/python -m"
_KEY_FILE = "A file (PEM), or 128 hex digits."
_NO_KEY = "none: the one that it has stays; without one nobody can"

QUESTIONS = (
    Question("board", "Which board is it?", f"One of {', '.join(BOARDS)}; "
             "what is offered is what the board says of itself.", "RPI_PICO_W", checks.board),
    Question("image", "The file of the image to put on it?",
             "Asked of a board on which nothing answers. A .uf2 for a Pico: what another image "
             "left in its flash may be lost. A .bin for an ESP32, whose flash is erased. none: "
             "ends, and nothing is changed.", NONE),
    Question("format", "Make a new, empty file system on the board?",
             "yes: all files and records that may be in its flash are erased; a new board has "
             "none. no: ends, and nothing is changed. Asked only of a board without one, before "
             "an ESP32 gets an image, and before a Pico gets one that is not ours.",
             "no", checks.yes_or_no),
    Question("replace", "Replace the configuration that is there?",
             "yes: what is asked below is set anew, the tariff too, and the rest of it stays; no: "
             "ends, and nothing is changed. Its key and records stay.", "no", checks.yes_or_no),
    Question("meters", "How many meters are on the serial line?",
             "Count them in the charger; most have one a socket. 0: they give pulses (S0).", "1",
             checks.whole(0, checks.MOST)),
    Question("connectors", "Which numbers have their connectors?",
             "As 1,2: the meter with the lowest address, or at the first S0 input, comes first. "
             "With one socket it is 1.", "1",
             checks.numbers),
    Question("p_max_w", "The most power of a connector, in W?",
             "It is on the charger's plate: 22 kW is 22000.", "22000",
             checks.whole(checks.LOW_W, 30000000)),
    Question("imp_per_kwh", "How many pulses does a meter give for a kWh?",
             "It is printed on its front, as imp/kWh.", "1000", checks.whole(1, 1000000)),
    Question("meter_serial", "The meter's serial number?",
             "It does not tell its own; it is printed on its front. Of several: with commas "
             "between, in the order of the connectors.", NONE, checks.serials),
    Question("meter_model", "Which model is it?",
             "It does not tell for sure; its name is printed on its front. Of several: with "
             "commas between, the lowest address first.", NONE),
    Question("broker", "The MQTT broker?",
             "host:port without TLS, mqtts://host:port with it. Your operator tells it; to try, "
             "`make broker` on a PC makes one, and prints it.", "mqtts://broker.local:8883",
             checks.broker),
    Question("ca", "The file of the broker's CA certificate?",
             "Your operator gives it; of `make broker` it is its pki folder, of `make pki` its "
             "ca.pem.",
             "build/broker/pki", checks.ca),
    Question("user", "The user name at the broker?",
             "Your operator tells it; none: the broker asks for none.", NONE,
             checks.of_firmware("broker", "user")),
    Question("password", "The password at the broker?",
             "It is not shown while you type; none: it asks for none.", NONE,
             checks.of_firmware("broker", "password"), secret=True),
    Question("wifi_ssid", "The name of the Wi-Fi?",
             "As a telephone shows it at the charger; none: there is a network cable (Ethernet), "
             "on an ESP32.", "charger", checks.of_firmware("wifi", "ssid")),
    Question("wifi_password", "The Wi-Fi's password?",
             "It is not shown while you type; none: the Wi-Fi is open.", NONE,
             checks.of_firmware("wifi", "password"), secret=True),
    Question("tariff", "The file of the tariff?",
             "none: records without a price. A JSON file; tools/tariffs has examples, such as "
             "tools/tariffs/four_elements.json.", NONE, checks.tariff),
    Question("time_server", "The time server?",
             "A name or address; one in your own network is best. none: its clock is set by hand. "
             "A plain Pico cannot ask one: leave it out there.", "pool.ntp.org",
             checks.time_server),
    Question("keys", "Set public keys, of those who may update or command it over the broker?",
             "no: none, or those that it has. yes: asks for a file of each of three.", "no",
             checks.yes_or_no, of_person=True),
    Question("update_key", "The public key of who may update it?",
             f"{_KEY_FILE} `{_PYTHON} tools.update key new FILE` makes one. {_NO_KEY} update it.",
             NONE, checks.public_key),
    Question("command_key", "The public key of who may command it?",
             f"{_KEY_FILE} `{_PYTHON} tools.command key new FILE` makes one. {_NO_KEY} command "
             "it, as to set its clock.", NONE, checks.public_key),
    Question("sealing_key", "The public key of who may open whose a session was?",
             f"{_KEY_FILE} `{_PYTHON} tools.privacy new-key FILE` makes one. {_NO_KEY} do that.",
             NONE, checks.public_key),
)  # fmt: skip

KEYS = tuple(one.key for one in QUESTIONS)
OF_FILE = tuple(one for one in QUESTIONS if not one.of_person)


def question(key: str) -> Question:
    return QUESTIONS[KEYS.index(key)]
