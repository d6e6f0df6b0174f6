"""Copies of a device's audit log as an auditor gets them, with records that hold its heads."""

import json

import signed_records as signed
from audit_case import KEY, UTC_S, opened

from wattseal.core import audit_chain, ocmf
from wattseal.core.bill import BEGIN, SESSION

EVENTS = (
    {"ev": "boot", "obj": "3", "old": "power", "new": "0.1.0", "who": "device"},
    {"ev": "image", "new": "0.1.0", "who": "device"},
    {"ev": "command", "obj": "stop c2", "new": "done", "who": "command:04ab12cd"},
    {"ev": "time", "old": "1767225690", "new": "1767225700", "who": "ntp"},
)


def filled(folder, count, most=1000, batch=1):
    """The log of `count` entries in a folder, as the device leaves it; returns its AuditLog."""
    log, _ = opened(str(folder), most)
    for number in range(1, count + 1, batch):
        row = (UTC_S + 10 * number, "S", EVENTS[number % len(EVENTS)])
        log.append([row] * batch)
    return log


def kept(log):
    """{number: mac} of what it keeps, and of the entry before."""
    return dict([log.before()] + [(audit_chain.number(line), mac) for line, mac in log.entries()])


def head(log, number):
    return "%d-%s" % (number, kept(log)[number].hex()[: audit_chain.HEAD_DIGITS])


def record(pagination, ua=None, key=signed.KEY):
    """A line of records.jsonl, a begin record and the session record behind it in turn."""
    closes = pagination % 2 == 0
    entries = [signed.begin(), signed.end()] if closes else [signed.begin()]
    extras = [("UA", ua)] if ua else []
    payload = ocmf.payload(signed.HEAD, pagination, signed.WHO, entries, extras)
    text = signed.sign(payload, key)
    return signed.line(SESSION if closes else BEGIN, pagination, "5e55", text)


def message(log, after, count=4, device=signed.DEVICE):
    """A line of records.jsonl: so many entries behind number `after`, as the device exports."""
    rows = list(log.entries(after))[:count]
    macs = kept(log)
    told = {
        "v": 1,
        "before": [str(after), macs[after].hex()],
        "frames": [audit_chain.frame(*row).decode()[:-1] for row in rows],
    }
    return line_of(told, device)


def line_of(told, device=signed.DEVICE):
    topic = "wattseal/v1/%s/audit" % device
    return json.dumps({"topic": topic, "payload": json.dumps(told), "received": 1.5}) + "\n"


def exported(log, count=4):
    """All of it, in messages of `count` entries."""
    first = log.before()[0]
    return "".join(message(log, after, count) for after in range(first, log.number, count))


def key_file(path):
    path.write_text(KEY.hex() + "\n")
    return path
