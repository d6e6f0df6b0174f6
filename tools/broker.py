"""An MQTT broker inside this process (amqtt), for a trial run and for tests; loopback only."""

import logging

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig
from amqtt.errors import BrokerError

_HOST = "127.0.0.1"
# Only this plugin: the default set also logs every packet and publishes $SYS topics.
_PLUGINS = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}


class BrokerUnavailable(Exception):
    """The broker could not be started; the argument is one sentence."""


class EmbeddedBroker:
    """Anonymous clients, retained messages and wills; nothing is kept once it has stopped."""

    host = _HOST

    def __init__(self) -> None:
        self._broker: Broker | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on 127.0.0.1; returns the port, a free one when 0 is asked for."""
        for name in ("amqtt", "transitions"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        listener = ListenerConfig(bind=f"{_HOST}:{port}")
        broker = Broker(BrokerConfig(listeners={"default": listener}, plugins=dict(_PLUGINS)))
        try:
            await broker.start()
        except BrokerError as fault:
            raise BrokerUnavailable(
                f"no broker on port {port} of {_HOST}: {fault.__cause__ or fault}; "
                "name another port"
            ) from fault
        self._broker = broker
        # amqtt does not tell the port that the system chose; its listener's server knows
        sockets = iter(broker._servers["default"].instance.sockets)
        return next(sockets).getsockname()[1]

    async def stop(self) -> None:
        """Disconnect everybody. Does nothing when not started."""
        broker, self._broker = self._broker, None
        if broker is not None:
            await broker.shutdown()
