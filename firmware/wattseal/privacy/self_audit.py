"""The device looks at its own settings and state, and signs what it finds; mends nothing.

Each line is a name, "ok" or "bad", and why in a few words, of a fixed set: nothing in it tells of
a person, a session or a place.
"""

import asyncio
import binascii
import json

from micropython import const

from wattseal import VERSION, trouble

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.auditor import Auditor
    from wattseal.assembly import Firmware

    Counts = dict[str, int]


async def message(firmware: "Firmware", auditor: "Auditor") -> bytes:
    """For the device's topic `audit`: {"v":1,"report":"<the text that is signed>","sig":"<DER,
    hex>"}. KeyFault, CurveError."""
    head = await auditor.head()
    counts = trouble.counts(firmware)
    await asyncio.sleep(0)
    clock = firmware.board.clock
    report = {
        "v": 1, "device": firmware.signer.device_id, "fw": VERSION, "head": head,
        "t": clock.utc_ms() // 1000, "q": clock.state(), "lines": lines(firmware, counts),
    }  # fmt: skip
    text = json.dumps(report)
    signature = await firmware.signer.sign(text.encode())
    told = {"v": 1, "report": text, "sig": binascii.hexlify(signature).decode().upper()}
    return json.dumps(told).encode()


def lines(firmware: "Firmware", counts: "Counts") -> "list[list[str]]":
    """[name, "ok" or "bad", why]."""
    config, journal = firmware.config, firmware.journal
    # A gateway shakes hands with the broker, or does not: from here nobody sees it.
    by_gateway = firmware.board.uplink is not None
    plain = by_gateway or config.broker.tls != "required"
    why = "no TLS of this device's own" if by_gateway else "the broker is reached in plain text"
    own = config.broker.cert or config.broker.password
    bad_key = [name for name in firmware.signer.counts if counts.get(name)]
    chain = [name for name in firmware.audit.counts if counts.get(name)] if firmware.audit else []
    return [
        _line("tls", plain, why),
        _line("login", not own, "the broker asks for no certificate and no password"),
        _line("key", bad_key, "a copy of the signing key is damaged or missing"),
        _line("chain", chain, "the audit log has gaps"),
        _line("clock", firmware.board.clock.state() != "S", "the time is not synchronised"),
        _line("ntp", config.ntp is None, "no time server is configured"),
        _line("commands", counts.get("commands_forged"), "forged commands came"),
        _line("identity", _open(firmware), "identifications are not sealed"),
        _line("records", journal.lost, "records of the journal are damaged"),
        _line("room", firmware.reserve.is_full(), "the journal has no room for a session"),
        _line("sessions", firmware.reserve.free_sessions, "cars were charged without a record"),
        _line("starts", firmware.safe, "too many starts in a row ended early"),
    ]


def _line(name: str, bad: object, why: str) -> "list[str]":
    return [name, "bad", why] if bad else [name, "ok", ""]


def _open(firmware: "Firmware") -> bool:
    """Records show who came, or a pseudonym's capsule cannot be made though one is asked for."""
    config = firmware.config
    seals = config.sealing_key or config.id_mode == "slots"
    unsealed = seals and not firmware.connectors[0].desk.seals
    return config.id_mode == "plain" or bool(unsealed)
