"""A tariff from its text: strict, with a reason for every refusal; can be dropped once it loaded.

The identity of a tariff is the SHA-256 of its canonical form (json_text.write).
"""

import binascii
import hashlib

from wattseal.core.pricing.json_text import JsonError, read, write
from wattseal.core.pricing.tariff import Tariff, TariffError
from wattseal.core.pricing.tariff_rules import check
from wattseal.core.pricing.zone import Zone, ZoneError

MOST_BYTES = 4096


def load(text: bytes) -> Tariff:
    """TariffError, and nothing is loaded."""
    if len(text) > MOST_BYTES:
        raise TariffError("the tariff has more than %d bytes" % MOST_BYTES)
    try:
        values = read(text)
    except JsonError as fault:
        raise TariffError("no JSON of a tariff, %s" % fault)
    check(values)
    try:
        zone = Zone(values["tz"])
    except ZoneError as fault:
        raise TariffError("tz: %s" % fault)
    digest = hashlib.sha256()
    write(values, digest.update)
    return Tariff(values, zone, binascii.hexlify(digest.digest()).decode())
