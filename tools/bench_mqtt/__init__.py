"""Measures the line to the broker: how fast a backlog leaves, and what the sampler feels of it."""

from tools.bench_figures import Outcome
from tools.bench_mqtt import delivering, sampling


def run() -> Outcome:
    """Figures "mqtt.*". BenchFault."""
    delivered, sampled = delivering.run(), sampling.run()
    figures = delivered.figures | sampled.figures
    return Outcome(figures, delivered.missed + sampled.missed)
