"""Whether the audit log that an emulated board sent is whole, and its records' heads are of it."""

from cryptography.hazmat.primitives.asymmetric import ec

from tools.audit import audit_key, sources, verdict, words
from tools.bills.command import CommandFault
from tools.emulate.row import Row, exactly, told
from tools.emulate.run import Played
from tools.records_file import AUDIT, RECORDS


def rows(played: Played, key: ec.EllipticCurvePrivateKey) -> list[Row]:
    """`key`: the device's. Each record has a head, and each head is of an entry that came."""
    receiver = played.receiver
    records = len(receiver.records)
    folder = receiver.folder
    try:
        signed = verdict.heads_of([str(folder / RECORDS)], receiver.public_key, [])
        pieces = sources.read([folder / AUDIT], None)
        found = verdict.judged(pieces, audit_key.of(key), signed)
    except CommandFault as fault:
        return [exactly("audit_heads", "records with a head", 0, records, f" ({fault})")]
    entries = found.log.entries.values()
    wrong = len(found.findings) + found.heads - found.heads_checked
    said = f" ({words.sentence(found.findings[0])})" if found.findings else ""
    return [
        told("audit_entries", "entries sent", len(entries)),
        told("audit_boots", "  of which starts", sum(each.what == "boot" for each in entries)),
        exactly("audit_findings", "entries that do not follow", wrong, 0, said),
        exactly("audit_heads", "records whose head is of an entry", signed.records, records),
    ]
