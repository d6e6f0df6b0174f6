"""A chip for the hal's tests: machine and network that record every call, and time that is told.

Time moves by `sleep_ms`, by waiting for a stream, by `advance` and by a busy wait's questions
(100 us each), nothing else.
`chip.calls` is the one list of what happened, in its order, with the time in ms since the start.
"""

import asyncio
import calendar
import types

from chip_network import Nic, Wiznet
from chip_streams import StreamReader
from chip_timer import Registers, Timer

TICKS_PERIOD = 1 << 30  # as on ESP32 and RP2
_2000_UTC_S = 946684800


class Chip:
    def __init__(self, epoch=1970, rtc_utc_s=0, ticks_ms=0, rtc_memory=None):
        self.calls = []
        self.epoch = epoch
        self.rtc_utc_s = rtc_utc_s
        self.rtc_memory = rtc_memory  # None: it has none
        self.unique_id = b"\xe6\x61\x38\x52\x83\xc0\xff\xee"
        self.start_us = self.us = ticks_ms * 1000
        self.due = []  # [(us, action)] for what the other side does meanwhile
        self.time = types.SimpleNamespace(
            ticks_ms=lambda: self.us // 1000 % TICKS_PERIOD,
            ticks_us=self.ticks_us,
            ticks_diff=ticks_diff,
            ticks_add=lambda ticks, ms: (ticks + ms) % TICKS_PERIOD,
            time=lambda: self.rtc_utc_s - self._epoch_utc_s(),
            gmtime=self.gmtime,
            sleep_ms=self._sleep_ms,
        )
        self.free_bytes = 130000
        self.collect_ms = 45
        self.naps = 0  # how often a task has slept, or waited for a stream
        self.asyncio = types.SimpleNamespace(
            sleep_ms=self.sleep_ms, Event=asyncio.Event, TimeoutError=asyncio.TimeoutError,
            StreamReader=lambda stream: StreamReader(self, stream), wait_for_ms=self.wait_for_ms,
        )  # fmt: skip

    def collect(self):
        self.advance(self.collect_ms)

    def mem_free(self):
        return self.free_bytes

    def threshold(self, count):
        self.log("gc.threshold", count)

    def log(self, *what):
        self.calls.append(((self.us - self.start_us) // 1000, *what))

    def names(self):
        """What happened, without the times."""
        return [call[1:] for call in self.calls]

    def advance(self, ms):
        self._pass_us(ms * 1000)

    def at(self, ms, action):
        self.due.append((self.start_us + ms * 1000, action))

    def ticks_us(self):
        self._pass_us(100)
        return self.us % TICKS_PERIOD

    async def sleep_ms(self, ms):
        self.naps += 1
        self._pass_us(ms * 1000)
        await asyncio.sleep(0)

    async def wait_for_ms(self, waiting, ms):
        """Of a StreamReader's reading alone."""
        return await waiting.until(self.us + ms * 1000)

    def pass_to_next(self, end_us):
        """Until something happens on the other side, at the latest until `end_us`."""
        soonest_us = min([us for us, _ in self.due], default=end_us)
        self._pass_us(max(0, min(soonest_us, end_us) - self.us))

    def gmtime(self, seconds):
        import time

        full = time.gmtime(seconds + self._epoch_utc_s())
        return (*full[:6], full.tm_wday, full.tm_yday)

    def _sleep_ms(self, ms):
        self.log("time.sleep_ms", ms)
        self._pass_us(ms * 1000)

    def _epoch_utc_s(self):
        return 0 if self.epoch == 1970 else _2000_UTC_S

    def _pass_us(self, us):
        self.us += us
        for item in [item for item in self.due if item[0] <= self.us]:
            self.due.remove(item)
            item[1]()


def ticks_diff(end, start):
    half = TICKS_PERIOD // 2
    return (end - start + half) % TICKS_PERIOD - half


class Pin:
    """machine.Pin: outputs are logged, inputs read `levels` (1 unless a test says otherwise).

    `change` moves an input, with its interrupt; a write to `levels` is one that none tells of.
    """

    IN, OUT, PULL_UP = "IN", "OUT", "PULL_UP"
    chip = None
    levels = {}
    handlers = {}

    def __init__(self, number, mode=None, pull=None, value=None):
        self.number, self.mode, self.pull = number, mode, pull
        if value is not None:
            self.value(value)

    def irq(self, handler):
        self.handlers[self.number] = handler and (lambda: handler(self))

    @classmethod
    def change(cls, number, level):
        changed, cls.levels[number] = cls.levels.get(number, 1) != level, level
        if changed and cls.handlers.get(number):
            cls.handlers[number]()

    def value(self, level=None):
        if level is None:
            return self.levels.get(self.number, 1)
        self.chip.log("pin", self.number, level)
        return None


class Uart:
    """machine.UART that takes the time of its bits; `stuck` never gets a byte out."""

    chip = None

    def __init__(self, number, **settings):
        self.number, self.settings = number, {}
        self.init(**settings)

    def init(self, **settings):
        self.settings = {**self.settings, **settings}
        self.received = bytearray()
        self.done_us = 0
        self.stuck = False
        self.room = settings["txbuf"]
        bits = 9 + (settings["parity"] is not None) + settings["stop"]
        self.character_us = bits * 1000000 // settings["baudrate"]

    def write(self, data):
        taken = min(len(data), self.room)
        self.chip.log("uart.write", bytes(data[:taken]))
        self.done_us = self.chip.us + taken * self.character_us
        return taken

    def sendbreak(self):
        self.chip.log("uart.sendbreak")

    def txdone(self):
        return not self.stuck and self.chip.us >= self.done_us

    def any(self):
        return len(self.received)

    def read(self, count):
        assert count == 0, "a read of bytes waits for them"
        return b""

    def readinto(self, buffer, count):
        assert count <= len(self.received), "RP2 would wait for bytes that are not there"
        buffer[:count] = self.received[:count]
        del self.received[:count]
        return count


class Counter:
    """machine.Counter of an ESP32: `pulses` is what it has counted."""

    FALLING = "FALLING"
    chip = None
    pulses = 0

    def __init__(self, number, pin, **settings):
        self.chip.log("counter", number, pin.number, settings)

    def value(self):
        return self.pulses


class Rtc:
    chip = None

    def datetime(self, fields):
        self.chip.log("rtc.datetime", fields)
        year, month, day, _, hour, minute, second, _ = fields
        self.chip.rtc_utc_s = calendar.timegm((year, month, day, hour, minute, second))


class RtcWithMemory(Rtc):
    """ESP32's: its memory goes with the time when there is no power."""

    def memory(self, data=None):
        if data is None:
            return self.chip.rtc_memory
        self.chip.rtc_memory = data
        return None


class Wdt:
    chip = None

    def __init__(self, timeout):
        self.chip.log("wdt", timeout)

    def feed(self):
        self.chip.log("wdt.feed")


class Spi:
    chip = None

    registers = {0x39: 4}  # of a W5500, by address: its version

    def __init__(self, number, **settings):
        self.chip.log("spi", number, settings.get("baudrate"))

    def write(self, data):
        self.chip.log("spi.write", bytes(data))
        self._at = data[0] << 8 | data[1]

    def read(self, count):
        return bytes([self.registers[self._at]] * count)


class Partition:
    """Of the chip's partition table; `labels`: those of ours that it has."""

    TYPE_DATA = 1

    @classmethod
    def find(cls, kind, label):
        return [BlockDevice(cls.chip, 4096, 16)] if label in cls.labels else []


class BlockDevice:
    """MicroPython's extended block protocol on nothing; says what it was asked for."""

    def __init__(self, chip, block_bytes, blocks):
        self.chip, self.sizes = chip, {4: blocks, 5: block_bytes, 6: 0}

    def readblocks(self, block, buffer, offset):
        self.chip.log("flash.read", block, len(buffer), offset)

    def writeblocks(self, block, data, offset):
        self.chip.log("flash.write", block, bytes(data), offset)

    def ioctl(self, operation, argument):
        if operation == 6:
            self.chip.log("flash.erase", argument)
        return self.sizes[operation]


def modules(chip):
    """{name: module} to put into sys.modules: a chip's machine and network, bound to `chip`."""
    parts = {"Pin": Pin, "UART": Uart, "RTC": Rtc, "WDT": Wdt, "SPI": Spi, "Counter": Counter}
    parts["Timer"] = Timer
    if chip.rtc_memory is not None:
        parts["RTC"] = RtcWithMemory
    machine = types.ModuleType("machine")
    for name, part in parts.items():
        fresh = {"chip": chip, "levels": {}, "handlers": {}, "running": None}
        setattr(machine, name, type(part.__name__, (part,), fresh))
    causes = ("PWRON_RESET", "HARD_RESET", "WDT_RESET", "DEEPSLEEP_RESET", "SOFT_RESET")
    for value, name in enumerate(causes, 1):
        setattr(machine, name, value)
    machine.mem32 = Registers()
    machine.reset_cause = lambda: machine.PWRON_RESET
    machine.reset = lambda: chip.log("machine.reset")
    machine.unique_id = lambda: chip.unique_id
    network = types.ModuleType("network")
    for name in ("WLAN", "LAN", "WIZNET5K"):
        fresh = {"chip": chip, "joins": [True], "refusals": []}
        kind = Wiznet if name == "WIZNET5K" else Nic
        setattr(network, name, type(name, (kind,), fresh))
    network.hostname = lambda name: chip.log("hostname", name)
    network.PHY_LAN8720, network.PHY_W5500 = "LAN8720", "W5500"
    esp32 = types.ModuleType("esp32")
    esp32.Partition = type("Partition", (Partition,), {"chip": chip, "labels": []})
    return {"machine": machine, "network": network, "esp32": esp32}
