"""One TLS connection of the shipped stream; run by MicroPython, prints what its own heap holds.

Arguments: folder with ca.der, port of a server on this machine, and the file whose making begins
the count of what mbedTLS takes.
"""

import asyncio
import gc
import json
import sys

from wattseal.drivers import tcp_stream, tls_credentials


class Broker:
    tls, ca, ca_next, cert, key = "required", "ca.der", "", "own.der", "own.key"


def held_bytes():
    gc.collect()
    return gc.mem_alloc()


async def main(folder, port, told):
    open(told, "w").close()
    start = held_bytes()
    context = tls_credentials.context(folder, Broker)
    made = held_bytes()
    stream = await tcp_stream.open_stream("127.0.0.1", port, context)
    await stream.write(b"hello")
    answer = bytearray(16)
    assert await stream.read_into(memoryview(answer)) == 5
    print(json.dumps({"context": made - start, "connected": held_bytes() - start}))
    stream.close()


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
