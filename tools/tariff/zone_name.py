"""A time zone's name as the POSIX rule that a tariff has; has no list of its own.

Source: RFC 8536, 3.3: the last line of a zone's file holds for all times to come.
"""

from pathlib import Path

import zoneinfo

from tools.tariff.judge import TariffFault

_MAGIC = b"TZif"


def rule(zone: str) -> str:
    """Of a name such as Europe/Berlin; what has a comma or a digit is a rule. TariffFault."""
    if not zone or any(letter in ",<0123456789" for letter in zone):
        return zone
    parts = zone.split("/")
    if zone == "UTC":
        return "UTC0"
    if ".." not in parts and not zone.startswith("/"):
        for folder in zoneinfo.TZPATH:
            found = _last_line(Path(folder, *parts))
            if found:
                return found
    raise TariffFault(
        f"--zone {zone} is no time zone that this machine knows; name one such as Europe/Berlin, "
        "or its rule: CET-1CEST,M3.5.0,M10.5.0/3"
    )


def _last_line(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    if not content.startswith(_MAGIC) or not content.endswith(b"\n"):
        return ""
    return content[:-1].rpartition(b"\n")[2].decode("ascii", "replace")
