"""Under which name a board asks for an address, so that a list of them tells it; joins nothing."""

import binascii

import machine
import network


def tell_own() -> None:
    """Before an interface is turned on: `wattseal-` and the last 6 digits of the chip's number,
    for mDNS where the image answers that, and for DHCP (not of a W5500 on an RP2040, whose driver
    sends none in 1.26); else each would have the image's name.
    (MicroPython's manual, network.hostname: at most 32 characters, before it connects.)"""
    number = binascii.hexlify(machine.unique_id()[-3:]).decode()
    network.hostname("wattseal-" + number)
