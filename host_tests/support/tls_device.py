"""A device that logs in at one TLS server after another; run by MicroPython, prints JSON lines.

Argument: a JSON file with a list of cases; see tls_servers.case. The credentials, the stream and
the session are the shipped ones; only the DNS is the case's.
"""

import asyncio
import json
import socket
import sys

from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file, tcp_stream
from wattseal.drivers.mqtt_session import MqttError, MqttSession


class Dns:
    """The module `socket` as tcp_stream sees it: any name has `address`, or there is no answer."""

    SOCK_STREAM = socket.SOCK_STREAM
    address = None

    def getaddrinfo(self, host, port, *rest):
        if self.address is None:
            raise OSError(-3)
        return socket.getaddrinfo(self.address[0], self.address[1], *rest)


class Broker:
    def __init__(self, case):
        self.tls = "required"
        for name in ("host", "ca", "ca_next", "cert", "key"):
            setattr(self, name, case.get(name, ""))


async def attempt(open_stream):
    """ "" when the broker let it in, else why not."""
    session = MqttSession(open_stream, b"device", connect_timeout_ms=5000)
    try:
        await session.connect()
        await session.disconnect()
    except (MqttError, ValueError) as fault:
        return type(fault).__name__ + ": " + str(fault)
    return ""


async def main(cases):
    dns = tcp_stream.socket = Dns()
    opener = None
    for case in cases:
        if "time" in case:  # of the C library, by tls_time.c
            with open(case["time_file"], "w") as file:
                file.write(str(case["time"]))
        dns.address = case["address"]
        try:
            if not case.get("same"):  # else the device of the case before
                broker = Broker(case)
                context = config_file.tls_context(case["folder"], broker)
                opener = tcp_stream.opener(broker.host, 1, context)
            why = await attempt(opener)
        except ConfigError as fault:
            why = "ConfigError: " + str(fault)
        print(json.dumps([case["name"], why]))


with open(sys.argv[1]) as file:
    asyncio.run(main(json.load(file)))
