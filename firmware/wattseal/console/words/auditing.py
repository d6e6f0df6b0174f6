"""Tells how the audit log stands, and what the self-audit finds wrong; shows no entry."""

import asyncio

from micropython import const

from wattseal import late, trouble

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.auditor import Auditor
    from wattseal.assembly import Firmware

    Say = Callable[[str], None]


async def audit(firmware: "Firmware", say: "Say") -> str:
    """OSError."""
    auditor = firmware.recorder.audit
    say(await _chain(firmware, auditor) if auditor else "no audit log is kept")
    await late.load(firmware.calm, "wattseal.privacy", "wattseal.privacy.self_audit")
    try:
        from wattseal.privacy import self_audit

        found = self_audit.lines(firmware, trouble.counts(firmware))
        bad = [row for row in found if row[2]]
        for name, _, why in bad:
            say("  bad: %s: %s" % (name, why))
            await asyncio.sleep(0)
        return "self-audit: %d of %d are bad" % (len(bad), len(found))
    finally:
        late.drop("wattseal.privacy.self_audit")


async def _chain(firmware: "Firmware", auditor: "Auditor") -> str:
    from wattseal.core import audit_chain

    head = await auditor.head()
    entries = exported = 0
    for line, _ in auditor.log.entries():
        entries += 1
        if audit_chain.value(line, "ev") == "export":
            exported = audit_chain.number(line)
        await firmware.calm()
        await asyncio.sleep(0)
    told = "head %s, entries kept %d, last export " % (head, entries)
    return told + ("at entry %d" % exported if exported else "none")


ROWS = {"audit": audit}
