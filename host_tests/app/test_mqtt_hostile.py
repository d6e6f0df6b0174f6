"""A session meets every hostile stream: it ends in time, by its own exception, stream closed."""

import asyncio
import gc
import unittest
from binascii import unhexlify

import vectors
from scripted_broker import CONNACK, ScriptedStream, run

from wattseal.drivers.mqtt_session import MqttError, MqttSession


def cases(phase):
    """[(name, bytes, fatal)] of what a broker may do to us."""
    found = vectors.load("mqtt_hostile.json")[phase]
    return [(name, unhexlify(text), fatal) for name, text, fatal in found]


def session_on(stream):
    return MqttSession(
        stream.open,
        b"dev",
        packet_bytes=64,
        incoming_bytes=256,
        keepalive_s=1,
        connect_timeout_ms=30,
        write_timeout_ms=100,
    )


HUNG_S = 20  # of a session that takes a tenth of a second, on a busy machine


class TestHostileBroker(unittest.TestCase):
    async def outcome(self, phase, data, hang_up):
        """ "" when the session was alive at the end, otherwise what its MqttError said."""
        stream = ScriptedStream(b"" if phase == "login" else CONNACK, data)
        if hang_up:
            stream.end()
        session = session_on(stream)
        try:
            await session.connect()
            task = asyncio.create_task(session.run())
            await asyncio.sleep(0.01)
            if session.connected:
                session.close()
            await task
            return ""
        except MqttError as error:
            return error.args[0]
        finally:
            if stream.closed != 1:
                self.fail("stream closed %d times after %r" % (stream.closed, data))

    def check_all(self, phase, hang_up):
        async def each():
            for name, data, fatal in cases(phase):
                gc.collect()
                reason = await asyncio.wait_for(self.outcome(phase, data, hang_up), HUNG_S)
                must_end = fatal or hang_up or phase == "login"
                self.assertEqual(bool(reason), must_end, "%s: %r" % (name, reason))

        run(each())

    def test_ends_the_login_when_the_broker_stays(self):
        self.check_all("login", False)

    def test_ends_the_login_when_the_broker_hangs_up(self):
        self.check_all("login", True)

    def test_ends_or_survives_a_connection_whose_broker_stays(self):
        self.check_all("running", False)

    def test_ends_a_connection_whose_broker_hangs_up(self):
        self.check_all("running", True)

    def test_lets_other_tasks_run_during_a_flood(self):
        async def check():
            stream = ScriptedStream(CONNACK, b"\xd0\x00" * 2000)
            session = session_on(stream)
            await session.connect()
            task = asyncio.create_task(session.run())
            turns = 0
            while stream._incoming:
                await asyncio.sleep(0)
                turns += 1
            self.assertTrue(turns > 1000, turns)
            session.close()
            await task

        run(check())

    def test_gives_up_a_packet_that_never_ends(self):
        async def check():
            stream = ScriptedStream(CONNACK, b"\x30\xff\x01\x00\x01t")
            session = session_on(stream)
            await session.connect()
            task = asyncio.create_task(session.run())
            for _ in range(25):
                stream.feed(b"x")  # a byte now and then is no sign of life
                await asyncio.sleep(0.1)
                if task.done():
                    break
            with self.assertRaises(MqttError):
                await asyncio.wait_for(task, 0.1)

        run(check())
