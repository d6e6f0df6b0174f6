"""A chip's timers and its watchdog's register, for the hal's tests; beside chip.py."""


class Timer:
    """machine.Timer, which tell their callback when `tick` is called."""

    PERIODIC = "PERIODIC"
    chip = None
    running = None
    started: list = []  # noqa: RUF012 - of all, as `chip` is

    def __init__(self, number):
        assert number in (-1, 0, 1)  # an RP2040's, an ESP32's first two

    def init(self, period, mode, callback):
        self.chip.log("timer", period, mode)
        self.started.append(self)
        type(self).running = self
        self.tick = lambda: callback(self)

    def deinit(self):
        self.chip.log("timer.deinit")
        type(self).running = None


class Registers:
    """machine.mem32 of an RP2040; `watchdog`: its control register, `scratch`: its SCRATCH0."""

    def __init__(self):
        self.watchdog = self.scratch = 0

    def __getitem__(self, address):
        return {0x40058000: self.watchdog, 0x4005800C: self.scratch}[address]

    def __setitem__(self, address, value):
        assert address == 0x4005800C, hex(address)
        self.scratch = value
