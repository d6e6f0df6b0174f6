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


def context(
    folder: str, broker: "Broker", counts: "dict[str, int]", log: "Callable[[str], None]"
) -> "TlsContext":  # fmt: skip
    """As tls_credentials makes it, of what was accepted; of files that are no good any more one
    that opens nothing and says why. `counts`: for `status`. ConfigError where they never were
    good; OSError of a flash that fails."""
    was_good = _is_kept(folder, broker.ca) and (not broker.cert or _is_kept(folder, broker.cert))

    def take(path: str, read: "Read") -> None:
        try:
            if _is_there(path):
                accepted.load(path, read, counts, log)
            else:
                read(path)  # what is kept of it stays, or the next start would not know
        except ConfigError as fault:
            if not was_good or path != folder + "/" + broker.ca_next:
                raise
            log("TLS: %s; going on without it" % fault)

    try:
        return tls_credentials.context(folder, broker, take)
    except ConfigError as fault:
        if not was_good:
            raise
        from wattseal.drivers import tls_refused  # imported late: seldom needed

        log("TLS: %s; the broker is not reached until then" % fault)
        return tls_refused.Refused("%s" % fault)


def _is_kept(folder: str, name: str) -> bool:
    return _is_there("%s/%s.accepted" % (folder, name))


def _is_there(path: str) -> bool:
    try:
        os.stat(path)
    except OSError:
        return False
    return True
