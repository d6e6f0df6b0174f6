"""From answers and a search's result to configuration and files of a device; asks no device."""

import contextlib
import tempfile
from pathlib import Path

from tools import broker_address, device_certificates, pki
from tools.broker_address import BrokerAddress
from tools.provision import firmware_rules
from tools.provision.answers import Answers, Back
from tools.provision.device import ProvisionFault
from tools.provision.kept import Kept

TARIFF = "tariff.json"


def broker(answers: Answers, default: str) -> BrokerAddress:
    """Its password is in none of what is printed. ProvisionFault."""
    text, ca = _broker_and_ca(answers, default)
    try:
        address = broker_address.parse(text, ca)
    except broker_address.BrokerAddressError as fault:
        raise ProvisionFault(str(fault)) from fault
    user = address.user or answers.of("user")
    password = address.password or (answers.of("password") if user else "")
    return BrokerAddress(
        address.host, address.port, user, password, address.ca_der, address.own, address.pki
    )


def _broker_and_ca(answers: Answers, default: str) -> tuple[str, Path | None]:
    while True:
        text = answers.of("broker", default)
        if not text.startswith("mqtts://"):
            return text, None
        with contextlib.suppress(Back):
            return text, Path(answers.of("ca", back="asks for the broker again"))


def connectors(found: dict, numbers: list[int], p_max_w: int, serials: list[str]) -> list[dict]:
    """A connector for each meter, in the order of their units, as are the `serials` of those that
    do not tell theirs. ProvisionFault."""
    said = iter(serials)
    meters = sorted(found["found"], key=lambda meter: meter["unit"])
    if len(meters) != len(numbers):
        raise ProvisionFault(
            f"{len(meters)} meters were found for {len(numbers)} connectors; look at the wiring"
        )
    rows = []
    for number, meter in zip(numbers, meters, strict=True):
        if not meter["models"]:
            raise ProvisionFault(
                f"the meter of unit {meter['unit']} is not known; see data sheet and make detect"
            )
        row = {"id": number, "meter": meter["models"][0], "unit": meter["unit"]}
        row["p_max_w"] = p_max_w
        if not meter["serial"] and (serial := next(said, "")):
            row["serial"] = serial
        rows.append(row)
    return rows


def bus(found: dict) -> dict:
    baud, parity, stop_bits = found["line"]
    return {"baud": baud, "parity": parity, "stop_bits": stop_bits}


def files(
    address: BrokerAddress, device: str, tariff: str, values: dict, stays: Kept
) -> tuple[dict, dict[str, bytes]]:
    """(the configuration, the files that it names), judged by the firmware's own schema."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            part = address.provision(Path(folder), device, device_certificates.kept)
        except (pki.PkiError, OSError) as fault:
            raise ProvisionFault(str(fault)) from fault
        found = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    values = {"version": 1, **values, "broker": stays.beside("broker", part)}
    if tariff:
        found[TARIFF] = _read(tariff)
        values["tariff"] = TARIFF
    judge(values)
    return values, found


def judge(values: dict) -> None:
    """A configuration, by the firmware's own schema. ProvisionFault."""
    if why := firmware_rules.refusal(values):
        raise ProvisionFault(why)


def _read(tariff: str) -> bytes:
    try:
        return Path(tariff).read_bytes()
    except OSError as fault:
        raise ProvisionFault(f"{tariff} cannot be read ({fault.strerror})") from fault
