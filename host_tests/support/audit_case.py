"""Small audit logs for tests, and what must be true of every one: an unbroken chain."""

from wattseal.core import audit_chain
from wattseal.core.hmac_sha256 import key_blocks
from wattseal.drivers.audit_log import AuditLog

KEY = bytes(range(32))
BLOCKS = key_blocks(KEY)
UTC_S = 1767225600


def opened(folder, most=64):
    """(AuditLog, the lines it found)."""
    log, lines = AuditLog(folder, KEY, most), []
    for _ in log.opening(lines.append):
        pass
    return log, lines


def put(log, number, utc_s=UTC_S, state="S"):
    """An entry that tells which one it is, by `obj`."""
    log.append([(utc_s, state, {"ev": "test", "obj": str(number), "who": "device"})])


def told(log):
    """`obj` of the entries of `put` that are kept."""
    lines = [line for line, _ in log.entries()]
    return [
        int(audit_chain.value(line, "obj"))
        for line in lines
        if audit_chain.value(line, "ev") == "test"
    ]


def broken(log, blocks=BLOCKS):
    """[what is wrong] with the chain that is kept, from the entry before it to its head."""
    number, mac = log.before()
    wrong = []
    for line, kept in log.entries():
        number += 1
        mac = audit_chain.mac(blocks, mac, line)
        if audit_chain.number(line) != number or mac != kept:
            wrong.append("chain: entry %d does not follow" % number)
    if (number, mac) != (log.number, log.mac):
        wrong.append("chain: its head is not entry %d" % log.number)
    if log.counts["audit_damaged"]:
        wrong.append("chain: the device counts %d damaged" % log.counts["audit_damaged"])
    return wrong
