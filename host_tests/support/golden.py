"""Golden vectors of meters: what pymodbus' server answers for them, and what that means.

Run as a program it writes the frames and the expected values of the vectors it is given, or all.
The requests, the registers' counts and the texts are written by hand, from the meter's document.
"""

import asyncio
import json
import struct
import sys
from fractions import Fraction

from pymodbus.framer import FramerType
from pymodbus.framer.rtu import FramerRTU
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tools import sim_map
from wattseal.core import models

NAMES = ("serial", "firmware", "code")


def load(model):
    return json.loads((sim_map.FOLDER / (model + ".json")).read_text())


def image(vector, case):
    """{address: word} of a case, its numbers encoded by pymodbus."""
    known = sim_map.load(vector["model"])
    found = {}
    for number in known.other:
        put(found, number.address, sim_map.words(number.kind, number.step, known.order))
    for numbers, counts in ((known.energy, case["energy"]), (known.powers, case["power"])):
        for number, count in zip(numbers, counts, strict=True):
            put(found, number.address, words(number.kind, count, known.order))
    if known.exponent is not None:
        put(found, known.exponent, sim_map.words("i16", case["exponent"]))
    return found


def names_image(vector):
    """{address: word} of the texts; `served`: as the meter has them where that is not as told."""
    known = sim_map.load(vector["model"])
    told = vector["identity"]
    found = {}
    for name in NAMES:
        if name in told:
            address, form = getattr(known, name)
            served = told.get("served", {}).get(name, told[name])
            if served.startswith("0x"):
                put(found, address, raw(served))
            else:
                put(found, address, sim_map.name_words(form, served))
    return found


def put(found, address, registers):
    found.update(enumerate(registers, address))


def words(kind, count, order):
    """`count`: a whole number, a number as text, or the raw bytes as text with 0x."""
    if isinstance(count, str) and count.startswith("0x"):
        return raw(count) if order == "big" else raw(count)[::-1]
    return sim_map.words(kind, float(count) if isinstance(count, str) else count, order)


def raw(text):
    data = bytes.fromhex(text[2:])
    return list(struct.unpack(">%dH" % (len(data) // 2), data))


def meaning(vector, case):
    """(energy in mWh, power in W) of a case, from the registers as pymodbus decodes them."""
    known = sim_map.load(vector["model"])
    served = image(vector, case)
    ten = Fraction(10) ** case.get("exponent", 0)
    energy_mwh = [rounded(v * 1000 * ten) for v in values(known, known.energy, served)]
    powers_w = [rounded(v) for v in values(known, known.powers, served)]
    return sum(energy_mwh), powers_w[0] - sum(powers_w[1:])


def values(known, numbers, served):
    for number in numbers:
        size = len(sim_map.words(number.kind, 0))
        registers = [served[number.address + i] for i in range(size)]
        yield sim_map.value(number.kind, registers, known.order) * number.step


def rounded(exact):
    """Half away from zero."""
    whole = int(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole


def frame(unit, function, address, count):
    body = struct.pack(">BBHH", unit, function, address, count)
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


class Server:
    """pymodbus' server of one unit, in RTU frames over TCP; `words` are its registers."""

    def __init__(self, unit):
        self.words = {}

        async def refresh(_function, start, _address, _count, registers, _values):
            registers[:] = [0] * len(registers)
            for known, word in self.words.items():
                registers[known - start] = word

        everything = SimData(0, values=0, count=0xFFFF, datatype=DataType.REGISTERS)
        device = SimDevice(unit, [everything], action=refresh)
        self._server = ModbusTcpServer([device], framer=FramerType.RTU, address=("127.0.0.1", 0))

    async def __aenter__(self):
        await self._server.serve_forever(background=True)
        port = self._server.transport.sockets[0].getsockname()[1]
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        return self

    async def __aexit__(self, *_):
        self._writer.close()
        await self._server.shutdown()

    async def ask(self, request):
        self._writer.write(request)
        head = await self._reader.readexactly(3)
        return head + await self._reader.readexactly(head[2] + 2)


async def record(vector):
    """Fill in the frames, what they mean, and the hash of the firmware's row."""
    unit = vector["unit"]
    async with Server(unit) as server:

        async def frames(requests):
            sent = [frame(unit, *request) for request in requests]
            return [[one.hex(), (await server.ask(one)).hex()] for one in sent]

        for case in vector["cases"]:
            server.words = image(vector, case)
            case["frames"] = await frames(vector["requests"][: case.get("asks")])
            if "st" not in case:
                case["energy_mwh"], case["power_w"] = meaning(vector, case)
        server.words = names_image(vector)
        vector["identity"]["frames"] = await frames(vector["identity"]["requests"])
    vector["hash"] = models.model_hash(models.MODELS[vector["model"]]).hex()


def text(vector):
    """As JSON, a line for each case."""
    rows = [
        " %s: %s" % (json.dumps(key), json.dumps(value))
        if key != "cases"
        else ' "cases": [\n  %s\n ]' % ",\n  ".join(json.dumps(case) for case in value)
        for key, value in vector.items()
    ]
    return "{\n%s\n}\n" % ",\n".join(rows)


def main():
    for model in sys.argv[1:] or sim_map.MODELS:
        vector = load(model)
        asyncio.run(record(vector))
        (sim_map.FOLDER / (model + ".json")).write_text(text(vector))


if __name__ == "__main__":
    main()
