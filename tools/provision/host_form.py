"""Whether a text can be the name or the IPv4 address of a host; looks nothing up.

RFC 1123, 2.1: labels of letters, digits and hyphens, none at an end. As in core.config, which
lets a device keep a name with _, what has digits and dots alone must be an address.
"""

import re

from wattseal.core.settings import is_address

_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_MOST = 253  # characters, RFC 1035, 2.3.4
WANTED = (
    "a host's name (letters, digits, - and ., as broker.local) or its IPv4 address (as "
    "192.168.1.5) is wanted"
)


def fault(text: str) -> str:
    """One sentence, "" for none."""
    if all(c in "0123456789." for c in text):
        return "" if is_address(text) else WANTED
    labels = text.removesuffix(".").split(".")
    good = len(text) <= _MOST and all(map(_LABEL.fullmatch, labels))
    return "" if good else WANTED
