"""Opens the audit log once the first readings are over, and notes how this life began.

Where there is no room for it, it says so once. Imported late, and dropped.
"""

import asyncio
import gc
import hashlib
import os

from micropython import const

from wattseal import VERSION, late
from wattseal.core.hmac_sha256 import hmac_sha256

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.auditor import Auditor
    from wattseal.assembly import Firmware

    Log = Callable[[str], None]

_LEAST_FREE_BYTES = const(40960)
_PARTS = (  # one by one, for from files each takes a small board 20 ms
    "wattseal.core.audit_chain",
    "wattseal.drivers.audit_log",
    "wattseal.app.auditor",
    "wattseal.auditing.watching",
)
_MOST, _LEAST = const(1000), const(64)  # entries that are kept
_BYTES_AN_ENTRY = const(1024)  # of all the file system's: the log takes a fifth of that
_KEPT = (
    "config",
    "fw",
    "key",
    "meter",
    "self_audit",
    "tariff",
)  # what is noted when it is another than before
_CHUNK = const(512)
_NO_ROOM = "audit: no room for its log (%d bytes of heap free, %d needed); none is kept"


async def begin(firmware: "Firmware", log: "Log") -> None:
    """What fails here costs the log alone."""
    counts = firmware.journal.counters
    gc.collect()
    free_bytes = gc.mem_free()
    if free_bytes < _LEAST_FREE_BYTES:
        counts["audit_no_room"] = 1
        log(_NO_ROOM % (free_bytes, _LEAST_FREE_BYTES))
        return
    try:
        for name in _PARTS:
            __import__(name)
            await asyncio.sleep(0)
        auditor = await _opened(firmware)
        await _note_beginning(firmware, auditor)
    except (OSError, ImportError, MemoryError) as fault:
        counts["audit_off"] = 1
        log("audit: %s; no log is kept" % fault)
        return
    finally:
        late.drop("wattseal.auditing.beginning")
    _give(firmware, auditor)


async def _opened(firmware: "Firmware") -> "Auditor":
    from wattseal.app.auditor import Auditor
    from wattseal.core import audit_chain
    from wattseal.drivers.audit_log import AuditLog

    known: dict[tuple[str, str], str] = {}

    def seen(line: bytes) -> None:
        what = audit_chain.value(line, "ev")
        if what in _KEPT:
            known[what, audit_chain.value(line, "obj")] = audit_chain.value(line, "new")

    folder = firmware.board.data_dir
    key = firmware.signer.derived(audit_chain.LABEL)
    log: AuditLog = AuditLog(folder + "/audit", key, _most(folder))
    await firmware.recorder.quiet()  # it may make its folder
    for _ in log.opening(seen):
        await asyncio.sleep(0)
    return Auditor(log, firmware.board.clock, firmware.recorder.quiet, known)


def _most(folder: str) -> int:
    found = os.statvfs(folder)
    return max(_LEAST, min(_MOST, found[1] * found[2] // _BYTES_AN_ENTRY))


async def _note_beginning(firmware: "Firmware", auditor: "Auditor") -> None:
    """OSError."""
    from wattseal.app import auditor as entries

    told = firmware.begun[0] if firmware.begun else {}
    auditor.note("boot", str(told.get("boots", "")), str(told.get("last_reset", "")), VERSION)
    if auditor.log.counts["audit_damaged"]:
        auditor.note("damaged", new=str(auditor.log.counts["audit_damaged"]))
    auditor.changed("fw", "", VERSION)
    auditor.changed(
        "key", "", entries.short(hashlib.sha256(firmware.signer.public_key()).digest())
    )
    await asyncio.sleep(0)
    config, folder = firmware.config, firmware.board.data_dir
    # Under a key: a configuration holds passwords, and a bare hash of it lets them be guessed.
    key = firmware.signer.derived(b"wattseal configuration's fingerprint v1")
    found = hmac_sha256(key, await _digest_of(folder + "/config.json"))
    auditor.changed("config", "", entries.short(found))
    if config.tariff:
        found = await _digest_of(folder + "/" + config.tariff)
        auditor.changed("tariff", config.tariff, entries.short(found))


async def _digest_of(path: str) -> bytes:
    """Of a file. OSError."""
    whole = hashlib.sha256()
    with open(path, "rb") as file:
        while True:
            part = file.read(_CHUNK)
            if not part:
                return whole.digest()
            whole.update(part)
            await asyncio.sleep(0)


def _give(firmware: "Firmware", auditor: "Auditor") -> None:
    """To all who note, from now on."""
    from wattseal.auditing import watching

    firmware.audit = firmware.recorder.audit = auditor
    if firmware.recorder.consents:
        firmware.recorder.consents.audit = auditor
    timekeeper = firmware.timekeeper
    if timekeeper:
        timekeeper.told = lambda old_s, new_s: auditor.note(
            "time", "", str(old_s), str(new_s), "ntp"
        )
        if timekeeper.untold:
            timekeeper.told(*timekeeper.untold)
            timekeeper.untold = None
    asyncio.create_task(auditor.run())
    asyncio.create_task(watching.run(firmware, auditor))
