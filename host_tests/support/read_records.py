"""What is in a record, read once however often it is asked: a judge of thousands of boots asks.

Reading JSON takes MicroPython a third of a played boot: it looks for each word among all that it
knows. What is given out is shared; nobody may change it.
"""

import json

from wattseal.core import ocmf

_MOST = 400  # records; more, and all are forgotten
_read = {}


def envelope(payload):
    """The fields round the OCMF text."""
    return _known(payload)[0]


def signed(payload):
    """The signed payload."""
    found = _known(payload)
    if len(found) == 1:
        found.append(json.loads(ocmf.split(found[0]["ocmf"])[0]))
    return found[1]


def forget():
    """Who has a small heap wants it back."""
    _read.clear()


def _known(payload):
    payload = bytes(payload)
    if payload not in _read:
        if len(_read) >= _MOST:
            forget()
        _read[payload] = [json.loads(payload)]
    return _read[payload]
