"""The firmware's search for meters on a PC's serial line; `make detect` starts it; shows nothing.

detect.py LINE [WANTED [CONFIG]]: LINE as in WATTSEAL_SERIAL; WANTED: how many meters there are, 0
for as many as answer; CONFIG: a configuration's file, for its first bus on a wire. Prints an
object of JSON a line: {"say"}, at last {"line", "found", "sentences", "ok"} or {"fault"}.
"""

import asyncio
import json
import sys

from board import open_line
from micropython import const

from wattseal.console import commissioning
from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file
from wattseal.hal.unix import UnixClock

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.settings import Config


def tell(**what: object) -> None:
    print(json.dumps(what))


async def search(line: str, wanted: int, path: str) -> None:
    config = config_file.load(path) if path else None
    bus = wired(config) if config else 0

    def say(text: str) -> None:
        tell(say=text)

    clock = UnixClock()
    serial = open_line(line)
    detection = commissioning.build(serial, clock, say, bus, config, path, wanted)
    outcome = await detection.run()
    found = [meter.facts() for meter in outcome.found]
    tell(line=outcome.line, found=found, sentences=outcome.sentences, ok=outcome.ok)


def wired(config: "Config") -> int:
    """The first bus that is a serial line. ConfigError."""
    for i, bus in enumerate(config.buses):
        if not bus.host:
            return i
    raise ConfigError(["every bus of the configuration has a host; detect is for serial lines"])


def main(line: str, wanted: str = "0", path: str = "") -> None:
    try:
        asyncio.run(search(line, int(wanted), path))
    except ConfigError as fault:
        tell(fault="%s" % fault)
    except OSError as fault:
        tell(fault="the serial line %s is gone or cannot be used (%s)" % (line, fault))


main(*sys.argv[1:])
