"""An update as a device goes through it, over flash that may fail; what each start must find.

The versions are packages whose payload names them. `boot` does what a start does: it asks the
loader, and gives the payload of what would run, b"base" for what was deployed.
"""

import hashlib
import struct

import slot_loader
from signed_packages import BOARD, DEVICE, PUBLIC, package

from wattseal.core import ecdsa
from wattseal.core.update_package import HEAD_BYTES, Head, PackageFault, refusal
from wattseal.drivers.update_slots import Slots

PART = 256
BASE = b"base"


def version(number, size=1500):
    """The package of version 1.`number`.0, its payload as long as `size`."""
    payload = struct.pack(">I", number) * (size // 4)
    return package(payload, version=(1, number, 0))


def payload_of(number, size=1500):
    return struct.pack(">I", number) * (size // 4)


class Device:
    """`folder`: of the slots. `events`: what it has done, for who watches it."""

    def __init__(self, folder, on_step=None):
        self.folder = folder
        self.on_step = on_step or (lambda what: None)

    def boot(self):
        """(payload that runs, whether on trial)."""
        found = []

        def mount(path, base):
            with open(path, "rb") as file:
                file.seek(base)
                found.append(file.read())

        state = slot_loader.start(self.folder, mount)
        running = found[-1] if state != slot_loader.DEPLOYED else BASE
        return running, state == slot_loader.TRIAL

    def download(self, raw):
        """Whatever is missing of it, part by part."""
        slots = Slots(self.folder)
        at = slots.begin(0, len(raw), hashlib.sha256(raw).digest())
        while at < len(raw):
            part = raw[at : at + PART]
            assert slots.write(at, part)
            at += len(part)
        return slots

    def refused(self, slots):
        """Why what is pending is not taken, "" once all of it was verified."""
        try:
            head = Head(slots.head())
        except PackageFault as fault:
            return str(fault)
        said = refusal(head, BOARD, DEVICE, slots.floor(head.kind), slots.have())
        if said:
            return said
        whole, payload = ecdsa.finish(slots.hash_steps())
        if whole != slots.record.digest or payload != head.payload:
            return "hash"
        steps = ecdsa.verify_p1363_steps(PUBLIC, head.digest, head.signature)
        return "" if ecdsa.finish(steps) else "forged"

    def update(self, raw):
        """To the end, as far as it goes; why it ended before, "" for a version confirmed."""
        slots = self.download(raw)
        self.on_step("downloaded")
        said = self.refused(slots)
        if said:
            slots.drop()
            return said
        self.on_step("verified")
        slots.switch()
        self.on_step("switched")
        running, trial = self.boot()
        self.on_step("booted")
        if not trial:
            return "not on trial"
        Slots(self.folder).confirm()
        self.on_step("confirmed")
        return "" if running == raw[HEAD_BYTES:] else "mixed"
