"""The whole firmware as it is shipped asks a time server, and its status says what came of it."""

import asyncio
import json
import re

import mqtt_peers
import pytest
import sntp_server

from tools import keys
from tools.broker_address import BrokerAddress
from tools.firmware_process import FirmwareProcess
from tools.serial_line import SerialLine
from tools.subscriber import Subscriber

HOUR_MS = 3600000
NETWORK_MS = 1000  # what half a round trip to the server, and a busy machine, may add or take


def right(question, utc_ms):
    yield sntp_server.reply(question, utc_ms())


def deny(question, _):
    yield sntp_server.reply(question, 0, leap=3, stratum=0, code=b"DENY")


def provision(folder, broker_port, server_port):
    config = {
        "version": 1,
        "status_s": 1,
        "connectors": [{"id": 1, "meter": "sdm630"}],
        "broker": {"host": "127.0.0.1", "port": broker_port, "tls": "plain-text-accepted"},
    }
    if server_port:
        config["ntp"] = {"host": "127.0.0.1", "port": server_port}
    (folder / "config.json").write_text(json.dumps(config))
    return keys.new(folder / "device.key")


async def status_when(folder, broker_port, device, wanted, limit_s):
    """The first status that `wanted(status)` likes, of a firmware without a world."""
    seen = asyncio.get_running_loop().create_future()

    def take(topic, payload):
        if topic.endswith("/status"):
            status = json.loads(payload)
            if status["state"] == "online" and wanted(status) and not seen.done():
                seen.set_result(status)

    address = BrokerAddress("127.0.0.1", broker_port)
    subscriber = Subscriber(address, f"wattseal/v1/{device}/#", take, lambda: None)
    line = SerialLine()
    line.start()
    nobody = mqtt_peers.free_port()
    firmware = FirmwareProcess(folder, line.device_end, nobody, folder / "firmware.log")
    tasks = [asyncio.create_task(part) for part in (subscriber.run(), firmware.keep())]
    try:
        return await asyncio.wait_for(seen, limit_s)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        line.stop()


def status(folder, server, wanted, limit_s=40):
    with mqtt_peers.embedded() as broker_port:
        device = provision(folder, broker_port, server and server.port)
        waiting = status_when(folder, broker_port, device, wanted, limit_s)
        return asyncio.run(waiting)


def test_without_a_time_server_the_hosts_clock_is_informative(tmp_path):
    assert status(tmp_path, None, lambda _: True)["time"] == "I"


def test_one_answer_that_finds_the_clock_right_is_enough(tmp_path):
    with sntp_server.serving(right) as server:
        told = status(tmp_path, server, lambda status: status["time"] == "S")
    assert not [name for name in told["counts"] if name.startswith("time_")]
    assert len(server.questions) == 1


@pytest.mark.slow
def test_a_step_takes_two_answers_and_is_counted(tmp_path):
    with sntp_server.serving(right, HOUR_MS) as server:
        told = status(tmp_path, server, lambda status: status["time"] == "S")
    assert told["counts"]["time_steps"] == 1
    assert len(server.questions) == 2
    log = (tmp_path / "firmware.log").read_text()
    set_by_ms = int(re.search(r"time: the clock was set by (-?\d+) ms", log).group(1))
    assert abs(set_by_ms - HOUR_MS) < NETWORK_MS


def test_a_server_that_refuses_leaves_the_clock_as_it_was(tmp_path):
    with sntp_server.serving(deny) as server:
        told = status(tmp_path, server, lambda status: status["counts"].get("time_failed"))
    assert told["time"] == "I" and len(server.questions) == 1
    assert "refuses to serve us (DENY)" in (tmp_path / "firmware.log").read_text()
