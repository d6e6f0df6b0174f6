"""Stands in on CPython for what only MicroPython has; must never reach a device."""

import asyncio
from typing import TypeVar

Value = TypeVar("Value")

if not hasattr(asyncio, "sleep_ms"):
    asyncio.sleep_ms = lambda ms: asyncio.sleep(ms / 1000)


def const(value: Value) -> Value:
    return value


def native(function):
    return function


viper = native


def heap_lock():
    """CPython has no heap lock; tests of allocation skip there."""


def heap_unlock():
    return 0
