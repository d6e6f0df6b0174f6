"""Measures the Modbus master on a paced line: its own time, its punctuality, and a poor one's."""

from tools.bench_meters.metering import run

__all__ = ["run"]
