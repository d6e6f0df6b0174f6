"""Records as the reference verifier's XML container; the signed text goes in as it is.

A record with begin and end stands alone: with a transactionId the program would look for its pair.
"""

import re
from xml.sax.saxutils import escape

from tools.bills.command import CommandFault
from tools.bills.judged import Judged

# of XML 1.0; a return would be read as a new line
_NO_LETTER = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<values>\n'


def document(values: list[str]) -> str:
    return _HEAD + "".join(values) + "</values>\n"


def value(judged: Judged) -> str:
    """CommandFault for a record with letters that no XML holds."""
    odd = _NO_LETTER.search(judged.bill.message.text)
    if odd:
        raise CommandFault(
            f"T{judged.bill.pagination} has a letter (U+{ord(odd[0]):04X}) that XML cannot hold; "
            "show a verifier the record itself"
        )
    return (
        "  <value>\n"
        f'    <signedData format="OCMF" encoding="plain">{escape(judged.bill.message.text)}'
        "</signedData>\n"
        f'    <publicKey encoding="plain">{escape(judged.public_key)}</publicKey>\n'
        "  </value>\n"
    )
