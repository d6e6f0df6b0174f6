"""OCPP's SignedMeterValue of a record, as OCA's paper on signed meter values has it."""

import base64

from tools.bills.command import CommandFault
from tools.bills.judged import Judged

MOST_201 = 2500  # characters of signedMeterData in OCPP 2.0.1
_KEY_FORM = "oca:base16:asn1:"


def of(judged: Judged, most: int | None = None) -> dict[str, str]:
    """CommandFault for a record longer than `most` characters in base64."""
    text = judged.bill.message.text
    data = base64.b64encode(text.encode()).decode()
    if most is not None and len(data) > most:
        raise CommandFault(
            f"T{judged.bill.pagination} has {len(text)} bytes, {len(data)} characters in base64, "
            f"and signedMeterData of OCPP 2.0.1 holds {most}; export it to ocpp16 or safe-xml"
        )
    key = base64.b64encode((_KEY_FORM + judged.public_key).encode()).decode()
    return {
        "signedMeterData": data, "signingMethod": "", "encodingMethod": "OCMF", "publicKey": key,
    }  # fmt: skip
