"""Runs on the emulated board, through its raw REPL: reads an SDM630 whole over UART1, times that.

Prints as device.py does; names that end with _bytes are of the heap.
"""

import asyncio
import gc
import time

gc.threshold(-1)  # as in device.py
READS = 12
UNIT, FUNCTION, REGISTERS, LATENCY_MS = 2, 4, 80, 500
LINE = (1, 4, 5, 3)  # as boards/RPI_PICO has it: UART, transmit, receive, direction
PAUSE_MS = 37  # to another place between two ticks
# 8N1 at 9600 baud, request and reply; then what the emulated meter takes
WIRE_US = (8 + 5 + 2 * REGISTERS) * 10 * 1000000 // 9600
METER_US = 40000


def bus():
    """As the assembly makes it for 9600 baud; and the heap that it takes."""
    from wattseal.core.config import Section
    from wattseal.drivers.modbus_bus import ModbusBus
    from wattseal.hal.rs485 import open_line

    row = Section()
    row.baud, row.parity, row.stop_bits = 9600, "N", 1
    line = open_line(*LINE, row)
    gc.collect()
    before = gc.mem_alloc()
    made = ModbusBus(line, gap_ms=5)
    gc.collect()
    print("modbus_bus_bytes", gc.mem_alloc() - before)
    return made


async def main():
    master = bus()
    overheads_us, allocated = [], 0
    for _ in range(READS):
        await asyncio.sleep_ms(PAUSE_MS)
        gc.collect()
        before = gc.mem_alloc()
        start = time.ticks_us()
        wait_ms = master.begin_read(UNIT, FUNCTION, 0, REGISTERS, LATENCY_MS)
        while wait_ms >= 0:
            await asyncio.sleep_ms(wait_ms)
            wait_ms = master.step()
        master.registers(REGISTERS)
        took_us = time.ticks_diff(time.ticks_us(), start)
        allocated = gc.mem_alloc() - before
        overheads_us.append(took_us - WIRE_US - METER_US)
    overheads_us.sort()
    print("meter_read_overhead", overheads_us[READS // 2])
    print("meter_read_overhead_worst", overheads_us[-1])
    print("meter_read_bytes", allocated)  # of the last one


asyncio.run(main())
