"""MicroPython's old name of `socket`, imported by umqtt.simple 1.3.4; for tests on CPython."""

from socket import *  # noqa: F403
