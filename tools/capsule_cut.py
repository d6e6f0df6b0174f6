"""A `bill` message without its capsule, every other byte as it was; knows no person and no key."""

import json
import re

_STRING = r'"(?:[^"\\]|\\.)*"'
_MEMBER = re.compile(rf'(?<=[{{,])\s*"capsule"\s*:\s*{_STRING}\s*(,?)')


def cut(payload: str) -> str:
    """ValueError for one that has none, or where it is not written as one text."""
    wanted = json.loads(payload)
    if not isinstance(wanted, dict) or wanted.pop("capsule", None) is None:
        raise ValueError
    for found in _MEMBER.finditer(payload):
        head, tail = payload[: found.start()], payload[found.end() :]
        if not found[1] and head.endswith(","):
            head = head[:-1]
        try:
            if json.loads(head + tail) == wanted:
                return head + tail
        except ValueError:
            continue
    raise ValueError
