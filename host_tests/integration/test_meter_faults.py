"""A line that spoils replies, between MicroPython and pymodbus' server: a fault or the truth.

The register is another one at every request, so a reply that answers an earlier question shows.
"""

import asyncio
import json

import fault_line as line
import interpreters
import pytest

from tools.sim_meter import MeterLine, SimMeter

SCRIPT = interpreters.ROOT / "host_tests/support/read_faulty.py"
PLAN = (
    # what happens to the reply; what the reading is ("" for good), the counter that goes up
    (line.good, "", "ok"),
    (line.late, "T", "timeout"),
    (line.good, "", "ok"),
    (line.damaged_and_late, "F", "short"),
    (line.good, "", "ok"),
    (line.slow, "", "ok"),
    (line.another_unit, "F", "bad_crc"),
    (line.bad_crc, "F", "bad_crc"),
    (line.half, "F", "short"),
    (line.noise_before, "F", "wrong_length"),
    (line.noise_behind, "F", "wrong_length"),
    (line.echo, "", "ok"),
    (line.echo_in_pieces, "", "ok"),
    (line.twice, "F", "wrong_length"),
    (line.good, "", "ok"),
    (line.babble, "F", "wrong_length"),
    (line.silence, "T", "timeout"),
    (line.late, "T", "timeout"),
    (line.late, "T", "timeout"),
    (line.good, "", "ok"),
    (line.good, "", "ok"),  # the identification
)


def energy_mwh(number):
    return number * 1_000_000


@pytest.mark.parametrize("interpreter", interpreters.found(), ids=lambda row: row[0])
def test_a_spoiled_reply_is_a_fault_and_never_another_readings_value(interpreter):
    async def scenario():
        meter = SimMeter("sdm630", 7, "4711")

        def on_request(number):
            meter.energy_mwh = energy_mwh(number)

        wire = line.FaultLine([row[0] for row in PLAN], on_request)
        server = MeterLine([meter])
        wire.start()
        await server.start(wire.meter_end)
        arguments = [SCRIPT, wire.device_end, "sdm630", len(PLAN) - 1]
        try:
            return await asyncio.to_thread(
                interpreters.run, interpreter[1], arguments, interpreter[2], 60
            )
        finally:
            await server.stop()
            wire.stop()

    done = asyncio.run(scenario())
    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout)
    expected = [st or energy_mwh(n) for n, (_, st, _) in enumerate(PLAN[:-1], 1)]
    assert told["got"] == expected
    counters = dict.fromkeys(told["counters"], 0)
    for _, _, counter in PLAN:
        counters[counter] += 1
    counters["echo"] = 2
    strays = told["counters"].pop("stray")
    counters.pop("stray")
    assert told["counters"] == counters
    assert strays >= 4  # the late ones
    assert told["longest"] <= 300 + 500 + 300 + 100  # rest, and a reply that is waited for
    assert told["names"] == [[0, "Eastron"], [1, "SDM630"], [2, "3"]]
