"""What a charge point's firmware touches: meter, media, signer, inputs, contactor.

Every touch is a step at which the power may be cut, before or after it took effect.
"""

import asyncio
import hashlib

from fakes import FakeJournal, FakeMeter

from wattseal.core import bill, der

CARD = ("ISO14443", "VERIFIED", "04A2B3C4D5E6F7")
OTHER_CARD = ("ISO14443", "VERIFIED", "04FFEEDDCCBBAA")
DEVICE = "w0123456789abcde"


class PowerCut(Exception):
    """The firmware dies here."""


class Power:
    """Cuts at the `at`-th touch of the world by the firmware; dead until it is switched on."""

    def __init__(self):
        self.on = True
        self.steps = 0
        self.at = []

    def step(self):
        self.steps += 1
        if self.at and self.steps == self.at[0]:
            self.at.pop(0)
            self.steps = 0
            self.on = False
        if not self.on:
            raise PowerCut


class Meter(FakeMeter):
    power = None

    async def read(self):
        self.power.step()
        self.reads = []  # of no interest here, and long after an hour
        await asyncio.sleep(0)
        return await super().read()

    async def identify(self):
        self.power.step()
        await asyncio.sleep(0)
        return await super().identify()


class Journal(FakeJournal):
    power = None
    on_append = None

    def append(self, kind, payload):
        self.power.step()
        sequence = super().append(kind, payload)
        if self.on_append:
            self.on_append(kind)
        self.power.step()
        return sequence


class Checkpoints:
    """contracts-like drivers.Checkpoints in a dict; `error`: what the medium raises."""

    def __init__(self, power):
        self.blobs = {}
        self.saves = 0
        self.torn = set()  # names of which no copy is good
        self.error = None
        self._power = power

    def _touch(self):
        self._power.step()
        if self.error:
            raise self.error

    def save(self, name, blob):
        self._touch()
        self.saves += 1
        self.blobs[name] = blob
        self._power.step()

    def load(self, name):
        self._touch()
        return self.blobs.get(name)

    def damaged(self, name):
        return name in self.torn

    def remove(self, name):
        self._touch()
        self.blobs.pop(name, None)
        self._power.step()


class Signer:
    """`r` of its signature is the message's digest, so that a test can tell what was signed."""

    device_id = DEVICE

    def __init__(self, power):
        self.counts = {}
        self.errors = []
        self.turns = 3
        self.signing = self.most_at_once = 0
        self._power = power

    def fresh(self, _purpose):
        self._drawn = getattr(self, "_drawn", 0) + 1
        return bytes([self._drawn & 255]) * 32

    def derived(self, label):
        return (label + bytes(32))[:32]

    async def sign(self, message):
        self.signing += 1
        self.most_at_once = max(self.most_at_once, self.signing)
        try:
            for _ in range(self.turns):
                self._power.step()
                await asyncio.sleep(0)
            if self.errors:
                raise self.errors.pop(0)
            return der.encode(int.from_bytes(hashlib.sha256(message).digest(), "big"), 1)
        finally:
            self.signing -= 1


class Inputs:
    """contracts.Inputs; what is shown stays until something else is shown, over restarts too."""

    def __init__(self):
        self.state = {}
        self.beats = 0
        self.resting = True  # what changes is told
        self._watching = {}

    def show(self, connector, **changes):
        self._of(connector).update(changes)
        if connector in self._watching:
            self._watching[connector].set()

    def plug_in(self, connector, card=CARD):
        self.show(connector, plug=True, pilot=True, id=card)

    def unplug(self, connector):
        self.show(connector, plug=False, pilot=False, offer=True, id=None, stop="")

    def present(self, connector, it, il, data):
        self.show(connector, id=(it, il, data))

    def request_stop(self, connector, tx):
        self.show(connector, stop=tx)

    def _of(self, connector):
        empty = {"plug": False, "pilot": False, "offer": True, "id": None, "stop": ""}
        return self.state.setdefault(connector, empty)

    def plugged(self, connector):
        return self._of(connector)["plug"]

    def requesting(self, connector):
        return self._of(connector)["pilot"]

    def offering(self, connector):
        return self._of(connector)["offer"]

    def identification(self, connector):
        return self._of(connector)["id"]

    def stop_request(self, connector):
        return self._of(connector)["stop"]

    def consents(self, connector):
        return self._of(connector).get("consent", False)

    def watch(self, connector, changed):
        self._watching[connector] = changed


class Contactor:
    """Notes what no auditor would forgive: closing without a durable, open begin record.

    For a car that is charged free there must be none."""

    def __init__(self, point, power):
        self.closed = []
        self.events = []
        self.violations = []
        self._point = point
        self._power = power

    def close(self, connector):
        self._power.step()
        frames = self._point.journal.frames
        mine = [kind for kind, payload in frames if bill.connector_of(payload) == connector]
        billed = not self._point.connectors[connector - 1].free
        if billed != (mine[-1:] == [bill.BEGIN]) or not self._point.inputs.plugged(connector):
            self.violations.append((connector, mine))
        self.closed.append(connector)
        self.events.append(("close", connector))

    def open(self, connector):
        if connector in self.closed:
            self.closed.remove(connector)
        self.events.append(("open", connector))
