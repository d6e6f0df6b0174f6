"""The device's side of the MQTT integration tests, run by MicroPython; prints one JSON line.

Arguments: scenario, host, port, and a JSON object of options. A 10 Hz ticker runs beside
everything, as the sampler does; `late_ms` is the worst it was late by its own doing.
"""

import asyncio
import json
import os
import sys
import time

from run_queue import Lateness

from wattseal.drivers.mqtt_session import MqttError, MqttSession
from wattseal.drivers.tcp_stream import open_stream

TICK_MS = 100


class Ticker(Lateness):
    ticks = 0

    async def run(self):
        due = time.ticks_ms()
        while True:
            due = time.ticks_add(due, TICK_MS)
            await asyncio.sleep_ms(max(0, time.ticks_diff(due, time.ticks_ms())))
            self.note(time.ticks_diff(time.ticks_ms(), due))
            self.ticks += 1


class Device:
    def __init__(self, host, port, options):
        self.options = options
        self.acknowledged = []
        self.messages = []
        self.report = {}
        self.session = MqttSession(
            lambda: open_stream(host, port, self.tls()),
            options.get("client_id", "device").encode(),
            will=(b"w/status", b"offline"),
            keepalive_s=options.get("keepalive_s", 60),
            window=options.get("window", 8),
            window_bytes=options.get("window_bytes", 4096),
            connect_timeout_ms=options.get("connect_timeout_ms", 5000),
            write_timeout_ms=options.get("write_timeout_ms", 5000),
            on_message=lambda *message: self.messages.append(message),
            on_puback=self.on_puback,
        )

    def on_puback(self, _pid, sequence):
        if sequence is not None:
            self.acknowledged.append(sequence)

    def tls(self):
        if "ca" not in self.options:
            return None
        import tls

        context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
        if self.options.get("unverified"):
            context.verify_mode = tls.CERT_NONE
        with open(self.options["ca"], "rb") as file:
            context.load_verify_locations(file.read())
        return context

    async def deliver(self):
        """Publish `count` records of `size` bytes, wait for every acknowledgement, say goodbye."""
        session = self.session
        await session.connect()
        running = asyncio.create_task(session.run())
        await session.subscribe(b"w/ack")
        await session.publish(b"w/status", b"online", 1, retain=True)
        await self.all_acknowledged()
        start = time.ticks_ms()
        for sequence in range(self.options["count"]):
            await session.publish(b"w/bill/1", self.record(sequence), 1, tag=sequence)
        await self.all_acknowledged()
        self.report["took_ms"] = time.ticks_diff(time.ticks_ms(), start)
        for _ in range(100):
            if self.messages or not self.options.get("expect_message"):
                break
            await asyncio.sleep_ms(20)
        await session.disconnect()
        await running

    async def all_acknowledged(self):
        while self.session.in_flight:
            await asyncio.sleep_ms(2)

    def record(self, sequence):
        text = b"%d " % sequence
        return text + b"x" * (self.options.get("size", 300) - len(text))

    async def publish_until_it_ends(self):
        await self.session.connect()
        running = asyncio.create_task(self.session.run())
        print("connected")
        size = self.options.get("size", 300)
        start = time.ticks_ms()
        qos = self.options.get("qos", 1)
        try:
            while True:
                self.last_ms = time.ticks_ms()
                await self.session.publish(b"w/live/1", b"x" * size, qos)
                await asyncio.sleep_ms(self.options.get("every_ms", 20))
        except MqttError as error:
            self.report["stalled_ms"] = time.ticks_diff(time.ticks_ms(), self.last_ms)
            self.report["publish"] = error.args[0]
        self.report["lived_ms"] = time.ticks_diff(time.ticks_ms(), start)
        await running

    async def idle_until_it_ends(self):
        await self.session.connect()
        print("connected")
        await self.session.run()

    async def connect_often(self):
        """Attempts that all fail; how many file descriptors are left behind."""
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(self.options["attempts"]):
            try:
                await self.session.connect()
            except MqttError as error:
                self.report["reason"] = error.args[0]
        self.report["leaked"] = len(os.listdir("/proc/self/fd")) - before


async def main(scenario, host, port, options):
    device = Device(host, int(port), options)
    ticker = Ticker()
    task = asyncio.create_task(ticker.run())
    start = time.ticks_ms()
    try:
        await getattr(device, scenario)()
    except (MqttError, ValueError) as error:
        device.report["error"] = error.args[0]
        device.report["type"] = type(error).__name__
    report = device.report
    report["elapsed_ms"] = time.ticks_diff(time.ticks_ms(), start)
    task.cancel()
    report["late_ms"] = ticker.late_ms
    report["ticks"] = ticker.ticks
    report["acknowledged"] = device.acknowledged
    report["messages"] = [[t.decode(), p.decode(), r] for t, p, r in device.messages]
    report["strays"] = device.session.strays
    print(json.dumps(report))


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])))
