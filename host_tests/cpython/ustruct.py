"""MicroPython's old name of `struct`, imported by umqtt.simple 1.3.4; for tests on CPython."""

from struct import *  # noqa: F403
