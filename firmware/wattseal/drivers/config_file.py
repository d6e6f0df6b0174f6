"""The configuration and the files it names; whatever is wrong is one sentence."""

import errno
import json
import os

from micropython import const

from wattseal.core import config, models
from wattseal.core.settings import ConfigError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.core.settings import Broker, Config
    from wattseal.drivers.tcp_stream import TlsContext

_MOST_BYTES = const(8192)


def load(path: str) -> "Config":
    """Read and check it whole. ConfigError; OSError of a flash that fails."""
    try:
        if os.stat(path)[6] > _MOST_BYTES:  # before a buffer of that size is asked for
            raise ConfigError(["%s is longer than %d bytes" % (path, _MOST_BYTES)])
        with open(path) as file:
            text = file.read()
    except OSError as fault:
        if fault.errno == errno.EIO:
            raise  # the flash, not the configuration: the start is tried again
        if fault.errno != errno.ENOENT:
            raise ConfigError(["%s cannot be read: error %s" % (path, fault.errno)])
        raise ConfigError(["%s is missing; write one as the README shows" % path])
    except UnicodeError:
        raise ConfigError(["%s is not text in UTF-8" % path])
    try:
        raw = json.loads(text)
    except ValueError:
        raise ConfigError(["%s is not JSON; check its brackets and quotes" % path])
    try:
        return config.load(raw, tuple(models.MODELS), models.MODELS)
    except ConfigError as fault:
        raise ConfigError(["%s: %s" % (path, "; ".join(fault.problems))])


def tls_context(
    folder: str, broker: "Broker", counts: "dict[str, int] | None" = None,
    log: "Callable[[str], None]" = print, safe: bool = False,
) -> "TlsContext | None":  # fmt: skip
    """Verifies the broker by the CAs in `folder`; None for accepted plain text. ConfigError,
    OSError of a flash that fails. `counts`, `log`, `safe`: at a start, as for tls_kept; else it is
    told whatever is wrong, and nothing is written."""
    if broker.tls != "required":
        return None
    if counts is not None:
        from wattseal.drivers import tls_kept  # imported late: not every image has TLS

        return tls_kept.context(folder, broker, counts, log, safe)
    from wattseal.drivers import tls_credentials  # imported late: not every image has TLS

    return tls_credentials.context(folder, broker)
