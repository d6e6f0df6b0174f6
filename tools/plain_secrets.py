"""Says where a configuration's passwords would cross a network in clear; sends nothing."""

import ipaddress
import json

from tools import ending
from tools.broker_address import BrokerAddress


def remark(name: str, config: bytes, broker: BrokerAddress) -> None:
    """For the tool of this name: a sentence on stderr, or nothing."""
    if broker.ca_der is None and not _is_here(broker.host) and _has_password(_read(config)):
        ending.remark(
            f"{name}: the configuration's passwords go to {broker.shown} in clear; send it over "
            "mqtts:// with --ca, or change them afterwards"
        )


def _read(config: bytes) -> object:
    try:
        return json.loads(config)
    except (ValueError, RecursionError):
        return None  # the device says what is wrong with it


def _has_password(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value.get("password")) or any(map(_has_password, value.values()))
    return isinstance(value, list) and any(map(_has_password, value))


def _is_here(host: str) -> bool:
    """This machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
