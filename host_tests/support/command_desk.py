"""What a command acts on, in memory, and whoever judges it; each touch is a step of a Power.

`did`: (verb, what) of all that was done, over restarts; `answers`: as they were sent. `boot` is a
reset: only the checkpoints and the clock stay.
"""

import asyncio
import json

from charge_world import Checkpoints, Power
from server_time import SettableClock
from signed_commands import DEVICE, PUBLIC

from wattseal.app.commands import Judge
from wattseal.core import ecdsa
from wattseal.core.clock_state import BUILT_UTC_S
from wattseal.core.command import CommandError
from wattseal.core.settings import ConfigError

NOW_S = BUILT_UTC_S + 1000


class Place:
    def __init__(self, number, idle):
        self.id, self.idle = number, idle


class Kept:
    used = doubted_s = 0


class Clock(SettableClock):
    power = None

    def set_utc_ms(self, utc_ms, synchronised):
        self.power.step()
        super().set_utc_ms(utc_ms, synchronised)
        self.did.append(("time", utc_ms // 1000))
        self.power.step()


class CommandDesk:
    """Connector 1 is free, 2 is in use."""

    def __init__(self):
        self.power = Power()
        self.checkpoints = Checkpoints(self.power)
        self.did = []
        self.noted = []  # in the audit log
        self.answers = []
        self.verified = 0
        self.records = 5
        self.config_fault = None
        self.connectors = [Place(1, True), Place(2, False)]
        self.controls = self
        self.clock = Clock(NOW_S * 1000)
        self.clock.power, self.clock.did = self.power, self.did
        self.boot()

    def boot(self):
        self.power.on = True
        self.kept = Kept()

    def take(self, payload):
        """By what it was counted; PowerCut."""
        return asyncio.run(self._take(payload))

    async def _take(self, payload):
        return await Judge(
            DEVICE, self.clock, self.checkpoints, self.kept, self._verify, self._quiet,
            lambda: self, self._answer,
        ).take(payload)  # fmt: skip

    def present(self, connector, it, il, data):
        self._do("start", (connector, it, il, data))

    def request_stop(self, connector, tx):
        self._do("stop", (connector, tx))

    def resend(self, first, last):
        if last > self.records:
            return False
        self._do("resend", (first, last))
        return True

    def raise_floor(self, utc_s):
        pass

    def lower_floor(self, utc_s):
        self.power.step()
        self.clock.lower_floor(utc_s)
        self.power.step()

    def save(self, text):
        if self.config_fault:
            raise ConfigError([self.config_fault])
        self._do("config", text)

    def consent(self, connector, session, statistics, sharing, policy):
        if session != "5e55":
            raise CommandError("connector %d has no such session" % connector)
        self._do("consent", (connector, session, statistics, sharing, policy))

    def note(self, command, result):
        self.noted.append((command.verb, command.id, result))

    async def export(self, after):
        await asyncio.sleep(0)
        self._do("audit", (after,))
        return "sent"

    async def erase(self, session):
        if session != "5e55":
            raise CommandError("there is no key of such a session here")
        self._do("erase", session)
        return "its key is destroyed"

    async def correct(self, number, reason):
        await asyncio.sleep(0)
        if number > self.records:
            raise CommandError("there is no such record")
        self._do("correct", (number, reason))
        return "taken back"

    def _do(self, verb, what):
        self.power.step()
        self.did.append((verb, what))
        self.power.step()

    async def _verify(self, command):
        self.verified += 1
        steps = ecdsa.verify_p1363_steps(PUBLIC, command.digest, command.signature)
        return ecdsa.finish(steps)

    async def _quiet(self):
        self.power.step()

    async def _answer(self, payload):
        self.power.step()
        self.answers.append(json.loads(payload))
        self.power.step()
