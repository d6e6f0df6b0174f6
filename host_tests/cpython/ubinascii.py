"""MicroPython's old name of `binascii`, imported by umqtt.simple 1.3.4; for tests on CPython."""

from binascii import *  # noqa: F403
