"""Whether the back end finds who came to an emulated board; judges that alone."""

from cryptography.hazmat.primitives.asymmetric import ec

from tools.emulate.row import Row, exactly
from tools.emulate.run import Played
from tools.privacy import sessions
from tools.records_file import RECORDS


def rows(played: Played, key: ec.EllipticCurvePrivateKey, cards: list[str]) -> list[Row]:
    """`key`: the back end's; `cards`: all that were presented."""
    receiver = played.receiver
    begun = sum(record.kind == "begin" for record in receiver.records.values())
    found = _sessions(played, key) if begun else []
    right = [each for each in found if each.identity and each.identity.identification in cards]
    whys = sorted({each.why for each in found if each.why})
    reasons = f" ({', '.join(whys)})" if whys else ""
    return [exactly("identity_opened", "identifications opened", len(right), begun, reasons)]


def _sessions(played: Played, key: ec.EllipticCurvePrivateKey) -> list[sessions.Session]:
    receiver = played.receiver
    return sessions.read([str(receiver.folder / RECORDS)], receiver.public_key, key)
