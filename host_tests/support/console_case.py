"""A console with its levels over fakes: who has the key answers rightly; a restart is known."""

import asyncio
import binascii

from charge_world import Checkpoints, Power
from fakes import FakeClock

from wattseal.app.console import Console
from wattseal.app.console_desk import Desk
from wattseal.app.console_lock import Lock
from wattseal.core.hmac_sha256 import hmac_sha256

DEVICE = "w0123456789abcde"
KEY = bytes(range(32))
WORDS = b" unlock answer lock look probe change erase wait full gone "


class Signer:
    """As much of contracts.Signer as unlocking touches."""

    def __init__(self, key=KEY, device_id=DEVICE):
        self.device_id = device_id
        self.drawn = 0
        self._key = key

    def derived(self, label):
        return hmac_sha256(self._key, b"derived1\0" + label)

    def fresh(self, purpose):
        self.drawn += 1
        return bytes(range(self.drawn - 1, self.drawn + 31))


class Audit:
    def __init__(self):
        self.counts = {}
        self.noted = []

    def note(self, what, obj="", old="", new="", who="device"):
        self.noted.append((what, obj, who))


def answer_to(challenge, signer=None, level=None, device_id=DEVICE):
    """What whoever has the key says to `challenge LEVEL NONCE`."""
    word, asked, nonce = challenge.split()
    assert word == "challenge"
    asked = int(asked) if level is None else level
    key = (signer or Signer()).derived(b"wattseal console level %d" % asked)
    told = b"unlock1\0" + device_id.encode() + b"\0" + bytes([asked]) + binascii.unhexlify(nonce)
    return binascii.hexlify(hmac_sha256(key, told)[:16]).decode()


class ConsoleCase:
    """`say(line)`: the answer. `restart()`: only checkpoints stay."""

    def __init__(self, audit=True):
        self.power = Power()
        self.checkpoints = Checkpoints(self.power)
        self.clock = FakeClock()
        self.signer = Signer()
        self.audit = Audit() if audit else None
        self.quiet = 0
        self.restart()

    def restart(self):
        self.power.on = True
        self.clock.ms = 0
        self.lock = Lock(self.clock, self.checkpoints, self.signer, lambda: self.audit)
        self.console = Console(
            None, None, [1], lambda: b"{}", lambda: None, None, ", ".join,
            Desk(self.lock, self.commands(), self._quiet).answer, WORDS,
        )  # fmt: skip

    def commands(self):
        async def wait(words):
            await asyncio.sleep(0)
            return "waited"

        return {
            "look": (0, lambda words: "looked"),
            "probe": (1, lambda words: "probed"),
            "wait": (1, wait),
            "change": (2, lambda words: "changed " + " ".join(words)),
            "erase": (3, lambda words: "erased"),
        }

    def say(self, line):
        told = self.console.answer(line.encode())
        return told if isinstance(told, str) else asyncio.run(told)

    def unlock(self, level):
        return self.say("answer " + answer_to(self.say("unlock %d" % level)))

    def fail(self, times=1):
        for _ in range(times):
            assert self.say("unlock 2").startswith("challenge 2 ")
            assert self.say("answer " + "0" * 32) == "refused: wrong answer"

    async def _quiet(self):
        self.quiet += 1
