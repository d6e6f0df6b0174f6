"""The bench of MQTT: what it makes of its times, and the line that its packets take."""

import asyncio
import contextlib
import os
import socket
import ssl
import time

import pytest

from tools import bench_site
from tools.bench_figures import BenchFault
from tools.bench_mqtt import delivering, far_line, sampling, stalled_tls
from tools.bench_mqtt.delivering import Taken, outcome

CALM = {"missed": 0, "late_max_ms": 60, "beats": 101}
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
    found = delivering.run()
    assert found.figures == {}
    assert found.missed == [
        "mqtt.* was not measured: mosquitto is missing; install it with: "
        "sudo apt-get install mosquitto"
    ]


def test_a_system_without_such_namespaces_is_told_so(monkeypatch):
    monkeypatch.setattr(delivering, "_MOSQUITTO", "/bin/true")
    monkeypatch.setattr(far_line, "_OWN_NETWORK", ["sh", "-c", "echo not permitted >&2; exit 1"])
    (sentence,) = delivering.run().missed
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


def test_samples_on_time_break_no_promise():
    found = sampling.outcome({"drain": CALM, "black_hole": CALM})
    assert found.missed == []
    assert found.figures["mqtt.late_drain"].value == 60
    assert found.figures["mqtt.samples_missed"].unit == "of 202"


@pytest.mark.parametrize("change", [{"missed": 1}, {"late_max_ms": 61}])
def test_late_samples_are_told(change):
    (sentence,) = sampling.outcome({"drain": CALM | change, "black_hole": CALM}).missed
    assert "late_drain" in sentence


def quiet(folder):
    return contextlib.nullcontext(1)


def test_the_calmest_time_counts_and_a_late_one_is_played_again(monkeypatch):
    played = [CALM | {"late_max_ms": 90}, CALM | {"late_max_ms": 80}, CALM, CALM]
    monkeypatch.setattr(sampling, "_played", lambda condition: played.pop(0))
    told = sampling._calmest(sampling.Condition(quiet, lambda told: True))
    assert (told["late_max_ms"], len(played)) == (60, 1)


def test_a_broker_that_was_not_ill_measures_nothing(monkeypatch):
    monkeypatch.setattr(sampling, "_played", lambda condition: CALM)
    with pytest.raises(BenchFault):
        sampling._calmest(sampling.Condition(quiet, lambda told: False))


@pytest.mark.parametrize(
    "name", ["no_connack", "syn_black_hole", "stopped_broker", "tls_connect", "tls_stalled"]
)
def test_each_illness_is_what_it_says(monkeypatch, name):
    monkeypatch.setattr(sampling, "SECONDS", 4)
    condition = sampling.CONDITIONS[name]
    told = sampling._played(condition)
    assert condition.met(told), told
    assert told["left"] >= 1 and told["beats"] > 30
    assert told["steps"] <= 100 + 40 * told["connections"]  # it waits, it does not ask in a loop


def test_a_broker_without_an_illness_takes_everything(monkeypatch):
    monkeypatch.setattr(sampling, "SECONDS", 2)
    told = sampling._played(sampling.Condition(sampling._ill(), lambda told: True, 50))
    assert told["connections"] == 1 and told["acknowledged"] >= 51


def flights(port, context):
    """How often a client has something to say until the server falls silent."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=bench_site.LOCAL)
    count = 0
    with socket.create_connection((bench_site.LOCAL, port), 1) as sock:
        while True:
            with pytest.raises(ssl.SSLWantReadError):
                tls.do_handshake()
            if outgoing.pending:
                count += 1
                sock.sendall(outgoing.read())
            try:
                incoming.write(sock.recv(10000))
            except TimeoutError:
                return count


def test_the_server_that_stalls_does_so_before_and_after_the_client_s_part(tmp_path):
    stalled = stalled_tls.StalledTls(bench_site.server_side(tmp_path))
    ca = ssl.DER_cert_to_PEM_cert((tmp_path / "ca.der").read_bytes())
    context = ssl.create_default_context(cadata=ca)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # as a device has it
    with sampling.serving(stalled.serve) as port:
        assert [flights(port, context) for _ in range(4)] == [1, 2, 1, 2]
