"""What must be true of the audit log, its heads in records and the keys in slots after a boot.

Each finding begins with what `make faults` counts it as: `altered` for a head that no entry
explains, `audit` for a chain that does not verify, `audit_lost` for an entry that was durable,
`key_found` for one that was erased, `key_lost` for one that was not.
"""

import json
from binascii import hexlify

from audit_case import broken
from kept_watch import ASKED, ENTRY, GONE, PUT

from wattseal.core import audit_chain
from wattseal.core.hmac_sha256 import key_blocks
from wattseal.drivers.audit_log import AuditLog

KEY = (audit_chain.LABEL + bytes(32))[:32]  # virtual_power.PlainSigner.derived
FOLDER = "/audit"
_BLOCKS = key_blocks(KEY)
_UA = b'\\"UA\\":\\"'  # in a payload, whose `ocmf` is a string
_PIECE = 8  # bytes of a key that tell of it


def of_log(folder, told, stored, keeps=True, lacking=False):
    """[what is wrong] with the log in `folder`. `told`: by kept_watch; `stored`: the receiver's
    records; `keeps`: there is room for what this boot noted; `lacking`: records of a life
    that had no log have no head."""
    log = AuditLog(folder, KEY)
    try:
        for _ in log.opening(lambda line: None):
            pass
        macs = dict(
            [log.before()] + [(audit_chain.number(line), mac) for line, mac in log.entries()]
        )
        wrong = ["audit: " + finding for finding in broken(log, _BLOCKS)]
    except OSError as fault:
        return ["audit: it cannot be read (%s)" % fault]
    wrong += _lost(log, macs, told, keeps)
    if lacking:
        stored = {number: payload for number, payload in stored.items() if head_of(payload)}
    return wrong + of_heads(log, macs, stored)


def _lost(log, macs, told, keeps):
    """What was durable is there, or gone by rule; and this boot has added to it."""
    durable = [row[1:] for row in told if row[0] == ENTRY]
    gone = [
        "audit_lost: entry %d" % number
        for number, mac in durable
        if number >= log.before()[0] and macs.get(number) != mac
    ]
    if keeps and durable and log.number <= durable[-1][0]:
        gone.append("audit_lost: nothing tells of this boot")
    return gone[:1]


def of_heads(log, macs, stored):
    """Each record has the head of an entry that is there, or gone by rule; none goes back."""
    wrong, newest = [], 0
    for pagination in sorted(stored):
        head = head_of(stored[pagination])
        number = int(head.split("-")[0]) if head else -1
        if number < newest:
            wrong.append("altered: T%d has UA %s, behind %d" % (pagination, head, newest))
        elif number > log.number:
            wrong.append(
                "altered: T%d has UA %s, the log ends at %d" % (pagination, head, log.number)
            )
        elif number >= log.before()[0] and head != audit_chain.head(number, macs.get(number, b"")):
            wrong.append("altered: T%d has UA %s, of no entry" % (pagination, head))
        newest = max(newest, number)
    return wrong


def head_of(payload):
    """`UA` of a record, "" for none."""
    at = payload.find(_UA)
    if at < 0:
        return ""
    at += len(_UA)
    return payload[at : payload.find(b"\\", at)].decode()


def of_keys(sectors, image, moment, stored, recovered=True):
    """[what is wrong] with keys. `sectors`: of the image, where they may be. `recovered`: a boot
    has finished what the cut left half done."""
    asked, gone = [{row[1] for row in moment.told if row[0] == what} for what in (ASKED, GONE)]
    put = {row[1] for row in moment.told if row[0] == PUT}
    wrong = []
    for key, label in moment.keys:
        pieces = _pieces(key, sectors)
        if key in gone and (pieces or key[_PIECE : 3 * _PIECE] in image):
            wrong.append("key_found: %d pieces of one that is erased" % pieces)
        elif recovered and key in put and key not in asked and key + label not in sectors:
            wrong.append("key_lost: of a session that nobody erased")
        elif recovered and pieces and key + label not in sectors:
            wrong.append("key_found: %d pieces of one that is not whole" % pieces)
    if recovered:
        wrong += [
            "key_lost: T%d began without a capsule" % pagination
            for pagination, payload in stored.items()
            if b'"kind":"begin"' in payload and b'"capsule"' not in payload
        ]
    return wrong


def _pieces(key, sectors):
    return len([at for at in range(len(key) - _PIECE + 1) if key[at : at + _PIECE] in sectors])


def told(folder, stored):
    """For tools.audit: a line of JSON with the log's files and the heads of records."""
    import os

    files = []
    for name in sorted(os.listdir(folder)):
        with open(folder + "/" + name, "rb") as file:
            files.append((name, hexlify(file.read()).decode()))
    heads = [(pagination, head_of(stored[pagination])) for pagination in sorted(stored)]
    return json.dumps({"key": hexlify(KEY).decode(), "files": files, "heads": heads})
