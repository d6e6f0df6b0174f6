"""Which broker a receiver listens to, as whom, and why it may not; connects to nothing itself."""

import dataclasses
from pathlib import Path

from tools import broker_address, tls_trouble
from tools.bills.command import CommandFault
from tools.broker_address import BrokerAddress
from tools.broker_files import RECEIVER

OURS = Path(__file__).resolve().parents[2] / "build/broker/pki"  # of `make broker`
_HUNG_UP = "[code:128]"  # paho's, where the connection ends before its CONNACK
_OUR_BROKER = "mqtts://localhost:8883"


def address(broker: str, ca: Path | None, user: str, password_file: Path | None) -> BrokerAddress:
    """CommandFault, BrokerAddressError."""
    if not broker and not (OURS / "ca.pem").exists():
        raise CommandFault(
            "no broker is named, and `make broker` has made none here; name BROKER=host:port or "
            "mqtts://host:port with CA=file"
        )
    if not broker:
        broker, ca = _OUR_BROKER, ca or OURS
    found = broker_address.parse(broker, ca, user or RECEIVER)
    if password_file and not (user or found.user):
        raise CommandFault("PASSWORD_FILE is given without USER; name the user, too")
    if password_file:
        found = dataclasses.replace(found, password=_password(password_file))
    return dataclasses.replace(found, user=user) if user else found


def why_not(broker: BrokerAddress, fault: BaseException | None) -> str:
    """The sentence for a first connection that failed."""
    said = str(fault)
    if why := tls_trouble.told(broker.shown, said):  # aiomqtt keeps the words alone
        return why
    if broker.ca_der is None and _HUNG_UP in said:
        return (
            f"{broker.shown} hangs up on plain MQTT; if that is a TLS port, say "
            f"BROKER=mqtts://{broker.host}:{broker.port} with CA=file, or CA=the pki folder of "
            "`make broker`"
        )
    if "authori" in said.lower() or "user name" in said.lower():
        return (
            f"the broker at {broker.shown} does not let us in ({said}); name USER and "
            f"PASSWORD_FILE as it knows them, or a certificate for {RECEIVER} (CA=pki folder)"
        )
    return f"no MQTT broker at {broker.shown}: {said}; start one (make broker), or name BROKER"


def _password(path: Path) -> str:
    try:
        lines = path.read_text().splitlines()
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "it is no text"
        raise CommandFault(f"PASSWORD_FILE={path} cannot be read ({why}); name another") from fault
    if not lines or not lines[0]:
        raise CommandFault(f"PASSWORD_FILE={path} is empty; its first line must be the password")
    return lines[0]
