"""The bench of MQTT: what it makes of its times, and the line that its packets take."""

import asyncio
import os
import socket
import time

import pytest

from tools import bench_mqtt
from tools.bench_mqtt import delivering, far_line
from tools.bench_mqtt.delivering import Taken, outcome

GOOD = {
    "published": Taken(7.0, 300), "one_write": Taken(20.0, 200),
    "drained": Taken(150.04, 250), "drained_stock_broker": Taken(75.0, 300),
}  # fmt: skip


def test_what_is_promised_is_held():
    found = outcome(GOOD)
    assert found.missed == []
    assert found.figures["mqtt.drained"].value == 150.0
    assert found.figures["mqtt.speed_one_write"].ratio == 7.5
    assert found.figures["mqtt.speed_published"].ratio == 21.43
    assert found.figures["mqtt.connect_to_first"].value == 250


@pytest.mark.parametrize(
    ("way", "per_s", "words"),
    [
        (
            "one_write",
            21.5,
            "7.0 times as fast as umqtt.simple with one write per packet, under 7",
        ),
        ("published", 7.6, "19.7 times as fast as umqtt.simple as published, under 20"),
    ],
)
def test_a_promise_that_is_missed_is_told(way, per_s, words):
    (sentence,) = outcome(GOOD | {way: Taken(per_s, 300)}).missed
    assert words in sentence


def test_a_machine_that_cannot_lay_the_line_is_told_so(monkeypatch):
    monkeypatch.setattr(delivering, "_MOSQUITTO", "/nowhere/mosquitto")
    found = bench_mqtt.run()
    assert found.figures == {}
    assert found.missed == [
        "mqtt.* was not measured: mosquitto is missing; install it with: "
        "sudo apt-get install mosquitto"
    ]


def test_a_system_without_such_namespaces_is_told_so(monkeypatch):
    monkeypatch.setattr(delivering, "_MOSQUITTO", "/bin/true")
    monkeypatch.setattr(far_line, "_OWN_NETWORK", ["sh", "-c", "echo not permitted >&2; exit 1"])
    (sentence,) = bench_mqtt.run().missed
    assert sentence.endswith("network namespace with a TUN device (not permitted)")


def test_the_line_keeps_whole_packets_in_order_and_takes_its_time():
    async def carried():
        (near, a), (b, far) = [
            socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2)
        ]
        for one in (a, b):
            one.setblocking(False)
        far_line.Line((a.fileno(), b.fileno()), 40).start()
        far.setblocking(False)
        start = time.monotonic()
        for n in range(5):
            os.write(near.fileno(), b"packet %d" % n)
        loop = asyncio.get_running_loop()
        came = [await loop.sock_recv(far, 100) for _ in range(5)]
        took_s = time.monotonic() - start
        os.write(far.fileno(), b"back")
        near.setblocking(False)
        back = await loop.sock_recv(near, 100)
        for one in (a, b):
            loop.remove_reader(one.fileno())
        for one in (near, a, b, far):
            one.close()
        return came, took_s, back

    came, took_s, back = asyncio.run(asyncio.wait_for(carried(), 10))
    assert came == [b"packet %d" % n for n in range(5)]
    assert took_s >= 0.04
    assert back == b"back"
