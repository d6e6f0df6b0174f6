"""Wires identifications whose keys the device keeps in raw flash; imported late, and dropped."""

import os

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable

    from wattseal.assembly import Firmware
    from wattseal.drivers.key_slots import KeySlots

_REFUSED = "privacy: id_mode slots is refused: %s; records have a pseudonym that nobody can open"


def wire(firmware: "Firmware", log: "Callable[[str], None]") -> "list[Awaitable[None]]":
    """What is to run for it."""
    slots, why = _opened(firmware)
    if slots is None:
        log(_REFUSED % why)
        return []
    from cryptolib import aes  # whose stub has no constructor

    from wattseal.app.key_retention import KeyRetention
    from wattseal.app.privacy_office import PrivacyOffice
    from wattseal.app.slot_desk import SlotDesk

    make: Any = aes
    signer, journal, clock = firmware.signer, firmware.journal, firmware.board.clock
    quiet = firmware.recorder.quiet
    office = firmware.privacy_office = PrivacyOffice(
        slots, journal, clock, signer.device_id, make, lambda: firmware.audit, quiet
    )
    for connector in firmware.connectors:
        connector.desk = SlotDesk(os.urandom, signer, office, make)
    return [KeyRetention(office, slots, journal, firmware.connectors, clock, quiet).run()]


def _opened(firmware: "Firmware") -> "tuple[KeySlots | None, str]":
    """(the slots, "") or why there are none."""
    flash = firmware.board.flash
    if flash is None:
        return None, "this image has no raw flash for keys; install the frozen image"
    from wattseal import storage
    from wattseal.drivers.key_slots import KeySlots

    region = storage.key_region(flash)
    late.drop("wattseal.storage")
    if region is None:
        return None, "the raw flash has no two sectors for keys; install the image anew"
    slots = KeySlots(region)
    try:
        slots.open()
    except OSError as fault:
        return None, "the flash for keys fails (%r); replace the board" % fault
    return slots, ""
