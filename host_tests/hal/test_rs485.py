"""The serial line: who drives the bus, and for how long; what is read and what is waited for."""

import asyncio
import errno
import types

import pytest

from wattseal.drivers import modbus_wait

REQUEST = bytes(range(8))


def open_line(bench, baud=9600, parity="N", stop_bits=1):
    bus = types.SimpleNamespace(baud=baud, parity=parity, stop_bits=stop_bits)
    line = bench.load("rs485").open_line(1, 33, 32, 2, bus=bus)
    return line, line._uart


async def transmit(bench, line, data):
    """As the Modbus master does."""
    wait_ms = line.send(data)
    if wait_ms:
        await bench.chip.asyncio.sleep_ms(wait_ms)
    assert line.sending() == 0


def release_us(bench, line, uart, data):
    """Microseconds from the last bit to the release of the direction."""
    released = []
    pin = line._direction
    low = type(pin).value

    def value(level):
        if level == 0:
            released.append(bench.chip.us)
        low(pin, level)

    pin.value = value
    asyncio.run(transmit(bench, line, data))
    assert len(released) == 1
    return released[0] - uart.done_us


def test_drives_the_bus_only_while_it_sends(bench):
    line, uart = open_line(bench)
    asyncio.run(transmit(bench, line, REQUEST))
    assert bench.chip.names() == [
        ("pin", 2, 0),
        ("pin", 2, 1),
        ("uart.write", REQUEST),
        ("pin", 2, 0),
    ]


@pytest.mark.parametrize("baud", [1200, 9600, 19200, 115200])
@pytest.mark.parametrize("parity", ["N", "E"])
@pytest.mark.parametrize("size", [8, 40, 256])
def test_releases_the_bus_within_2_ms_of_the_last_bit(bench, baud, parity, size):
    line, uart = open_line(bench, baud, parity)
    late_us = release_us(bench, line, uart, bytes(size))
    assert 0 <= late_us <= 2000


def test_does_not_trust_a_transmitter_that_has_not_begun(bench):
    """ESP32: idle before the driver's interrupt has filled the FIFO."""
    line, uart = open_line(bench)
    uart.txdone = lambda: True
    assert release_us(bench, line, uart, REQUEST) >= 0


def test_an_ordinary_request_does_not_let_another_task_delay_the_release(bench):
    line, uart = open_line(bench, 9600, "E")
    assert line.send(REQUEST) == 0
    assert line.sending() == 0
    assert bench.chip.us >= uart.done_us
    assert bench.chip.naps == 0


def test_a_long_frame_lets_the_others_run(bench):
    line, uart = open_line(bench)
    assert line.send(bytes(100)) == 100 * 1041 // 1000 - 10
    assert bench.chip.us <= 200  # it has held nobody


def test_a_stuck_transmitter_is_an_error_and_the_bus_is_free(bench):
    line, uart = open_line(bench)
    uart.stuck = True
    with pytest.raises(OSError) as fault:
        asyncio.run(transmit(bench, line, REQUEST))
    assert fault.value.args == (errno.ETIMEDOUT,)
    assert bench.chip.names()[-1] == ("pin", 2, 0)
    assert bench.chip.us < 40000


def test_a_write_that_takes_half_is_an_error_and_the_bus_is_free(bench):
    line, uart = open_line(bench)
    uart.room = 4
    with pytest.raises(OSError):
        line.send(REQUEST)
    assert bench.chip.names()[-1] == ("pin", 2, 0)


def test_a_write_that_fails_frees_the_bus(bench):
    line, uart = open_line(bench)

    def fails(data):
        raise OSError(errno.EIO)

    uart.write = fails
    with pytest.raises(OSError):
        line.send(bytes(8))
    assert bench.chip.names()[-1] == ("pin", 2, 0)


def test_sending_that_is_given_up_frees_the_bus(bench):
    line, uart = open_line(bench)
    line.send(bytes(100))
    assert bench.chip.names()[-1][0] == "uart.write"
    line.stop()
    assert bench.chip.names()[-1] == ("pin", 2, 0)


def arrive(bench, uart, data, at_ms):
    """`data` comes at its line's pace; the last bit `at_ms` and so many characters later."""
    for number, byte in enumerate(data, 1):
        due_ms = at_ms + number * uart.character_us / 1000
        bench.chip.at(due_ms, lambda byte=byte: uart.received.append(byte))


def read(bench, line, size, timeout_ms=1000):
    """As the Modbus master does: what has come when a look finds something."""
    modbus_wait.time = bench.chip.time
    buffer = bytearray(size)
    wait = modbus_wait.Wait(line)

    async def look():
        nap_ms = wait.begin(timeout_ms, size)
        while nap_ms >= 0:
            await bench.chip.asyncio.sleep_ms(nap_ms)
            got = wait.take(memoryview(buffer), size)
            if got:
                return got
            nap_ms = wait.nap_ms(size)
        return 0

    return bytes(buffer[: asyncio.run(look())])


def read_all(bench, line, size):
    """What is missing, until nothing is."""
    data = read(bench, line, size)
    while len(data) < size:
        data += read(bench, line, size - len(data), 50)
    return data


def test_sleeps_through_a_reply_and_is_there_at_its_end(bench):
    """49 bytes at 9600 baud, as an SDM630 answers; 25 looks before there was any sleeping."""
    for begin_ms in range(0, 40, 3):
        bench.power_up()
        line, uart = open_line(bench)
        arrive(bench, uart, bytes(range(49)), begin_ms)
        assert read_all(bench, line, 49) == bytes(range(49))
        assert bench.chip.naps <= 3
        assert bench.chip.us / 1000 <= max(begin_ms + 51 + 3, 51 + 3)


@pytest.mark.parametrize("baud", [1200, 9600, 115200])
def test_a_slow_meter_is_looked_for_at_its_own_pace(bench, baud):
    """The reply is seen within a quarter of the time it took to come, and after few looks."""
    for begin_ms in (5, 20, 60, 200, 500):
        bench.power_up()
        line, uart = open_line(bench, baud)
        arrive(bench, uart, b"ninebytes", begin_ms)
        assert read_all(bench, line, 9) == b"ninebytes"
        taken_ms = begin_ms + 9 * uart.character_us / 1000
        assert bench.chip.us / 1000 <= taken_ms + max(min(taken_ms / 4, 20), 2) + 5
        assert bench.chip.naps <= 40


def test_a_silent_meter_costs_few_looks(bench):
    line, _ = open_line(bench)
    assert read(bench, line, 9, 1000) == b""
    assert bench.chip.naps <= 60


def test_gives_back_what_has_come_of_a_shorter_reply(bench):
    line, uart = open_line(bench)
    arrive(bench, uart, b"abc", 20)
    assert read(bench, line, 49) == b"abc"
    assert bench.chip.us <= 60000


def test_a_look_waits_for_nothing(bench):
    line, uart = open_line(bench)
    buffer = bytearray(8)
    assert line.receive(memoryview(buffer), 8) == 0
    uart.received.extend(b"abc")
    assert line.receive(memoryview(buffer), 8) == 3
    assert buffer[:3] == b"abc"
    assert (bench.chip.us, bench.chip.naps) == (0, 0)


def test_takes_as_much_as_is_asked_for_and_keeps_the_rest(bench):
    line, uart = open_line(bench)
    uart.received.extend(b"abcdef")
    buffer = bytearray(8)
    assert line.receive(memoryview(buffer), 4) == 4
    assert buffer == b"abcd" + bytes(4)
    assert uart.received == b"ef"


def test_silence_ends_after_the_timeout(bench):
    line, uart = open_line(bench)
    assert read(bench, line, 4, 100) == b""
    assert 100000 <= bench.chip.us <= 102000


@pytest.mark.parametrize(("parity", "expected"), [("N", None), ("E", 0), ("O", 1)])
def test_sets_the_line_up_as_configured(bench, parity, expected):
    line, uart = open_line(bench, 19200, parity, 2)
    assert uart.number == 1
    assert uart.settings["baudrate"] == 19200
    assert uart.settings["parity"] == expected
    assert uart.settings["stop"] == 2
    assert uart.settings["timeout"] == 0
    assert (uart.settings["tx"].number, uart.settings["rx"].number) == (33, 32)


@pytest.mark.parametrize("baud", [1200, 19200, 115200])
@pytest.mark.parametrize(("parity", "machine"), [("N", None), ("E", 0), ("O", 1)])
@pytest.mark.parametrize("stop_bits", [1, 2])
def test_can_be_set_to_another_line(bench, baud, parity, machine, stop_bits):
    line, uart = open_line(bench)
    before = dict(uart.settings)
    assert line.set_line(baud, parity, stop_bits) is True
    wanted = {"baudrate": baud, "bits": 8, "parity": machine, "stop": stop_bits}
    assert uart.settings == before | wanted
    assert 0 <= release_us(bench, line, uart, REQUEST) <= 2000
