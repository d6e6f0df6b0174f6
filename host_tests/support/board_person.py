"""A person at the console of the emulated board, who unlocks a level; judges nothing."""

import hashlib
import hmac

from tools.console import level_keys
from tools.emulate import scene
from tools.emulator.driver import Answer, Driver

UNLOCK_S, ASK_S, DETECT_S = 4, 7, 9


class Person(Driver):
    """Unlocks a `level`, if any; asks for the heap, for the meters, and for the heap again."""

    every_ms = 100
    wants_console = True

    def __init__(self, level=0, private=b""):
        self.said = b""
        self._level, self._private = level, private
        self._typed = []
        self._ended_s = float("inf")

    def data(self, t_s, port, data):
        if port == "console":
            self.said += data
            if b"detect: ended" in self.said or b"refused:" in self.said:
                self._ended_s = min(self._ended_s, t_s)
        return Answer()

    def tick(self, t_s):
        if self._level and "unlock" not in self._typed and t_s >= UNLOCK_S:
            self._typed.append("unlock")
            return Answer(console=b"unlock %d\r" % self._level)
        if "unlock" in self._typed and "answer" not in self._typed and b"challenge" in self.said:
            asked = self.said.decode().partition("challenge")[2].splitlines(keepends=True)[0]
            if asked.endswith("\n"):
                self._typed.append("answer")
                return Answer(console=self._answer("challenge" + asked))
        for at_s, line in (
            (ASK_S, b"heap\r"),
            (DETECT_S, b"detect\r"),
            (self._ended_s, b"heap\r"),
        ):
            if t_s >= at_s and at_s not in self._typed:
                self._typed.append(at_s)
                return Answer(console=line)
        return Answer(stop="it is told" if t_s > self._ended_s + 2 else "")

    def _answer(self, challenge):
        label = b"derived1\0wattseal console level %d" % self._level
        key = hmac.digest(self._private, label, "sha256")
        told = level_keys.answer(key, scene.DEVICE, level_keys.challenge(challenge))
        return f"answer {told}\r".encode()


def private():
    """As tools.emulate.scene makes the device's key."""
    number = int.from_bytes(hashlib.sha256(scene.DEVICE.encode()).digest(), "big") >> 1
    return number.to_bytes(32, "big")
