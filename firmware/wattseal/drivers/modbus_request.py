"""Modbus requests that are seldom made, each as a coroutine; no meter's reading needs them."""

import asyncio

from micropython import const

from wattseal.core import modbus
from wattseal.drivers.modbus_wait import Wait

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.contracts import Serial
    from wattseal.drivers.modbus_bus import ModbusBus

_ROUNDS = const(4)  # of an identification, whose basic level has three objects


async def read(
    bus: "ModbusBus", unit: int, function: int, address: int, registers: int, latency_ms: int,
    timeout_ms: int = 0,
) -> memoryview:  # fmt: skip
    """The register bytes, valid until the next request. BusFault."""
    parts = function, address, registers
    await _ask(bus, modbus.put_read, parts, unit, latency_ms, timeout_ms)
    return bus.registers(registers)


async def write_one(
    bus: "ModbusBus", unit: int, address: int, value: int, latency_ms: int
) -> None:
    """Write a register (function 6). BusFault: it may or may not have been written."""
    await _ask(bus, modbus.put_write_one, (address, value), unit, latency_ms)


async def write_many(
    bus: "ModbusBus", unit: int, address: int, data: bytes, latency_ms: int
) -> None:
    """Write the registers whose bytes are `data` (function 16). BusFault as above."""
    await _ask(bus, modbus.put_write_many, (address, data), unit, latency_ms)


async def identify(
    bus: "ModbusBus", unit: int, latency_ms: int, level: int = modbus.BASIC
) -> "dict[int, bytes]":
    """What the device says it is: object number -> text (function 43/14). BusFault."""
    found: dict[int, bytes] = {}
    first = 0
    for _ in range(_ROUNDS):
        await _ask(bus, modbus.put_identify, (level, first), unit, latency_ms)
        reply = bus.answer()
        found.update(modbus.objects(reply, bus.at))
        following = modbus.next_object(reply, bus.at)
        if following <= first:
            break
        first = following
    return found


async def hear(serial: "Serial", buffer: memoryview, timeout_ms: int) -> int:
    """Ask nothing, wait for at least one byte; how many came, 0 on silence. OSError."""
    wait, size = Wait(serial), len(buffer)
    wait_ms = wait.begin(timeout_ms, size)
    while wait_ms >= 0:
        await asyncio.sleep_ms(wait_ms)
        got = wait.take(buffer, size)
        if got:
            return got
        wait_ms = wait.nap_ms(size)
    return 0


async def _ask(
    bus: "ModbusBus", put: "Callable[..., int]", parts: "tuple[int | bytes, ...]", unit: int,
    latency_ms: int, timeout_ms: int = 0,
) -> None:  # fmt: skip
    """Ask for what `put` makes of `parts`, when nobody else does. BusFault."""
    while bus.asking:
        await asyncio.sleep_ms(1)
    size = put(bus.request, bus.at, *parts)
    try:
        wait_ms = bus.begin(unit, size, latency_ms, timeout_ms, 0)
        while wait_ms >= 0:
            await asyncio.sleep_ms(wait_ms)
            wait_ms = bus.step()
    finally:
        bus.cancel()
    bus.check()
