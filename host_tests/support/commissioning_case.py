"""`detect` at the console of a board whose line is in virtual time."""

import asyncio
import unittest

import scratch_folder
from fakes import FakeClock
from scripted_line import ScriptedLine, use
from vector_meter import VectorMeter

from wattseal.console.commissioning import Commissioning
from wattseal.drivers import config_file

CONFIG = """{"version": 1, "buses": [{"baud": 2400}, {"parity": "E"}],
 "connectors": [{"id": 1, "meter": "sdm630", "unit": 1},
 {"id": 2, "meter": "b23", "bus": 1}], "broker": {"host": "b", "tls": "plain-text-accepted"}}"""
UNNAMED = CONFIG.replace(', "unit": 1', "")  # no unit is written down: all are asked


class Connector:
    id, idle = 1, True


class Sampler:
    held = sampling = False


class Firmware:
    """What Commissioning needs of assembly.Firmware; also its own board."""

    def __init__(self, folder, *meters):
        self.meters = meters
        self.line = ScriptedLine(self.answer)
        use(self.line)
        self.board = self
        self.data_dir = folder
        self.clock = FakeClock()
        self.clock.now_ms = lambda: self.line.ms
        self.serials = [self.line, None]
        self.buses = [None, None]
        self.samplers = [Sampler()]
        self.connectors = [Connector()]
        self.config = config_file.load(folder + "/config.json")

    def answer(self, request):
        del self.line.sent[:-1]  # every unit is asked: they do not fit into a board's heap
        self.line.sent_ms.clear()
        found = []
        for meter in self.meters:
            found += meter.answer(request, self.line.settings)
        return found


class CommissioningCase(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.write(CONFIG)
        self.firmware = Firmware(self.folder, VectorMeter("sdm630", 1, (19200, "E")))
        self.said = []
        self.free_bytes = 40000
        self.may_write = True
        self.detect = Commissioning(
            self.firmware, self.said.append, lambda: self.free_bytes, lambda: self.may_write
        )

    def write(self, text):
        """The configuration's file."""
        with open(self.folder + "/config.json", "w") as file:
            file.write(text)

    def load(self):
        return config_file.load(self.folder + "/config.json")

    def tearDown(self):
        scratch_folder.remove(self.folder)

    def play(self, *lines, ready=lambda: True):
        """Say the lines, the second when `ready`; then wait for the end of the search."""
        answers = []
        use(self.firmware.line)  # by whom the search before asked was dropped

        async def main():
            for line in lines:
                answers.append(self.detect.answer(line.split()))
                await asyncio.sleep(0.01)
                while not ready():
                    await asyncio.sleep(0.01)
            while answers[0].startswith("looking") and "detect: ended" not in self.said:
                await asyncio.sleep(0.01)

        asyncio.run(main())
        return answers
