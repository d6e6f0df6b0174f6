"""Stands in for MicroPython's `micropython` module on CPython; must never reach a device."""


def const(value):
    return value


def native(function):
    return function


viper = native


def heap_lock():
    """CPython has no heap lock; tests of allocation skip there."""


def heap_unlock():
    return 0
