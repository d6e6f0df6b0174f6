"""The TLS context of a start: one rotten bit of a certificate keeps no charger from metering.

Certificates are kept as accepted keeps settings, the CA last: where that is kept all were good
once, and what is wrong now costs the broker, not the start. The private key gets no copy.

Imported late, and dropped.
"""

import os

from micropython import const

from wattseal.core.settings import ConfigError
from wattseal.drivers import accepted, tls_credentials

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.core.settings import Broker
    from wattseal.drivers.tcp_stream import TlsContext
    from wattseal.drivers.tls_credentials import Read

    Log = Callable[[str], None]

_MOST_BYTES = const(4096)  # as tls_credentials reads


def context(
    folder: str, broker: "Broker", counts: "dict[str, int]", log: "Log", safe: bool
) -> "TlsContext":
    """As tls_credentials makes it, of what was accepted; of files that are no good any more one
    that opens nothing and says why. `counts`: for `status`. ConfigError where they never were
    good; OSError of a flash that cannot read them, but where it was tried often enough: `safe`.
    There a configuration on trial goes back by itself."""
    was_good = _is_kept(folder, broker.ca) and (not broker.cert or _is_kept(folder, broker.cert))

    def take(path: str, read: "Read", spare: bool) -> None:
        try:
            _taken(path, read, counts, log)
        except (ConfigError, OSError) as fault:
            if not (was_good and spare):
                raise
            counts["settings_unkept"] = 1
            log("TLS: %s; going on without %s" % (fault, path))

    try:
        return tls_credentials.context(folder, broker, take)
    except ConfigError as fault:
        if not was_good:
            raise
        why = "%s" % fault
    except OSError as fault:
        if not safe:
            raise
        why = "a certificate or its key cannot be read (error %s)" % fault.errno
    from wattseal.drivers import tls_refused  # imported late: seldom needed

    log("TLS: %s; the broker is not reached until then" % why)
    return tls_refused.Refused(why)


def _taken(path: str, read: "Read", counts: "dict[str, int]", log: "Log") -> None:
    """What is wrong with it costs the broker alone: it is read as it is where nothing can be put
    in its place. What is kept of it stays, or the next start would not know."""
    try:
        if 0 < _size(path) <= _MOST_BYTES:
            accepted.load(path, read, counts, log)
        else:
            read(path)
        return
    except OSError as fault:
        failed = fault
    read(path)
    counts["settings_unkept"] = 1
    log("%s: taken as it is, for the flash failed beside it (%r)" % (path, failed))


def _is_kept(folder: str, name: str) -> bool:
    return _size("%s/%s.accepted" % (folder, name)) > 0


def _size(path: str) -> int:
    """0 for no file."""
    try:
        return os.stat(path)[6]
    except OSError:
        return 0
