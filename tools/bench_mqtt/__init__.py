"""Measures how fast a backlog reaches a broker that is 50 ms away, beside umqtt.simple's ways."""

from tools.bench_mqtt.delivering import run

__all__ = ["run"]
