"""What statistics keep over a reset, as one blob; touches no file and judges nothing.

0       version
1       histogram
then    length of a closed month that is not yet in the journal (2 bytes), and itself
then    of each connector: id, a flag, the open stay; how many runs of buckets, and these
"""

import struct

from micropython import const

from wattseal.core import load_bucket, stay
from wattseal.core.histogram import PACKED_BYTES, Histogram

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.core.load_bucket import Buckets
    from wattseal.core.stay import StayMeter

    Line = tuple[Any, StayMeter, Buckets]  # of a connector

_VERSION = const(2)
_ONE_RUN = const(1)  # at the most of each connector: firmware before 2 reads only that
_RUN_BYTES = const(15)
_MOST_CONNECTORS = const(99)


def encode(histogram: Histogram, closed: bytes, lines: "list[Line]") -> bytes:
    """`lines`: (connector, StayMeter, Buckets)."""
    is_plain = all(len(buckets.kept()) <= 1 for _, _, buckets in lines)
    version = _ONE_RUN if is_plain else _VERSION
    parts = [bytes((version,)), histogram.pack(), struct.pack(">H", len(closed)), closed]
    for connector, meter, buckets in lines:
        parts.append(bytes((connector.id, 1 if meter.open else 0)))
        if meter.open:
            parts.append(meter.open.pack())
        kept = buckets.kept()
        parts.append(bytes((len(kept),)))
        parts += [load_bucket.pack(connector.id, run) for run in kept]
    return b"".join(parts)


def decode(blob: bytes, histogram: Histogram, lines: "list[Line]") -> "tuple[bytes, list[Any]]":
    """Fills in what was kept; (closed month, [(connector, stay)] that a reset has cut).

    ValueError for what `encode` did not give; a connector that is gone is passed over."""
    at = 1 + PACKED_BYTES
    if len(blob) < at + 2 or not _ONE_RUN <= blob[0] <= _VERSION:
        raise ValueError("no state of statistics")
    histogram.restore(blob[1:at])
    (length,) = struct.unpack_from(">H", blob, at)
    at += 2 + length
    if at > len(blob):
        raise ValueError("no state of statistics")
    closed, cut = blob[at - length : at], []
    while at + 3 <= len(blob):
        known = [line for line in lines if line[0].id == blob[at]]
        has_stay = blob[at + 1]
        at += 2
        if has_stay:
            opened = stay.unpack(blob[at : at + stay.PACKED_BYTES])
            at += stay.PACKED_BYTES
            cut += [(line[0], opened) for line in known]
        kept = []
        for _ in range(blob[at]):
            kept.append(load_bucket.unpack(blob[at + 1 : at + 1 + _RUN_BYTES])[1])
            at += _RUN_BYTES
        at += 1
        for line in known:
            line[2].restore(kept)
    return closed, cut
