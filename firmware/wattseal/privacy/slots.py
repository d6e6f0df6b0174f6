"""Wires identifications whose keys the device keeps in raw flash; imported late, and dropped."""

import os

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable

    from wattseal.app.privacy_office import PrivacyOffice
    from wattseal.assembly import Firmware
    from wattseal.drivers.key_slots import KeySlots
    from wattseal.drivers.ring_region import Region

_REFUSED = "privacy: id_mode slots is refused: %s; records have a pseudonym that nobody can open"


def wire(firmware: "Firmware", log: "Callable[[str], None]") -> "list[Awaitable[None]]":
    """What is to run for it."""
    slots, why = _opened(firmware)
    if slots is None:
        log(_REFUSED % why)
        return []
    from wattseal.app.slot_desk import SlotDesk

    office, runs = _office(firmware, slots)
    for connector in firmware.connectors:
        connector.desk = SlotDesk(os.urandom, firmware.signer, office, _aes())
    return [runs]


def left_over(firmware: "Firmware", log: "Callable[[str], None]") -> "list[Awaitable[None]]":
    """What is to run for the keys of a time when `id_mode` was slots: they are told of, erased
    and go in time as then. Nothing where there are none; the flash stays as it is then."""
    region = _region(firmware)
    if region is None:
        return []
    from wattseal.drivers.key_slots import KeySlots

    slots = KeySlots(region)
    try:
        if not slots.begun():
            return []
        slots.open()
    except OSError as fault:
        log("privacy: the flash for keys fails (%r); some may be there; replace the board" % fault)
        return []
    if not slots.live():
        return []
    log("privacy: %d keys of sessions before are kept to their time" % len(slots.live()))
    return [_office(firmware, slots)[1]]


def _office(
    firmware: "Firmware", slots: "KeySlots"
) -> "tuple[PrivacyOffice, Awaitable[None]]":  # fmt: skip
    """With what is to run for it."""
    from wattseal.app.key_retention import KeyRetention
    from wattseal.app.privacy_office import PrivacyOffice

    journal, clock, quiet = firmware.journal, firmware.board.clock, firmware.recorder.quiet
    office = firmware.privacy_office = PrivacyOffice(
        slots, journal, clock, firmware.signer.device_id, _aes(), lambda: firmware.audit, quiet
    )
    retention = KeyRetention(office, slots, journal, firmware.connectors, clock, quiet)
    return office, retention.run()


def _aes() -> "Any":
    from cryptolib import aes  # whose stub has no constructor

    return aes


def _opened(firmware: "Firmware") -> "tuple[KeySlots | None, str]":
    """(the slots, "") or why there are none."""
    if firmware.board.flash is None:
        return None, "this image has no raw flash for keys; install the frozen image"
    from wattseal.drivers.key_slots import KeySlots

    region = _region(firmware)
    if region is None:
        return None, "the raw flash has no two sectors for keys; install the image anew"
    slots = KeySlots(region)
    try:
        slots.open()
    except OSError as fault:
        return None, "the flash for keys fails (%r); replace the board" % fault
    return slots, ""


def _region(firmware: "Firmware") -> "Region | None":
    """Where keys are, None on a board that has no place for any."""
    flash = firmware.board.flash
    if flash is None:
        return None
    from wattseal import storage

    region = storage.key_region(flash)
    late.drop("wattseal.storage")
    return region
