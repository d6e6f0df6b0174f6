"""The update key in a configuration that is packed: that it is there, or gone on purpose."""

import json

from cryptography.hazmat.primitives.asymmetric import ec

from tools import private_key
from tools.bills import command
from tools.bills.command import CommandFault

_NONE = (
    "the configuration has no update_key, so no package could follow it; give it one, or say "
    "--without-update-key"
)
_BOTH = "--without-update-key is said, and the configuration has one; leave out either"
_ANOTHER = "the configuration's update_key is not the one that signs it; keep the file of that key"


def told(text: bytes, without: bool, signer: ec.EllipticCurvePrivateKey | None) -> bytes:
    """The configuration, that says so itself where it is to have none. CommandFault."""
    raw = json.loads(text)
    own = raw.get("update_key")
    if bool(own) == without:
        raise CommandFault(_BOTH if without else _NONE)
    if without:
        raw["update_key"] = ""
        return json.dumps(raw, separators=(",", ":")).encode()
    if signer and own != private_key.public(signer):
        command.remark(f"update: {_ANOTHER}")
    return text
