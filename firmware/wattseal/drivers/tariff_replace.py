"""A new tariff in the place of the present one, for the next start; applies nothing.

It comes in parts, for a command is shorter: each is put behind the one before, in a file beside
the present one. The last has it checked from there, as the next start would read it; then a rename
replaces the file at once. Whatever ends earlier leaves the present one as it was.
"""

import os

from micropython import const

from wattseal.core.pricing import loading
from wattseal.core.settings import ConfigError
from wattseal.drivers import accepted, tariff_file
from wattseal.drivers.durable import write_durably

_SIZE = const(6)  # of os.stat


def take(folder: str, name: str, at: int, part: bytes, identity: str) -> None:
    """`at`: where the part begins. `identity`: the first digits of the whole tariff's, with the
    last part, "" before: parts of two tariffs make none. ConfigError, OSError: the present tariff
    is as it was."""
    path = folder + "/" + name
    beside = path + ".new"
    if at + len(part) > loading.MOST_BYTES:
        raise ConfigError(["tariff: longer than %d bytes" % loading.MOST_BYTES])
    if at and _size(beside) != at:
        raise ConfigError(["tariff: a part is missing; send it again from its beginning"])
    with open(beside, "ab" if at else "wb") as file:
        write_durably(file, part)
    if identity:
        try:
            tariff = tariff_file.load(folder, name + ".new")
            if not tariff.identity.startswith(identity):
                raise ConfigError(["tariff: the parts are not of one tariff; send it again"])
            accepted.replace(beside, path)
        except ConfigError:
            os.remove(beside)
            raise


def put(folder: str, name: str, text: bytes) -> None:
    """A whole one. ConfigError, OSError: as `take`."""
    path = folder + "/" + name
    with open(path + ".new", "wb") as file:
        write_durably(file, text)
    try:
        tariff_file.load(folder, name + ".new")
    except ConfigError:
        os.remove(path + ".new")
        raise
    accepted.replace(path + ".new", path)


def _size(path: str) -> int:
    """0 where there is none."""
    try:
        return os.stat(path)[_SIZE]
    except OSError:
        return 0
