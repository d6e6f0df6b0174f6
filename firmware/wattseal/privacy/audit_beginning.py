"""Opens the audit log once the first readings are over, and notes how this life began.

Imported late where there is room for it, and dropped.
"""

import asyncio
import hashlib
import os

from micropython import const

from wattseal import VERSION
from wattseal.core.hmac_sha256 import hmac_sha256

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.auditor import Auditor
    from wattseal.assembly import Firmware

_MOST, _LEAST = const(1000), const(64)  # entries that are kept
_BYTES_AN_ENTRY = const(1024)  # of all the file system's: the log takes a fifth of that
# What is noted when it is another than before.
_AT_STARTS = ("config", "files", "image", "key", "tariff")
_KEPT = _AT_STARTS + ("meter", "self_audit")  # noqa: RUF005 - MicroPython has no starred items


async def begin(firmware: "Firmware") -> "Auditor":
    """OSError, MemoryError."""
    auditor = await _opened(firmware)
    told = firmware.begun[0] if firmware.begun else {}
    _give_step(firmware, auditor)  # first: by what the entry of the start has, it is over
    auditor.note("boot", str(told.get("boots", "")), str(told.get("last_reset", "")), VERSION)
    if auditor.log.counts["audit_damaged"]:
        auditor.note("damaged", new=str(auditor.log.counts["audit_damaged"]))
    _give(firmware, auditor)
    return auditor


async def _opened(firmware: "Firmware") -> "Auditor":
    from wattseal.app.auditor import Auditor
    from wattseal.core import audit_chain
    from wattseal.drivers.audit_log import AuditLog

    known: dict[tuple[str, str], str] = {}

    def seen(line: bytes) -> None:
        what = audit_chain.value(line, "ev")
        if what in _KEPT:
            known[what, audit_chain.value(line, "obj")] = audit_chain.value(line, "new")

    await firmware.calm()
    folder = firmware.board.data_dir
    key = firmware.signer.derived(audit_chain.LABEL)
    log: AuditLog = AuditLog(folder + "/audit", key, _most(folder))
    await firmware.recorder.quiet()  # it may make its folder
    for _ in log.opening(seen):  # for an RP2040 up to 30 ms each
        await asyncio.sleep(0)
        await firmware.calm()
    return Auditor(log, firmware.board.clock, firmware.recorder.quiet, known)


def _most(folder: str) -> int:
    found = os.statvfs(folder)
    return max(_LEAST, min(_MOST, found[1] * found[2] // _BYTES_AN_ENTRY))


async def note_settings(firmware: "Firmware", auditor: "Auditor") -> None:
    """Key, configuration and tariff, where they are others than at the newest start that noted
    them. Soon done: records wait for it, for each is made under what is noted before it. OSError.
    """
    from wattseal.app import auditor as entries
    from wattseal.privacy import audit_running as running

    auditor.changed(
        "key", "", entries.short(hashlib.sha256(firmware.signer.public_key()).digest())
    )
    await asyncio.sleep(0)
    await firmware.calm()
    config, folder = firmware.config, firmware.board.data_dir
    # Under a key: a configuration holds passwords, and a bare hash of it lets them be guessed.
    key = firmware.signer.derived(b"wattseal configuration's fingerprint v1")
    found = hmac_sha256(key, await running.digest_of(folder + "/config.json"))
    auditor.changed("config", "", entries.short(found))
    if config.tariff:
        found = await running.digest_of(folder + "/" + config.tariff)
        auditor.changed("tariff", config.tariff, entries.short(found))


async def note_what_runs(firmware: "Firmware", auditor: "Auditor") -> None:
    """As `note_settings`, image and files: to hash them takes seconds, and no car waits for it.
    OSError."""
    from wattseal.app import auditor as entries
    from wattseal.privacy import audit_running as running

    pieces = firmware.board.image
    runs = [("image", await running.image(pieces) if pieces else b"")]
    runs.append(("files", await running.files()))
    for what, digest in runs:
        if digest:
            auditor.changed(what, "", entries.short(digest))
    auditor.forget(_AT_STARTS)


def _give_step(firmware: "Firmware", auditor: "Auditor") -> None:
    """Of the clock by a server, from now on; and the newest one since the start."""
    keeper = firmware.timekeeper
    if keeper:
        keeper.told = lambda old_s, new_s: auditor.note("time", "", str(old_s), str(new_s), "ntp")
        if keeper.untold:
            keeper.told(*keeper.untold)
            keeper.untold = None


def _give(firmware: "Firmware", auditor: "Auditor") -> None:
    """To all who note, from now on."""
    from wattseal.privacy import audit_watch

    firmware.audit = firmware.recorder.audit = auditor
    if firmware.recorder.consents:
        firmware.recorder.consents.audit = auditor
    asyncio.create_task(auditor.run())
    asyncio.create_task(audit_watch.run(firmware, auditor))
