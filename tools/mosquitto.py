"""A mosquitto as a process of ours: found, started, awaited, stopped; knows no configuration."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tools.broker_files import BrokerFault, Site
from tools.firmware_process import die_with_parent

_BESIDE = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
_START_S = 10
_STOP_S = 10
_LOOK_S = 0.05


class Mosquitto:
    """`start`, then `wait` or `stop`; `kill` is a power cut. `log`: a file, None for ours."""

    def __init__(self, site: Site, log: Path | None = None) -> None:
        self._site = site
        self._log = log
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """BrokerFault when it does not come up."""
        program = found()
        ports = [port for port in (self._site.port, self._site.plain_port) if port]
        for port in ports:
            require_free(port)
        command = [*die_with_parent(), program, "-c", str(self._site.configuration)]
        with open(self._log or os.devnull, "ab") as log:
            out = log if self._log else None
            self._process = subprocess.Popen(command, stdout=out, stderr=out)
        end = time.monotonic() + _START_S
        while not all(_obstacle(port) for port in ports):
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise BrokerFault(
                    f"mosquitto does not start with {self._site.configuration}; "
                    f"{f'see {self._log}' if self._log else 'it says why above'}"
                )
            time.sleep(_LOOK_S)

    def wait(self) -> int:
        """Until it ends; its exit code."""
        assert self._process is not None
        return self._process.wait()

    def stop(self) -> None:
        """As SIGTERM does: it saves what it keeps. At once when it does not end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def found() -> str:
    """BrokerFault when there is none."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path=_BESIDE)
    if program is None:
        raise BrokerFault("mosquitto is missing; install it with: sudo apt-get install mosquitto")
    return program


def require_free(port: int) -> None:
    """BrokerFault when somebody listens there, or we may not."""
    fault = _obstacle(port)
    if fault is not None:
        why = "is taken" if fault.errno == errno.EADDRINUSE else "is not ours to listen on"
        raise BrokerFault(f"port {port} {why}; name another PORT") from fault


def _obstacle(port: int) -> OSError | None:
    """What is in the way of listening there. Asked without connecting, which would be logged."""
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                sock.bind((host, port))
        except OSError as fault:
            if fault.errno in (errno.EADDRINUSE, errno.EACCES):
                return fault
            # a machine without IPv6 has no such address that could be taken
    return None
