"""A new configuration in the place of the present one, for the next start; applies nothing.

The text is written beside the file and checked from there, as the next start would read it; then a
rename replaces the file at once. A device that could not start with it would be silent until a
person comes: what asks for more of the board than it has now is refused.
"""

import os

from micropython import const

from wattseal.core.settings import S0, ConfigError
from wattseal.drivers import config_file
from wattseal.drivers.durable import write_durably

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.settings import Config


def replace(folder: str, text: bytes, now: "Config", has_gateway: bool) -> None:
    """`now`: the configuration that runs. ConfigError, OSError: the file is as it was."""
    path = folder + "/config.json"
    beside = path + ".new"
    with open(beside, "wb") as file:
        write_durably(file, text)
    good = False
    try:
        new = config_file.load(beside)
        _check_fits(new, now, has_gateway)
        config_file.tls_context(folder, new.broker)
        good = True
    except ImportError:
        raise ConfigError(["this image has no TLS"])
    finally:
        if not good:
            os.remove(beside)
    os.rename(beside, path)


def _check_fits(new: "Config", now: "Config", has_gateway: bool) -> None:
    """ConfigError for what another board may have, as far as this one has not shown it."""
    problems = []
    if _wired(new) > _wired(now):
        problems.append("buses: more serial lines than are in use")
    if len(new.connectors) > len(now.connectors):
        problems.append("connectors: more than are in use")
    for number, row in enumerate(new.connectors[: len(now.connectors)]):
        if row.meter == S0 and now.connectors[number].meter != S0:
            problems.append("connectors[%d]: no S0 input is in use there" % number)
    if (new.wifi is None) != (now.wifi is None):
        problems.append("wifi: another kind of network")
    if new.ntp and has_gateway:
        problems.append("ntp: this board has no network of its own")
    if problems:
        raise ConfigError([problem + "; change that at the device" for problem in problems])


def _wired(config: "Config") -> int:
    return len([bus for bus in config.buses if not bus.host])
