"""The `bill` payload: the JSON envelope round one signed OCMF string; knows no topic and no store.

Written by hand so that the bytes are the same on every interpreter (MicroPython's dicts have no
order). Keys and kinds: design, "Interfaces that others build on".
"""

from micropython import const

BEGIN = const(1)
SESSION = const(2)
NOT_BILLABLE = const(3)
CORRECTION = const(4)

NAMES = {
    BEGIN: "begin",
    SESSION: "session",
    NOT_BILLABLE: "not_billable",
    CORRECTION: "correction",
}
_CONNECTOR = b'"connector":'
_PIECE_CHARS = const(128)  # a heap in pieces has room for one large text, and not for four


def payload(
    kind: int,
    record_id: str,
    device: str,
    connector: int,
    pagination: int,
    session_id: str,
    ocmf: str,
    reason: str = "",
    capsule: str = "",
) -> bytes:
    """The exact bytes that are stored, sent and re-sent. `reason` only for NOT_BILLABLE, `capsule`
    (core.capsule, base64) only for BEGIN.

    All texts are ASCII; only quotes in `ocmf` need escapes, and get them.
    """
    head = '{"v":1,"id":"%s","device":"%s","connector":%d,"kind":"%s","pg":%d,"session":"%s",' % (
        record_id,
        device,
        connector,
        NAMES[kind],
        pagination,
        session_id,
    )
    if reason:
        head += '"reason":"%s",' % reason
    if capsule:
        head += '"capsule":"%s",' % capsule
    pieces = [(head + '"ocmf":"').encode()]
    for at in range(0, len(ocmf), _PIECE_CHARS):
        piece = ocmf[at : at + _PIECE_CHARS]
        pieces.append(piece.replace("\\", "\\\\").replace('"', '\\"').encode())
    pieces.append(b'"}')
    return b"".join(pieces)


def connector_of(record: "bytes | memoryview") -> int:
    """The connector in a payload that `payload` made; 0 when there is none."""
    head = bytes(record[:160])
    start = head.find(_CONNECTOR)
    if start < 0:
        return 0
    start += len(_CONNECTOR)
    end = head.find(b",", start)
    digits = head[start:end]
    return int(digits) if digits.isdigit() else 0
