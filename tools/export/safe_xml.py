"""Records as the reference verifier's XML container; the signed text goes in as it is.

A record with begin and end stands alone: with a transactionId the program would look for its pair.
"""

from xml.sax.saxutils import escape

from tools.bills.judged import Judged

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<values>\n'


def document(chosen: list[Judged]) -> str:
    return _HEAD + "".join(_value(each) for each in chosen) + "</values>\n"


def _value(judged: Judged) -> str:
    return (
        "  <value>\n"
        f'    <signedData format="OCMF" encoding="plain">{escape(judged.bill.message.text)}'
        "</signedData>\n"
        f'    <publicKey encoding="plain">{escape(judged.public_key)}</publicKey>\n'
        "  </value>\n"
    )
