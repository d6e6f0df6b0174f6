"""What tests of a whole device on the virtual board share; judges nothing.

A device has its data in a folder of the host (`FolderCase`) or on a chip (`ChipCase`). Only on
MicroPython is there one: its loop's queue is what virtual time drives.
"""

import json
import os
import sys
import unittest

ON_MICROPYTHON = sys.implementation.name == "micropython"
if ON_MICROPYTHON:
    import virtual_time

    virtual_time.install()

    import scratch_folder
    import virtual_power
    from nor_flash import NorFlash
    from virtual_board import VirtualWorld

    from wattseal import assembly, late
    from wattseal.core import models

    DROP, FORGET = late.drop, models.forget  # a Power that keeps the modules replaces them


class BoardCase(unittest.TestCase):
    """`said`: what a Power of `power` logs. Modules are dropped as on a device."""

    def setUp(self):
        if not ON_MICROPYTHON:
            raise unittest.SkipTest("CPython has no task queue of MicroPython's")
        late.drop, models.forget = DROP, FORGET
        self.said = []

    def drop(self, *names):
        """Modules that another test has left."""
        DROP(*names)

    def power(self, *signer, **stores):
        made = virtual_power.Power(self.world, *signer, stays=False, **stores)
        assembly._log = self.said.append
        return made


class FolderCase(BoardCase):
    """`folder`: provisioned; `world`: there."""

    def setUp(self):
        super().setUp()
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        self.world = VirtualWorld(self.folder)

    def tearDown(self):
        if ON_MICROPYTHON:
            for name in ("journal", "audit", "statistics"):
                if name in os.listdir(self.folder):
                    scratch_folder.remove(self.folder + "/" + name)
            scratch_folder.remove(self.folder)


class ChipCase(BoardCase):
    """`flash`: the newest device's; /nor is mounted while it is played."""

    def on_chip(self, medium, play, *signer):
        """`play(power)`: the lives of a device whose chip is new and provisioned."""
        self.flash = NorFlash(medium.blocks, 4096)
        self.world = VirtualWorld("/nor")
        self.world.flash = medium.raw(self.flash)
        medium.mount(self.flash, True)
        try:
            virtual_power.provision("/nor")
            play(self.power(*signer, **medium.stores))
        finally:
            scratch_folder.leave_littlefs()


def configured(**keys):
    """The text of a configuration with these keys."""
    config = json.loads(virtual_power.CONFIG)
    config.update(keys)
    return json.dumps(config)
