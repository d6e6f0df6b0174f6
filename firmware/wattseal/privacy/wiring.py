"""Wires what the configuration says of identities and consent; imported late, and dropped."""

import binascii
import os

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable

    from wattseal.app.identity import Desk
    from wattseal.app.sealed_desk import SealedDesk
    from wattseal.assembly import Firmware

# What sealing takes while a capsule's key is made, and what metering needs beside it.
_LEAST_FREE_BYTES = const(40960)
_NO_ROOM = (
    "privacy: this image has no room to seal identifications (%d bytes of heap free, %d needed);"
    " records have a pseudonym that nobody can open; install the frozen image"
)


def wire(firmware: "Firmware", log: "Callable[[str], None]") -> "list[Awaitable[None]]":
    """What is to run for it."""
    config = firmware.config
    tasks: list[Awaitable[None]] = []
    if config.policy:
        from wattseal.app.consents import Consents  # imported late: few have any of these

        at_charger = getattr(firmware.board.inputs, "consents", None)
        firmware.recorder.consents = Consents(firmware.connectors, config.policy, at_charger)
    if config.id_mode == "plain":
        from wattseal.app.plain_desk import PlainDesk

        log("privacy: identifications stand in the records as they are (id_mode is plain)")
        _give(firmware, PlainDesk(os.urandom, firmware.signer.fresh))
    elif config.sealing_key:
        tasks = _sealing(firmware, log)
    if config.id_mode == "slots" or firmware.board.flash is not None:
        from wattseal.privacy import slots

        tasks += (slots.wire if config.id_mode == "slots" else slots.left_over)(firmware, log)
        late.drop("wattseal.privacy.slots")
    return tasks


def _sealing(firmware: "Firmware", log: "Callable[[str], None]") -> "list[Awaitable[None]]":
    if not late.has_room(_LEAST_FREE_BYTES, _NO_ROOM, log):
        return []
    desk = _desk(firmware)
    _give(firmware, desk)
    return [desk.run()]


def _desk(firmware: "Firmware") -> "SealedDesk":
    from cryptolib import aes  # whose stub has no constructor

    from wattseal.app.sealed_desk import SealedDesk

    key = binascii.unhexlify(firmware.config.sealing_key)
    make: Any = aes
    return SealedDesk(os.urandom, firmware.signer, key, make)


def _give(firmware: "Firmware", desk: "Desk") -> None:
    for connector in firmware.connectors:
        connector.desk = desk
