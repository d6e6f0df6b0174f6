"""Records host_tests/vectors/modbus_frames.json: what pymodbus' server answers; no firmware here.

The reads of the meters' vectors are short; here are the longest ones, writes, an identification
and exceptions.
"""

import asyncio
import json
from pathlib import Path

from pymodbus import ModbusDeviceIdentification
from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
from pymodbus.framer.rtu import FramerRTU
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

PATH = Path(__file__).resolve().parents[1] / "vectors/modbus_frames.json"
UNIT = 17
REFUSED = {0x9000: ExcCodes.ILLEGAL_ADDRESS, 0x9001: ExcCodes.DEVICE_BUSY}
# name, PDU of the request
REQUESTS = (
    ("80 registers", "0400000050"),
    ("125 registers", "030000007d"),
    ("write one", "0600100bb8"),
    ("write two", "100020000204000a0102"),
    ("write ten", "100030000a14" + bytes(range(20)).hex()),
    ("identify", "2b0e0100"),
    ("illegal address", "0490000002"),
    ("busy", "0390010001"),
)


def word(address):
    """Some content that is different everywhere."""
    return (address * 40503 + 12345) & 0xFFFF


async def registers(function, start, address, _count, values, _new):
    if address in REFUSED:
        return REFUSED[address]
    for at in range(len(values)):
        if function in (3, 4):
            values[at] = word(start + at)
    return None


async def record():
    """{name: [request, reply]} in hex."""
    everything = SimData(0, values=0, count=0xFFFF, datatype=DataType.REGISTERS)
    names = {"VendorName": "Eastron", "ProductCode": "SDM630", "MajorMinorRevision": "3"}
    server = ModbusTcpServer(
        [SimDevice(UNIT, [everything], action=registers)], framer=FramerType.RTU,
        identity=ModbusDeviceIdentification(info_name=names), address=("127.0.0.1", 0),
    )  # fmt: skip
    await server.serve_forever(background=True)
    port = server.transport.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = {}
    for name, pdu in REQUESTS:
        body = bytes([UNIT]) + bytes.fromhex(pdu)
        request = body + FramerRTU.compute_CRC(body).to_bytes(2, "big")
        writer.write(request)
        found[name] = [request.hex(), (await reader.read(300)).hex()]
    writer.close()
    await server.shutdown()
    return found


def main():
    found = asyncio.run(record())
    rows = ["  %s: %s" % (json.dumps(name), json.dumps(row)) for name, row in found.items()]
    source = ' "source": "pymodbus server; host_tests/support/record_frames.py",'
    PATH.write_text('{\n%s\n "frames": {\n%s\n }\n}\n' % (source, ",\n".join(rows)))


if __name__ == "__main__":
    main()
