"""Judges a package in a slot, and puts in its place what is no firmware; loaded for that, dropped.

Takes nothing that is not said good here, and switches to nothing itself.
"""

import hashlib
import sys
from binascii import unhexlify

from micropython import const

from wattseal import VERSION, late
from wattseal.core import update_package
from wattseal.core.settings import ConfigError
from wattseal.core.update_package import Head, PackageFault
from wattseal.drivers import key_file

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware
    from wattseal.drivers.update_slots import Slots


async def refused(firmware: "Firmware", slots: "Slots", raw: bytes, head_alone: bool) -> str:
    """Why what is pending, with the head `raw`, is not taken, "" for a good one. OSError.

    `head_alone`: no more has come, and all that it can say is judged; at the end it is again, for
    who knows what the flash has made of it."""
    try:
        return await _refused(firmware, slots, Head(raw), head_alone)
    except (PackageFault, ValueError) as fault:
        return str(fault)


async def _refused(firmware: "Firmware", slots: "Slots", head: Head, head_alone: bool) -> str:
    """PackageFault, ValueError, OSError."""
    floor = slots.floor(head.kind)
    if not head.kind and not slots.record.active:
        floor = max(floor, update_package.numbers(VERSION))  # what was deployed is one, too
    if (head.kind == 0) != slots.is_firmware:
        return "it is of another kind than the command has said"
    size = slots.record.size if head_alone else slots.have()
    found = update_package.refusal(head, board_name(), firmware.signer.device_id, floor, size)
    if found:
        return found
    if head.kind == 1 and head.floor <= floor and _is_on_trial(firmware, head):
        # A cut came between its place and the record: its own key is in force, which need not be
        # the one that signed it. No more is left to do than to forget it.
        return ""
    if not head_alone:
        whole, payload = await key_file.cooperatively(slots.hash_steps())
        if whole != slots.record.digest or payload != head.payload:
            return "its hash is wrong"
    if not await _is_signed(firmware, head):
        return "it is not signed by the update key"
    if not head.kind and not head_alone:
        late.drop("wattseal.core.p256_wnaf")
        await key_file.cooperatively(slots.archive_steps())
    return ""


async def _is_signed(firmware: "Firmware", head: Head) -> bool:
    from wattseal.core import ecdsa, p256

    key = unhexlify(firmware.config.update_key)
    steps = ecdsa.verify_p1363_steps(key, head.digest, head.signature)
    try:
        return await key_file.cooperatively(steps)
    except p256.CurveError:  # the arithmetic went wrong
        return False


def is_in_force(firmware: "Firmware", head: Head) -> bool:
    """At the next start at the latest. OSError."""
    from wattseal.drivers import config_kept  # imported late: for a configuration alone

    return config_kept.digest(firmware.board.data_dir + "/config.json") == head.payload


def _is_on_trial(firmware: "Firmware", head: Head) -> bool:
    """It is in force, and was put there from far: the one before is still kept. OSError."""
    from wattseal.drivers import config_kept  # imported late: for a configuration alone

    kept = config_kept.find(firmware.board.data_dir, config_kept.OLD)
    return kept != "" and is_in_force(firmware, head)


def put(firmware: "Firmware", slots: "Slots", head: Head) -> str:
    """A configuration or a tariff in its place, for the next start; why not, or "". OSError.
    `head`: as it was judged."""
    folder, config = firmware.board.data_dir, firmware.config
    text = slots.payload()
    if hashlib.sha256(text).digest() != head.payload:  # it has rotted since it was judged
        return "its hash is wrong"
    try:
        if head.kind == 1 and is_in_force(firmware, head):
            return ""
        if head.kind == 1:
            from wattseal.drivers import config_replace

            has_gateway = firmware.board.uplink is not None
            config_replace.replace(
                folder, text, config, has_gateway, lambda: slots.done(head, True)
            )
        elif config.tariff:
            from wattseal.drivers import tariff_replace

            tariff_replace.put(folder, config.tariff, text)
        else:
            return "the configuration names no tariff; put one there first, at the device"
    except ConfigError as fault:
        return str(fault)
    return ""


def board_name() -> str:
    return sys.modules["board"].NAME  # which main.py has imported
