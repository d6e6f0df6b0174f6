"""A new configuration in the place of the present one, for the next start; applies nothing.

The text is written beside the file and checked from there, as the next start would read it; then a
rename replaces the file at once. A device that could not start with it would be silent until a
person comes: what asks for more of the board than it has now is refused, and the present one is
kept until the new one has reached a broker (config_kept).
"""

import os

from micropython import const

from wattseal.core.settings import ConfigError
from wattseal.drivers import accepted, config_file, config_kept
from wattseal.drivers.durable import write_durably

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.core.settings import Config

_NO_KEY = '%s: none, so nothing could follow; give one, or say "%s": ""'


def replace(
    folder: str, text: bytes, now: "Config", has_gateway: bool,
    ready: "Callable[[], None]" = lambda: None,
) -> None:  # fmt: skip
    """`now`: the configuration that runs. `ready()`: called just before the rename. ConfigError,
    OSError: the file is as it was."""
    path = folder + "/config.json"
    beside = path + ".new"
    good = False
    try:
        with open(beside, "wb") as file:
            write_durably(file, text)
        new = config_file.load(beside)
        _check_fits(new, now, has_gateway)
        _check_key("update_key", now.update_key, new.update_key, text)
        _check_key("command_key", now.command_key, new.command_key, text)  # packages need it too
        config_file.tls_context(folder, new.broker)
        if new.tariff:
            from wattseal.drivers import tariff_file  # imported late: few have one

            tariff_file.load(folder, new.tariff)
        config_kept.keep(folder, beside)
        ready()
        good = True
    except ImportError:
        raise ConfigError(["this image has no TLS"])
    finally:
        if not good:
            _remove(beside)
    accepted.replace(beside, path)


def _check_key(name: str, now: str, new: str, text: bytes) -> None:
    """ConfigError where it goes and the text does not say so."""
    if now and not new and b'"%s"' % name.encode() not in text:
        raise ConfigError([_NO_KEY % (name, name)])


def _check_fits(new: "Config", now: "Config", has_gateway: bool) -> None:
    """ConfigError for what another board may have, as far as this one has not shown it."""
    problems = []
    if _wired(new) > _wired(now):
        problems.append("buses: more serial lines than are in use")
    if _meters(new) != _meters(now):  # whose session the next start may find open
        problems.append("connectors: another id, meter, bus or unit")
    for number, bus in enumerate(new.buses):
        if bus.host and has_gateway:
            problems.append("buses[%d].host: this board has no network of its own" % number)
    if (new.wifi is None) != (now.wifi is None):
        problems.append("wifi: another kind of network")
    if new.ntp and has_gateway:
        problems.append("ntp: this board has no network of its own")
    if problems:
        raise ConfigError([problem + "; change that at the device" for problem in problems])


def _meters(config: "Config") -> "list[tuple[int, str, int, int | None]]":
    return [(row.id, row.meter, row.bus, row.unit) for row in config.connectors]


def _wired(config: "Config") -> int:
    return len([bus for bus in config.buses if not bus.host])


def _remove(path: str) -> None:
    """It has passwords in it, and takes room."""
    try:
        os.remove(path)
    except OSError:
        pass  # it was never made
