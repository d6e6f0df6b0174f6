"""In place of a TLS context whose files are no good any more; opens nothing."""

import errno

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    import socket


class Refused:
    """A tcp_stream.TlsContext. `why`: one sentence."""

    verify_mode = const(2)  # tls.CERT_REQUIRED

    def __init__(self, why: str) -> None:
        self._why = why

    def wrap_socket(
        self, sock: "socket.socket", *, server_hostname: str, do_handshake_on_connect: bool
    ) -> "socket.socket":
        """OSError."""
        raise OSError(errno.EACCES, "TLS: " + self._why)
