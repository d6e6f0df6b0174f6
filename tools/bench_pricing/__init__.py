"""Times the pricing of a session with 97 segments on the 32-bit interpreter."""

from tools.bench_pricing.pricing import run

__all__ = ["run"]
