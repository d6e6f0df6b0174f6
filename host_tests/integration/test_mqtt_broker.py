"""The MQTT session on MicroPython against real brokers and broken ones, over real sockets."""

import concurrent.futures
import os
import signal
import time

import interpreters
import mqtt_peers as peers
import pytest
from paho.mqtt import client as paho

LATE_MS = 50  # the most that a 10 Hz sampler beside it may be late
STARTED_S = 2  # in which a device is connected, on a slow machine too

needs_mosquitto = pytest.mark.skipif(
    not os.path.exists(peers.MOSQUITTO), reason="mosquitto is not installed"
)


@pytest.fixture(params=interpreters.found(), ids=lambda row: row[0])
def micropython(request):
    return request.param[1]


@pytest.fixture(
    params=[
        "amqtt",
        pytest.param("mosquitto", marks=[needs_mosquitto, pytest.mark.needs_mosquitto]),
    ]
)
def broker(request, tmp_path):
    if request.param == "amqtt":
        with peers.embedded() as port:
            yield port
    else:
        with peers.mosquitto(tmp_path) as (port, _):
            yield port


class Watcher:
    """A subscriber to everything below w/, in a thread of its own."""

    def __init__(self, port):
        self.messages = []
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="watcher")
        self.client.on_message = lambda _c, _u, m: self.messages.append(
            (m.topic, m.payload, m.qos)
        )
        subscribed = concurrent.futures.Future()
        self.client.on_subscribe = lambda *_: subscribed.set_result(True)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.client.subscribe("w/#", 1)
        subscribed.result(10)

    def wait(self, count):
        deadline = time.monotonic() + 10
        while len(self.messages) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.messages

    def stop(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def watcher(broker):
    client = Watcher(broker)
    yield client
    client.stop()


def test_delivers_every_record_and_hears_the_answer(micropython, broker, watcher):
    watcher.client.publish("w/ack", b'{"upto":7}', 1, retain=True).wait_for_publish(10)
    report = peers.device(micropython, "deliver", broker, count=200, expect_message=True)
    assert "error" not in report, report
    assert report["acknowledged"] == list(range(200))
    # amqtt 0.12.1 sends a new client what is retained for everybody's subscriptions, too
    assert report["messages"][-1] == ["w/ack", '{"upto":7}', True]
    records = [m for m in watcher.wait(202) if m[0] == "w/bill/1"]
    assert [int(payload.split()[0]) for _, payload, _ in records] == list(range(200))
    assert {(len(payload), qos) for _, payload, qos in records} == {(300, 1)}
    assert ("w/status", b"online", 1) in watcher.messages
    assert ("w/status", b"offline", 1) not in watcher.messages  # it said goodbye
    assert report["late_ms"] <= LATE_MS, report


def test_sends_a_record_longer_than_the_window(micropython, broker, watcher):
    report = peers.device(micropython, "deliver", broker, count=3, size=7500, window_bytes=4096)
    assert report["acknowledged"] == [0, 1, 2], report
    assert [len(m[1]) for m in watcher.wait(4) if m[0] == "w/bill/1"] == [7500] * 3


def test_leaves_a_will_when_it_is_killed(micropython, broker, watcher):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        arguments = ["idle_until_it_ends", "127.0.0.1", str(broker), "{}"]
        dying = pool.submit(_killed_when_connected, micropython, arguments)
        dying.result(20)
    assert ("w/status", b"offline", 1) in watcher.wait(1)


def _killed_when_connected(micropython, arguments):
    import subprocess

    environment = dict(os.environ, MICROPYPATH=interpreters.micropypath())
    process = subprocess.Popen(
        [micropython, str(peers.DEVICE), *arguments],
        cwd=interpreters.ROOT, env=environment, stdout=subprocess.PIPE, text=True,
        process_group=0,
    )  # fmt: skip
    with process:
        assert process.stdout.readline().strip() == "connected"
        os.killpg(process.pid, signal.SIGKILL)  # the interpreter may run below a wrapper


@pytest.mark.parametrize("window, size, most", [(1, 300, 1), (8, 300, 8), (8, 1000, 4)])
def test_keeps_a_window_in_flight(micropython, broker, window, size, most):
    with peers.delayed(broker, 0.025) as (port, proxy):
        report = peers.device(micropython, "deliver", port, count=40, window=window, size=size)
    assert report["acknowledged"] == list(range(40)), report
    assert proxy.most_in_flight == most
    rounds = -(-41 // most)
    assert report["took_ms"] < 50 * rounds * 1.5 + 1000, report


@pytest.mark.needs_mosquitto
@needs_mosquitto
@pytest.mark.parametrize("scenario", ["publish_until_it_ends", "idle_until_it_ends"])
def test_gives_up_a_stopped_broker_without_disturbing_the_sampler(micropython, tmp_path, scenario):
    with peers.mosquitto(tmp_path) as (
        port,
        process,
    ), concurrent.futures.ThreadPoolExecutor() as pool:
        running = pool.submit(peers.device, micropython, scenario, port, keepalive_s=2)
        time.sleep(STARTED_S)
        process.send_signal(signal.SIGSTOP)
        report = running.result(30)
    reason = report.get("publish") or report["error"]
    assert "acknowledges nothing" in reason or "silent" in reason, report
    assert report["elapsed_ms"] < 1000 * STARTED_S + 3000 + 4000, report
    assert report["late_ms"] <= LATE_MS, report
    assert report["ticks"] >= report["elapsed_ms"] // 100 - 1


def test_gives_up_a_broker_that_stops_reading(micropython):
    with peers.peer(peers.CONNACK) as port:
        report = peers.device(
            micropython, "publish_until_it_ends", port,
            window=2000, window_bytes=16000000, size=8000, every_ms=0, write_timeout_ms=700,
        )  # fmt: skip
    assert report["publish"] == "the broker took no data for 700 ms"
    assert 650 <= report["stalled_ms"] <= 2000, report
    assert report["late_ms"] <= LATE_MS, report


@pytest.mark.parametrize("kind", ["silent", "black hole"])
def test_gives_up_connecting_at_its_deadline(micropython, kind):
    with peers.black_hole() if kind == "black hole" else peers.peer() as port:
        report = peers.device(micropython, "deliver", port, count=1, connect_timeout_ms=800)
    assert report["error"] == "no MQTT login within 800 ms"
    assert 750 <= report["elapsed_ms"] <= 2000, report
    assert report["late_ms"] <= LATE_MS, report


@pytest.mark.parametrize("kind", ["refused", "silent", "black hole"])
def test_leaves_no_socket_behind_when_connecting_fails(micropython, kind):
    peer = {"refused": _refusing, "silent": peers.peer, "black hole": peers.black_hole}[kind]
    with peer() as port:
        report = peers.device(
            micropython, "connect_often", port, attempts=20, connect_timeout_ms=40
        )
    assert report["leaked"] == 0, report
    expected = "within 40 ms" if kind != "refused" else "ECONNREFUSED"
    assert expected in report["reason"]


def _refusing():
    import contextlib

    return contextlib.nullcontext(peers.free_port())
