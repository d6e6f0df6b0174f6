"""A chip's network interface that records every call; joins nothing."""


class Nic:
    """network.WLAN, LAN or WIZNET5K: logs its calls, joins when `joins` says so."""

    IF_STA, PM_NONE = 0, 0
    chip = None
    joins = [True]  # one entry for each connect; the last one repeats
    refusals = []  # OSErrors that the next calls raise

    def __init__(self, *arguments, **settings):
        self.chip.log("nic", arguments, settings)
        self.on = False
        self.up = False

    def active(self, on=None):
        if on is None:
            return self.on
        self.chip.log("active", on)
        if on and self.refusals:
            raise self.refusals.pop(0)
        self.on = on
        self.up = self.up and on
        return None

    def config(self, **settings):
        self.chip.log("config", settings)

    def disconnect(self):
        self.chip.log("disconnect")
        self.up = False

    def connect(self, ssid, key):
        self.chip.log("connect", ssid, key)
        if self.refusals:
            raise self.refusals.pop(0)
        self.up = self.joins.pop(0) if len(self.joins) > 1 else self.joins[0]

    def isconnected(self):
        return self.up

    def ifconfig(self):
        return ("192.168.7.20", "255.255.255.0", "192.168.7.1", "192.168.7.53")


class Cyw43(Nic):
    """A Pico W's."""

    def deinit(self):
        self.chip.log("deinit")


class Wiznet(Nic):
    """Off, its driver takes what it is asked to addresses that are not the chip's."""

    def isconnected(self):
        assert self.on, "a WIZNET5K that is off was asked"
        return super().isconnected()

    def ipconfig(self, **settings):
        assert self.on, "a WIZNET5K that is off was told"
        self.chip.log("ipconfig", settings)
