"""Known identities, and a search of bytes for each way to write one of them down."""

import binascii
import os

import vectors

CARDS = vectors.load("canary.json")["cards"]
CARD = ("ISO14443", "VERIFIED", "04C0FFEE42CA7E")
_SHORTEST = 6  # the last four digits of a card stand anywhere by chance


def forms(card):
    """As bytes: its texts, and what they are the hex of."""
    found = []
    for text in CARDS[card]:
        if len(text) >= _SHORTEST:
            found.append(text.encode())
    found.append(binascii.unhexlify(card))
    return found


def hits(card, data):
    """The forms of the card that are in `data`."""
    return [form for form in forms(card) if form in data]


def files(folder):
    """(path, bytes) of all that lies in a folder and below it."""
    found = []
    for name in sorted(os.listdir(folder)):
        path = folder + "/" + name
        if os.stat(path)[0] & 0x4000:
            found += files(path)
        else:
            with open(path, "rb") as file:
                found.append((path, file.read()))
    return found
