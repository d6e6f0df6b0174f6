"""Switches the shipped assembly on over a virtual world; changes nothing of what it decides.

`Firmware` is watched: what its journal has promised is noted in the world. A script that ends is a
power cut at that moment.
"""

import asyncio
import gc
import hashlib
import io
import os
import struct
import sys
from binascii import crc32, unhexlify

from virtual_board import VirtualBoard

# First of all: compiled as deep down as assembly imports it, it overruns the stack of 32 bits.
import wattseal.core.ocmf_rules  # noqa: F401
from wattseal import assembly, comb_table, late, storage, unconfigured
from wattseal.core import der, models

KEY = unhexlify(
    "57534b3177303132333435363738396162636465"
    "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
)  # device w0123456789abcde with the key of RFC 6979 A.2.5; its CRC is put behind it
CONFIG = (
    '{"version":1,"status_s":0,"audit":"off","buses":[{}],"connectors":[{"id":1,"meter":"sdm630"}],'
    '"broker":{"host":"gateway","tls":"plain-text-accepted"}}'
)


class PowerOff(BaseException):
    """The script is over: nothing in the firmware may catch it."""


class Ended(Exception):
    """The firmware gave up: it could not start, or a task failed."""


class PlainSigner:
    """contracts.Signer without a curve, for runs that count something else; reads the key file."""

    def __init__(self, path, _table, _random_bytes, _native=None):
        try:
            with open(path, "rb") as file:
                whole = file.read() == KEY + struct.pack(">I", crc32(KEY))
        except OSError:
            whole = False
        if not whole:
            raise assembly.KeyFault("the key file %s is damaged or missing" % path)
        self.device_id = "w0123456789abcde"
        self.counts = {}

    def public_key(self):
        return bytes(64)

    async def prove(self):
        return None

    def fresh(self, _purpose):
        return os.urandom(32)

    def derived(self, label):
        return (label + bytes(32))[:32]

    async def sign(self, message):
        digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
        return der.encode(digest | 1 << 255, 1 << 255)


class Power:
    """`signer`: None for the real one. `stays`: modules that the firmware drops are kept, which
    saves compiling them at each boot and touches no flash. `journal`: makes one from its folder;
    `ring`: journal and checkpoints from the board's flash. `collects`: False for runs that have
    heap to spare, where going over all of it at each boot takes a quarter of the time.
    """

    def __init__(
        self, world, signer=PlainSigner, stays=True, journal=None, log=False, ring=None,
        collects=True,
    ):  # fmt: skip
        self.world = world
        self._log = log
        self.said = []
        self.reset_cause = "power"  # of each boot
        assembly.Firmware = self._watched
        assembly.KeyFileSigner = signer or _KeyFileSigner
        self._stores = journal or _on_files, ring or _on_flash
        self._place_stores()
        assembly.gc = gc if collects else _NoCollection
        assembly._log = self._take_log
        assembly.run_until_fault = self._run
        assembly.print = lambda *words: self._take_log(" ".join([str(word) for word in words]))
        unconfigured.print = assembly.print
        if stays:
            late.drop = models.forget = lambda *names: None
        if signer is None:
            _find_native()
            self._table, self._native = comb_table.in_ram(), comb_table.native()
        else:
            self._table, self._native = b"", None

    def on(self, script):
        """Boot, and run until `script(world)` ends. Ended."""
        self.world.firmware = None
        self._place_stores()
        self.said = []
        self._fault = ""
        asyncio.new_event_loop()
        try:
            assembly.main(_Module(self, script), self._table, self._native)
        except PowerOff:
            return
        finally:
            try:
                if self.world.firmware:
                    self.world.firmware.journal.close()  # nothing to save: see journal_case
            finally:
                asyncio.new_event_loop()
                self.world.power_fails()
        raise Ended(self._fault or "the firmware could not start: %s" % self.said)

    def _place_stores(self):
        """Again at each boot: the firmware has dropped the module."""
        from wattseal import storage as loaded

        for module in (storage, loaded):
            module.on_files, module.on_flash = self._stores

    def _watched(self, board, config, signer, tls, stores):
        firmware = self.world.firmware = _Firmware(board, config, signer, tls, stores)
        append, appended = firmware.journal.append, self.world.appended

        def watched(kind, payload):
            pagination = append(kind, payload)
            appended(kind, pagination, payload)
            return pagination

        firmware.journal.append = watched
        save, kept = firmware.checkpoints.save, self.world.kept

        def saved(name, blob):
            save(name, blob)
            kept(name, blob)

        firmware.checkpoints.save = saved
        return firmware

    def _run(self, firmware, make_safe, _, reset):
        _run_until_fault(firmware, make_safe, self._show, reset)

    def _show(self, fault):
        told = io.StringIO()
        sys.print_exception(fault, told)
        self._fault = told.getvalue()

    def _take_log(self, text):
        self.said = self.said[-4:] + [text]
        if self._log:
            print(self.world.clock.ticks, text)


class _NoCollection:
    """What `assembly` uses of gc; the heap is gone over when it is full."""

    @staticmethod
    def collect():
        return None


class _Module:
    """board_contract.BoardModule."""

    def __init__(self, power, script):
        self._power = power
        self._script = script
        self.DATA_DIR = power.world.data_dir

    def flash(self):
        return self._power.world.flash

    def build(self, config):
        return VirtualBoard(self._power.world, self._play())

    def begin(self):
        return None

    def reset_cause(self):
        return self._power.reset_cause

    def cannot_start(self):
        return None

    def show_fault(self, number):
        return None

    def start_again(self, read_ms):
        raise Ended("the flash failed at the start")

    async def _play(self):
        await self._script(self._power.world)
        raise PowerOff


_Firmware, _on_files, _on_flash = assembly.Firmware, storage.on_files, storage.on_flash
_KeyFileSigner, _run_until_fault = assembly.KeyFileSigner, assembly.run_until_fault


def _find_native():
    built = __file__.rsplit("/", 3)[0] + "/build/native/x64"
    if built not in sys.path:
        sys.path.append(built)


def provision(folder):
    """What the tools put on a new device: configuration and key."""
    configure(folder, CONFIG)
    put_key(folder)


def configure(folder, text):
    with open(folder + "/config.json", "w") as file:
        file.write(text)


def put_key(folder):
    with open(folder + "/device.key", "wb") as file:
        file.write(KEY + struct.pack(">I", crc32(KEY)))
