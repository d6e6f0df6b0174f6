"""Judges on the host what a board has printed: test counts, and records by public cryptography."""

import json
import re
import struct
from dataclasses import dataclass

import interpreters
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

# The key of RFC 6979, A.2.5, which virtual_power gives to a device.
_KEY = ec.EllipticCurvePublicNumbers(
    0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
    0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
    ec.SECP256R1(),
).public_key()


@dataclass(frozen=True)
class Verdict:
    """`state`: "good", "bad", or "no room" where the heap was too small for the file."""

    name: str
    state: str
    ran: int = 0
    skipped: int = 0
    free_bytes: int = 0
    why: str = ""


def _lines(said: str) -> str:
    """A board ends its lines as a terminal likes them."""
    return said.replace("\r\n", "\n")


def of_test(name: str, wanted: int, said: str, trouble: str) -> Verdict:
    """Good only when the result line says that every test ran and none was bad."""
    said = _lines(said)
    line, free = interpreters.RESULT.search(said), re.search(r"^FREE (\d+)$", said, re.M)
    if "MemoryError" in said + trouble:
        return Verdict(name, "no room")
    if not line or not free:
        told = (trouble or said).strip().splitlines()[-1:] or ["it said nothing"]
        return Verdict(name, "bad", why=told[0])
    ran, bad, skipped = map(int, line.groups())
    state = "good" if (ran, bad) == (wanted, 0) else "bad"
    why = "" if state == "good" else f"{ran} of {wanted} tests ran, {bad} were bad"
    return Verdict(name, state, ran, skipped, int(free[1]), why)


def of_metering(said: str, trouble: str) -> Verdict:
    """Good when the begin and the session record are signed, and the energy is the meter's."""
    name = "metering"
    if "MemoryError" in said + trouble:
        return Verdict(name, "no room")
    said = _lines(said)
    rows = [json.loads(row) for row in re.findall(r"^RECORD (.*?)$", said, re.M)]
    truth = re.search(r"^METERED (\d+) (\d+) (\d+)$", said, re.M)
    if not truth:
        told = (trouble or said).strip().splitlines()[-1:] or ["it said nothing"]
        return Verdict(name, "bad", why=told[0])
    before_wh, after_wh, violations = map(int, truth.groups())
    try:
        why = _wrong(rows, _shown_wh(after_wh) - _shown_wh(before_wh), violations)
    except (InvalidSignature, KeyError, ValueError) as fault:
        why = f"a record does not verify ({type(fault).__name__})"
    return Verdict(name, "bad" if why else "good", len(rows), why=why)


def _shown_wh(energy_wh: int) -> int:
    """What the meter's register says, kWh as a single float, cut to whole Wh as OCMF has it."""
    return int(struct.unpack("<f", struct.pack("<f", energy_wh / 1000))[0] * 1000)


def _wrong(rows: list, energy_wh: int, violations: int) -> str:
    kinds = [payload["kind"] for _, payload in rows]
    if kinds != ["begin", "session"] or violations:
        return f"the records are {kinds}, and {violations} times the contactor was wrong"
    for _, payload in rows:
        _, signed, signature = payload["ocmf"].split("|")
        _KEY.verify(
            bytes.fromhex(json.loads(signature)["SD"]), signed.encode(), ec.ECDSA(SHA256())
        )
    readings = json.loads(rows[1][1]["ocmf"].split("|")[1])["RD"]
    metered = float(readings[-1]["RV"]) - float(readings[0]["RV"])
    metered_wh = round(metered * (1000 if readings[0]["RU"] == "kWh" else 1))
    if metered_wh != energy_wh or not energy_wh:
        return f"the record has {metered_wh} Wh, the meter {energy_wh} Wh"
    return ""
