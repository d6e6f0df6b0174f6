"""Every way to write a card's identification down, for any card; CPython only, as it hashes."""

import base64
import hashlib
import io
import zipfile

import pypdfium2

_SHORTEST = 6  # the last four digits of a card stand anywhere by chance


def forms(card):
    """`card`: upper-case hex. As host_tests/vectors/canary.json has them for two cards."""
    raw, lower = bytes.fromhex(card), card.lower()
    pairs = [card[at : at + 2] for at in range(0, len(card), 2)]
    backwards = raw[::-1].hex()
    found = {
        card, lower, ":".join(pairs), "-".join(pairs), " ".join(pairs), backwards,
        backwards.upper(), str(int.from_bytes(raw, "big")), str(int.from_bytes(raw, "little")),
        card[-4:],
    }  # fmt: skip
    for text in (card.encode(), lower.encode(), raw):
        found.add(base64.b64encode(text).decode())
        for name in ("md5", "sha1", "sha256"):
            found.add(hashlib.new(name, text, usedforsecurity=False).hexdigest())
    return found


def hits(card, data):
    """The forms of the card in `data`, but for the last digits, which stand anywhere by chance."""
    wanted = [form.encode() for form in forms(card) if len(form) >= _SHORTEST]
    return [form for form in [*wanted, bytes.fromhex(card)] if form in data]


def readable(data):
    """`data`, and what is packed in it: the parts of an XLSX file, the text of a PDF."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return data + b"".join(packed.read(name) for name in packed.namelist())
    if data.startswith(b"%PDF"):
        pages = pypdfium2.PdfDocument(data)
        return data + "\n".join(page.get_textpage().get_text_range() for page in pages).encode()
    return data
