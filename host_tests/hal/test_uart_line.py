"""The uplink's UART: set up as wired, written in what pieces it takes, read without waiting."""

import asyncio

import pytest

CHARACTER_US = 87


class Buffer:
    """An RP2040's driver: what its 1,024 bytes have no room for it waits for, one by one."""

    def __init__(self, chip):
        self.chip, self.empty_us, self.waited_us, self.written = chip, 0, 0, 0

    def write(self, data):
        for _ in data:
            self.empty_us = max(self.empty_us, self.chip.us) + CHARACTER_US
            full_us = self.empty_us - self.chip.us - 1024 * CHARACTER_US
            if full_us > 0:
                self.chip.us += full_us
                self.waited_us += full_us
        self.written += len(data)
        return len(data)


def open_line(bench):
    module = bench.load("uart_line")
    line = module.open_uplink(0, 0, 1, 115200)
    return line, line._uart


def test_sets_the_line_up_as_wired(bench):
    _, uart = open_line(bench)
    assert uart.number == 0
    assert (uart.settings["tx"].number, uart.settings["rx"].number) == (0, 1)
    assert (uart.settings["baudrate"], uart.settings["timeout"]) == (115200, 0)


@pytest.mark.parametrize("room", [1, 7, 1000])
def test_writes_all_in_what_pieces_the_driver_takes(bench, room):
    line, uart = open_line(bench)
    uart.room = room
    asyncio.run(line.write(b"twenty bytes of text"))
    pieces = [call[1] for call in bench.chip.names() if call[0] == "uart.write"]
    assert b"".join(pieces) == b"twenty bytes of text"
    assert max(map(len, pieces)) <= room


def test_waits_while_the_driver_takes_nothing(bench):
    line, uart = open_line(bench)
    uart.room = 0
    bench.chip.at(50, lambda: setattr(uart, "room", 100))
    asyncio.run(line.write(b"late"))
    assert 49 <= bench.chip.calls[-1][0] <= 52
    assert bench.chip.names()[-1] == ("uart.write", b"late")


def test_reads_what_is_there_and_no_more(bench):
    line, uart = open_line(bench)
    uart.received.extend(b"abcdef")
    buffer = bytearray(4)
    assert asyncio.run(line.read_into(memoryview(buffer), 100)) == 4
    assert buffer == b"abcd" and uart.received == b"ef"


def test_silence_ends_after_the_timeout(bench):
    line, _ = open_line(bench)
    assert asyncio.run(line.read_into(memoryview(bytearray(4)), 100)) == 0
    assert bench.chip.us == 100000


def test_is_woken_by_the_first_byte_and_looks_for_none(bench):
    line, uart = open_line(bench)
    bench.chip.at(4321, lambda: uart.received.extend(b"ab"))
    assert asyncio.run(line.read_into(memoryview(bytearray(4)), 10000)) == 2
    assert bench.chip.us == 4326000
    assert bench.chip.naps == 2


def test_what_comes_without_a_pause_is_handed_on_whole(bench):
    """An acknowledgement and what stands behind it: the first may set off an erase."""
    line, uart = open_line(bench)
    for ms in range(10, 60):
        bench.chip.at(ms, lambda: uart.received.extend(b"ten bytes."))
    assert asyncio.run(line.read_into(memoryview(bytearray(4096)), 10000)) == 500
    assert bench.chip.us <= 67000


def test_does_not_wait_until_the_driver_s_buffer_is_full(bench):
    line, uart = open_line(bench)
    for ms in range(10, 1000):
        bench.chip.at(ms, lambda: uart.received.extend(b"eleven byte"))
    assert 512 <= asyncio.run(line.read_into(memoryview(bytearray(4096)), 10000)) <= 600
    uart.received.clear()
    assert asyncio.run(line.read_into(memoryview(bytearray(64)), 10000)) == 64


def test_sleeps_while_the_driver_s_buffer_empties(bench):
    """A record of 2000 bytes takes 174 ms at 115,200 baud; each look found a few bytes' room."""
    line, _ = open_line(bench)
    buffer = line._uart = Buffer(bench.chip)
    asyncio.run(line.write(bytes(2000)))
    assert bench.chip.naps <= 3
    assert 80000 <= bench.chip.us <= 100000
    assert (buffer.waited_us, buffer.written) == (0, 2000)


def test_never_writes_what_the_driver_would_wait_for(bench):
    """One packet behind another, long and short, as a publisher with a backlog writes them."""
    line, _ = open_line(bench)
    buffer = line._uart = Buffer(bench.chip)
    lengths = [2000, 5, 1024, 513, 512, 30, 30, 30, 1900]

    async def scenario():
        for length in lengths:
            await line.write(bytes(length))

    asyncio.run(scenario())
    assert (buffer.waited_us, buffer.written) == (0, sum(lengths))
    assert bench.chip.us <= 87 * (sum(lengths) - 512) + 20000  # and the line never falls idle


def test_after_days_without_a_write_nothing_is_waited_for(bench):
    line, _ = open_line(bench)
    line._uart = Buffer(bench.chip)
    bench.chip.us += 6 * 86400 * 1000000 + 12 * 3600 * 1000000
    before_us = bench.chip.us
    asyncio.run(line.write(bytes(500)))
    assert bench.chip.us == before_us


def test_a_break_comes_behind_all_that_was_written(bench):
    """An RP2040's driver puts it before what is still in its buffer."""
    line, uart = open_line(bench)
    uart.character_us = CHARACTER_US

    async def scenario():
        await line.write(bytes(500))
        await line.send_break()

    asyncio.run(scenario())
    at_us = bench.chip.us
    assert uart.done_us <= at_us <= uart.done_us + 3000 and uart.done_us == 500 * CHARACTER_US
    assert bench.chip.names()[-1] == ("uart.sendbreak",)
    asyncio.run(line.send_break())
    assert bench.chip.us == at_us
