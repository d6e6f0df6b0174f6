"""What findings and events mean, in plain sentences; finds nothing."""

from tools.audit.following import Finding

SENTENCES = {
    "damaged": "is no whole entry: its checksum or its form is wrong.",
    "gap": "is missing here.",
    "start": "is missing before the first one here, and no `pruned` entry accounts for it.",
    "again": "stands there again.",
    "order": "is out of its place.",
    "differs": "came with other content before.",
    "behind": "stands behind the end of its file, and the device has not left it there.",
    "mac": "was not written by this device after the entry before it: forged, altered or moved.",
    "before": "has another mac than the message says that goes on after it.",
    "pruned": "says of the entries that are gone what the log does not bear out.",
    "time": "is earlier than one before it, and no `time` entry says that the clock was set back.",
    "cut": "is missing: by a signed head the log went on.",
    "head": "has another mac than a signed head says: altered, or a log of another life.",
    "heads_back": "is the head of a record that is newer than one with a later head.",
    "unsigned": "A record of this device is not signed by this key, so it was altered.",
    "head_form": "A signed record has a head (UA) that is none.",
}
EVENTS = {
    "boot": "started", "image": "image in flash", "files": "firmware's files",
    "key": "signing key", "config": "configuration", "tariff": "tariff", "meter": "meter",
    "self_audit": "self-audit told", "command": "command", "export": "log exported",
    "consent": "consent", "time": "clock set", "journal": "journal", "lost": "records lost",
    "update": "signed package",
    "forged": "forged commands", "damaged": "log found damaged", "missed": "entries missed",
    "pruned": "old entries removed", "erase": "identity erased", "report": "identity told",
    "unlock": "console unlocked", "unlock_failed": "wrong answer at the console",
    "locked_out": "console locked out",
}  # fmt: skip
STATES = {"S": "", "I": "informative", "R": "relative", "U": "unknown"}


def sentence(found: Finding) -> str:
    """Which entry, what is wrong with it, and where that was read."""
    said = SENTENCES[found.kind]
    if not found.number:
        return f"{said[:-1]}: {found.place}."
    verb, _, rest = said.partition(" ")
    which = f"Entry {found.number}"
    if found.last > found.number:
        which, verb = f"Entries {found.number} to {found.last}", "are" if verb == "is" else verb
    return f"{which} {verb} {rest[:-1]} ({found.place})."
