"""Writes what was found into the configuration's file: the new file whole, or the old one.

A rename replaces a file at once on LittleFS and on POSIX. A power cut before it leaves the new
text beside the old file, where nobody reads it and the next time writes over it.
"""

import json

from micropython import const

from wattseal.core import config, detect_changes, models
from wattseal.core.detect_text import NoPlace
from wattseal.core.settings import ConfigError
from wattseal.drivers import accepted
from wattseal.drivers.durable import write_durably

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.detect_changes import Pair
    from wattseal.core.detect_lines import Line

_MOST_BYTES = const(8192)  # drivers.config_file reads no longer one


def update(path: str, bus: int, line: "Line", found: "list[Pair]") -> bool:
    """False when the file says all of it already. OSError, ConfigError: it is as it was."""
    try:
        with open(path) as file:
            old = file.read()
        new = detect_changes.apply(old, json.loads(old), bus, line, found)
        config.load(json.loads(new), tuple(models.MODELS), models.MODELS)
    except (ValueError, TypeError, NoPlace):
        raise ConfigError(["%s is no more the configuration that was read" % path])
    if new == old:
        return False
    data = new.encode()
    if len(data) > _MOST_BYTES:
        raise ConfigError(["%s would be longer than %d bytes" % (path, _MOST_BYTES)])
    beside = path + ".new"
    with open(beside, "wb") as file:
        write_durably(file, data)
    accepted.replace(beside, path)
    return True
