"""The keys in a configuration that is packed: that they are there, or gone on purpose."""

import json

from cryptography.hazmat.primitives.asymmetric import ec

from tools import private_key
from tools.bills import command
from tools.bills.command import CommandFault

_LOST = {  # without it
    "update_key": "no package could follow it",
    "command_key": "nothing could be sent to the device any more, no package either",
}
_ANOTHER = "the configuration's update_key is not the one that signs it; keep the file of that key"


def told(
    text: bytes, no_update_key: bool, no_command_key: bool,
    signer: ec.EllipticCurvePrivateKey | None,
) -> bytes:  # fmt: skip
    """The configuration, that says so itself where it is to have none of a key. CommandFault."""
    raw = json.loads(text)
    gone = {"update_key": no_update_key, "command_key": no_command_key}
    for key, wanted in gone.items():
        _check(key, bool(raw.get(key)), wanted)
    if signer and not no_update_key and raw["update_key"].lower() != private_key.public(signer):
        command.remark(f"update: {_ANOTHER}")
    if not any(gone.values()):
        return text
    raw.update({key: "" for key, wanted in gone.items() if wanted})
    return json.dumps(raw, separators=(",", ":")).encode()


def _check(key: str, has: bool, gone: bool) -> None:
    """CommandFault."""
    option = f"--without-{key.replace('_', '-')}"
    if has and gone:
        raise CommandFault(f"{option} is said, and the configuration has one; leave out either")
    if not has and not gone:
        raise CommandFault(
            f"the configuration has no {key}, so {_LOST[key]}; give it one, or say {option}"
        )
