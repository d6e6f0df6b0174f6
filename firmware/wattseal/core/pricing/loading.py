"""A tariff from its text: strict, with a reason for every refusal; can be dropped once it loaded.

The identity of a tariff is the SHA-256 of its canonical form (json_text.write).
"""

import binascii
import hashlib

from wattseal.core.pricing import json_text, zone_rule
from wattseal.core.pricing.tariff import Tariff, TariffError
from wattseal.core.pricing.tariff_rules import check

MOST_BYTES = 4096


def load(text: bytes) -> Tariff:
    """TariffError, and nothing is loaded."""
    if len(text) > MOST_BYTES:
        raise TariffError("the tariff has more than %d bytes" % MOST_BYTES)
    try:
        values = json_text.read(text)
    except json_text.JsonError as fault:
        raise TariffError("no JSON of a tariff, %s" % fault)
    check(values)
    try:
        zone = zone_rule.read(values["tz"])
    except zone_rule.ZoneError as fault:
        raise TariffError("tz: %s" % fault)
    digest = hashlib.sha256()
    json_text.write(values, digest.update)
    return Tariff(values, zone, binascii.hexlify(digest.digest()).decode())
