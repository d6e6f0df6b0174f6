"""What tools.audit says of the audit logs that power cuts leave; cuts no power itself."""

import json

from tools.audit import sources, verdict
from tools.audit.entry import Place
from tools.audit.heads import Heads, parsed

# A world that is cut goes on without what its clock was set forward by.
_OF_THE_WORLD = ("time",)
_ALTERED = ("cut", "head", "heads_back", "head_form")  # what a record says, and the log does not


def wrong(line: str) -> list[str]:
    """Of a line of kept_verdict.told: each finding, by what `make faults` counts it as."""
    told = json.loads(line)
    names = [(name, int(name[:8], 16), bytes.fromhex(text)) for name, text in told["files"]]
    found = [parsed(head, Place(f"T{number}", 0), number) for number, head in told["heads"]]
    heads = Heads([head for head in found if head])
    judged = verdict.judged(sources.of_contents(names), bytes.fromhex(told["key"]), heads)
    findings = [each for each in judged.findings if each.kind not in _OF_THE_WORLD]
    said = [
        f"{'altered' if each.kind in _ALTERED else 'audit'}: tools.audit says {each.kind} of entry"
        f" {each.number} ({each.place})"
        for each in findings
    ]
    return said + ["altered: a record without UA"] * found.count(None)
