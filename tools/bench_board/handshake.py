"""Runs on the emulated board, through its raw REPL: one mutual TLS handshake on UART0, timed.

The host puts UTC_S before it, and a server at the other end. Prints as device.py does. A Pico's
gateway does this in its place; a board with a network of its own has the same chip and mbedTLS.
"""

import gc
import time

from machine import RTC, UART, Pin

from wattseal.drivers import tls_credentials

gc.threshold(-1)  # as in device.py
WAIT_MS = 1


class Broker:
    tls, ca, ca_next, cert, key = "required", "ca.der", "", "own.der", "own.key"


def held_bytes():
    gc.collect()
    return gc.mem_alloc()


def main():
    RTC().datetime(time.gmtime(UTC_S)[:3] + (0,) + time.gmtime(UTC_S)[3:6] + (0,))  # noqa: F821
    uart = UART(0, 115200, tx=Pin(0), rx=Pin(1), timeout=0, txbuf=1024, rxbuf=4096)
    context = tls_credentials.context("/data", Broker)
    before = held_bytes()
    sock = context.wrap_socket(uart, server_hostname="gateway", do_handshake_on_connect=False)
    total_us = longest_us = sent = 0
    while not sent:
        begin = time.ticks_us()
        sent = sock.write(b"hello")
        took_us = time.ticks_diff(time.ticks_us(), begin)
        total_us += took_us
        longest_us = max(longest_us, took_us)
        time.sleep_ms(WAIT_MS)
    print("tls_handshake", total_us)
    print("tls_handshake_longest_pause", longest_us)
    print("tls_connected_bytes", held_bytes() - before)


main()
