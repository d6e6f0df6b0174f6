"""Stands in on CPython for what only MicroPython has; must never reach a device."""

import asyncio
import time
from typing import TypeVar

Value = TypeVar("Value")

if not hasattr(asyncio, "sleep_ms"):
    asyncio.sleep_ms = lambda ms: asyncio.sleep(ms / 1000)
if not hasattr(time, "ticks_us"):
    time.ticks_us = lambda: time.monotonic_ns() // 1000
    time.ticks_diff = lambda end, start: end - start


def const(value: Value) -> Value:
    return value


def native(function):
    return function


viper = native


def heap_lock():
    """CPython has no heap lock; tests of allocation skip there."""


def heap_unlock():
    return 0
