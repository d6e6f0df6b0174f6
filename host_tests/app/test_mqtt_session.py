"""One connection from login to its end, against a broker that does exactly what the test says."""

import asyncio
import unittest

from scripted_broker import CONNACK, ScriptedStream, pid_of, puback, run

from wattseal.drivers.mqtt_session import MqttError, MqttSession

PINGREQ = b"\xc0\x00"


class Rig:
    """A session whose successive connections are the streams given."""

    def __init__(self, *streams, **options):
        self.streams = list(streams)
        self.messages = []
        self.acknowledged = []
        self.session = MqttSession(
            self.open_stream,
            b"dev",
            packet_bytes=512,
            incoming_bytes=256,
            on_message=options.pop("on_message", self.on_message),
            on_puback=self.on_puback,
            **options,
        )

    async def open_stream(self):
        return await self.streams.pop(0).open()

    def on_message(self, topic, payload, retained):
        self.messages.append((topic, payload, retained))

    def on_puback(self, pid, tag):
        self.acknowledged.append((pid, tag))

    async def start(self):
        await self.session.connect()
        self.task = asyncio.create_task(self.session.run())
        await asyncio.sleep(0)
        return self.session


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


async def reason_of(awaitable):
    """What the MqttError said, or "" when none came."""
    try:
        await awaitable
    except MqttError as error:
        return error.args[0]
    return ""


class TestLogin(unittest.TestCase):
    def test_sends_connect_in_one_write(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream)
            await rig.session.connect()
            self.assertEqual(stream.writes, [b"\x10\x0f\x00\x04MQTT\x04\x02\x00\x3c\x00\x03dev"])
            self.assertTrue(rig.session.connected)

        run(check())

    def test_says_why_the_broker_refused(self):
        async def check():
            stream = ScriptedStream(b"\x20\x02\x00\x05")
            reason = await reason_of(Rig(stream).session.connect())
            self.assertIn("not authorised", reason)
            self.assertEqual(stream.closed, 1)

        run(check())

    def test_gives_up_at_the_deadline_and_closes(self):
        async def check():
            stream = ScriptedStream(b"\x20\x02")
            rig = Rig(stream, connect_timeout_ms=30)
            self.assertIn("30 ms", await reason_of(rig.session.connect()))
            self.assertEqual(stream.closed, 1)
            self.assertFalse(rig.session.connected)

        run(check())

    def test_covers_the_opening_of_the_stream_with_the_same_deadline(self):
        async def never():
            await asyncio.sleep(60)

        async def check():
            session = MqttSession(never, b"dev", connect_timeout_ms=30, packet_bytes=128)
            self.assertIn("30 ms", await reason_of(session.connect()))

        run(check())

    def test_closes_the_stream_when_the_login_is_cancelled(self):
        async def check():
            stream = ScriptedStream()
            task = asyncio.create_task(Rig(stream).session.connect())
            await settle()
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                pass
            self.assertEqual(stream.closed, 1)

        run(check())

    def test_can_try_again_after_a_failure(self):
        async def check():
            rig = Rig(ScriptedStream(b"\x20\x02\x00\x03"), ScriptedStream(CONNACK))
            self.assertIn("not available", await reason_of(rig.session.connect()))
            await rig.session.connect()
            self.assertTrue(rig.session.connected)

        run(check())

    def test_refuses_to_connect_twice_at_once(self):
        async def check():
            rig = Rig(ScriptedStream(CONNACK), ScriptedStream(CONNACK))
            await rig.session.connect()
            self.assertIn("in use", await reason_of(rig.session.connect()))

        run(check())

    def test_publishes_nothing_before_the_login(self):
        async def check():
            rig = Rig(ScriptedStream(CONNACK))
            self.assertIn("not connected", await reason_of(rig.session.publish(b"t", b"", 1)))
            self.assertEqual(rig.session.in_flight, 0)

        run(check())

    def test_publishes_nothing_during_the_login(self):
        async def scenario():
            stream = ScriptedStream()
            rig = Rig(stream)
            login = asyncio.create_task(rig.session.connect())
            await settle()
            self.assertFalse(rig.session.connected)
            self.assertTrue(await reason_of(rig.session.publish(b"t", b"x")))
            self.assertEqual(len(stream.writes), 1)  # CONNECT
            stream.feed(CONNACK)
            await login
            self.assertTrue(rig.session.connected)
            rig.session.close()

        run(scenario())


class TestPublishing(unittest.TestCase):
    def test_sends_each_message_with_one_write(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            session = await Rig(stream).start()
            self.assertEqual(await session.publish(b"t", b"live"), 0)
            self.assertEqual(await session.publish(b"t", b"bill", 1), 1)
            self.assertEqual(await session.publish(b"t", b"bill", 1, dup=True), 2)
            self.assertEqual(stream.writes[1], b"\x30\x07\x00\x01tlive")
            self.assertEqual(stream.writes[2], b"\x32\x09\x00\x01t\x00\x01bill")
            self.assertEqual(stream.writes[3], b"\x3a\x09\x00\x01t\x00\x02bill")
            self.assertEqual(len(stream.writes), 4)

        run(check())

    def test_reports_each_acknowledgement_with_its_tag_once(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream)
            session = await rig.start()
            for sequence in (70, 71, 72):
                await session.publish(b"t", b"x", 1, tag=sequence)
            stream.feed(puback(2) + puback(2) + puback(999) + puback(1))
            await settle()
            self.assertEqual(rig.acknowledged, [(2, 71), (1, 70)])
            self.assertEqual((session.in_flight, session.strays), (1, 2))

        run(check())

    def test_waits_for_room_in_the_window(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            session = await Rig(stream, window=2).start()
            for _ in range(2):
                await session.publish(b"t", b"x", 1)
            third = asyncio.create_task(session.publish(b"t", b"y", 1))
            await settle()
            self.assertEqual((len(stream.writes), session.in_flight), (3, 2))
            stream.feed(puback(1))
            self.assertEqual(await third, 3)
            self.assertEqual(session.in_flight, 2)

        run(check())

    def test_lets_qos_0_pass_a_full_window(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            session = await Rig(stream, window=1).start()
            await session.publish(b"t", b"x", 1)
            await session.publish(b"t", b"live")
            self.assertEqual(len(stream.writes), 3)

        run(check())

    def test_writes_little_to_a_broker_that_is_silent(self):
        """lwIP waits for 10 s inside C where its segments are gone; a watchdog does not."""

        async def check():
            stream = ScriptedStream(CONNACK)
            session = await Rig(stream, keepalive_s=1000).start()
            for _ in range(100):
                self.assertEqual(await session.publish(b"t", b"live"), 0)
            live = b"\x30\x07\x00\x01tlive"
            self.assertEqual(stream.writes[1:], [live] * 4 + [PINGREQ] + [live] * 4)
            for _ in range(8):
                await session.publish(b"t", b"x", 1)
            self.assertEqual((len(stream.writes), session.in_flight), (18, 8))
            stream.feed(b"\xd0\x00")
            await settle()
            await session.publish(b"t", b"live")
            self.assertEqual(stream.writes[18:], [live])

        run(check())

    def test_never_mixes_two_writers(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            session = await Rig(stream).start()
            stream.taking.clear()
            tasks = [asyncio.create_task(session.publish(b"t", bytes((n,)), 1)) for n in range(4)]
            await settle()
            self.assertEqual(len(stream.writes), 2)  # the second packet waits for the first
            stream.taking.set()
            for task in tasks:
                await task
            self.assertEqual([w[-1] for w in stream.writes[1:]], [0, 1, 2, 3])

        run(check())

    def test_gives_a_message_it_cannot_send_no_place_in_the_window(self):
        async def check():
            session = await Rig(ScriptedStream(CONNACK)).start()
            with self.assertRaises(ValueError):
                await session.publish(b"t", b"x" * 600, 1)
            with self.assertRaises(ValueError):
                await session.publish(b"t/#", b"x", 1)
            self.assertEqual((session.in_flight, session.connected), (0, True))

        run(check())

    def test_wraps_packet_ids_and_never_sends_zero(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream)
            session = await rig.start()
            session._window._last_pid = 65530  # 65,530 messages ago
            for _ in range(20):
                await session.publish(b"t", b"x", 1)
                stream.feed(puback(pid_of(stream.writes[-1])))
                await settle()
            pids = [pid for pid, _ in rig.acknowledged]
            self.assertEqual(pids, [65531, 65532, 65533, 65534, 65535] + list(range(1, 16)))

        run(check())


class TestReceiving(unittest.TestCase):
    def test_delivers_and_acknowledges_qos_1(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream)
            await rig.start()
            stream.feed(b"\x32\x08\x00\x03cmd\x12\x34!" + b"\x31\x06\x00\x03cmd?")
            await settle()
            self.assertEqual(rig.messages, [(b"cmd", b"!", False), (b"cmd", b"?", True)])
            self.assertEqual(stream.writes[1:], [b"\x40\x02\x12\x34"])

        run(check())

    def test_a_message_that_is_too_long_comes_without_its_payload(self):
        """A broker sends what it retains after each login; the connection must outlive it."""

        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream)
            session = await rig.start()
            stream.feed(b"\x33\xdf\x04\x00\x03ack\x12\x34" + b"x" * 600 + b"\x90\x03\x00\x01\x01")
            stream.feed(b"\x30\x06\x00\x03cmd?")
            await settle()
            self.assertEqual(rig.messages, [(b"ack", b"", True), (b"cmd", b"?", False)])
            self.assertEqual(stream.writes[1:], [b"\x40\x02\x12\x34"])
            self.assertTrue(session.connected)

        run(check())

    def test_subscribes_and_tells_the_qos_granted(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            session = await Rig(stream).start()
            task = asyncio.create_task(session.subscribe(b"ack"))
            await settle()
            self.assertEqual(stream.writes[1], b"\x82\x08\x00\x01\x00\x03ack\x01")
            stream.feed(b"\x90\x03\x00\x01\x01")
            self.assertEqual(await task, 1)
            self.assertEqual(await session.publish(b"t", b"", 1), 2)

        run(check())

    def test_ends_when_a_subscription_is_refused(self):
        async def check():
            stream = ScriptedStream(CONNACK, b"\x90\x03\x00\x01\x80")
            rig = Rig(stream)
            await rig.session.connect()
            task = asyncio.create_task(rig.session.subscribe(b"ack"))
            await asyncio.sleep(0)
            running = asyncio.create_task(rig.session.run())
            self.assertIn("refused the subscription", await reason_of(task))
            self.assertIn("refused the subscription", await reason_of(running))
            self.assertEqual(stream.closed, 1)

        run(check())

    def test_ends_when_a_subscription_is_not_answered(self):
        async def check():
            rig = Rig(ScriptedStream(CONNACK), write_timeout_ms=30)
            session = await rig.start()
            self.assertIn("did not answer", await reason_of(session.subscribe(b"ack")))
            self.assertIn("did not answer", await reason_of(rig.task))

        run(check())


class TestEnding(unittest.TestCase):
    def test_ends_when_the_broker_hangs_up(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream, window=1)
            session = await rig.start()
            await session.publish(b"t", b"x", 1)
            waiting = asyncio.create_task(session.publish(b"t", b"y", 1))
            await settle()
            stream.end()
            self.assertIn("closed the connection", await reason_of(rig.task))
            self.assertIn("closed the connection", await reason_of(waiting))
            self.assertEqual((stream.closed, session.in_flight), (1, 0))

        run(check())

    def test_ends_when_the_broker_takes_no_data(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream, write_timeout_ms=40)
            session = await rig.start()
            stream.taking.clear()
            tasks = [asyncio.create_task(session.publish(b"t", b"x", n % 2)) for n in range(6)]
            self.assertIn("took no data for 40 ms", await reason_of(rig.task))
            for task in tasks:
                self.assertIn("took no data", await reason_of(task))
            self.assertEqual((stream.closed, len(stream.writes)), (1, 2))

        run(check())

    def test_ends_when_a_write_is_cancelled_half_way(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream)
            session = await rig.start()
            stream.taking.clear()
            task = asyncio.create_task(session.publish(b"t", b"x", 1))
            await settle()
            task.cancel()
            self.assertIn("interrupted", await reason_of(rig.task))
            self.assertEqual(stream.closed, 1)

        run(check())

    def test_pings_a_quiet_broker_and_gives_it_up(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream, keepalive_s=1)
            await rig.start()
            self.assertIn("silent", await reason_of(rig.task))
            self.assertEqual(stream.writes[1:], [PINGREQ, PINGREQ])

        run(check())

    def test_keeps_a_connection_on_which_nothing_but_pings_is_said(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            session = await Rig(stream, keepalive_s=1).start()
            for _ in range(9):
                await asyncio.sleep(0.2)
                stream.feed(b"\xd0\x00")
            self.assertTrue(session.connected)

        run(check())

    def test_gives_up_a_broker_that_answers_but_acknowledges_nothing(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream, keepalive_s=1)
            session = await rig.start()
            await session.publish(b"t", b"x", 1)

            async def answer():
                while True:
                    await asyncio.sleep(0.2)
                    stream.feed(b"\xd0\x00")

            task = asyncio.create_task(answer())
            self.assertIn("acknowledges nothing", await reason_of(rig.task))
            task.cancel()

        run(check())

    def test_passes_on_what_a_callback_raises_and_still_closes(self):
        def broken(_topic, _payload, _retained):
            raise KeyError("application")

        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream, on_message=broken)
            session = await rig.start()
            stream.feed(b"\x32\x08\x00\x03cmd\x12\x34!")
            with self.assertRaises(KeyError):
                await rig.task
            self.assertEqual((stream.closed, session.connected), (1, False))
            self.assertEqual(len(stream.writes), 1)  # not acknowledged: it was not handled

        run(check())

    def test_closes_the_stream_when_run_is_cancelled(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream)
            session = await rig.start()
            rig.task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await rig.task
            self.assertEqual((stream.closed, session.connected), (1, False))

        run(check())

    def test_says_goodbye(self):
        async def check():
            stream = ScriptedStream(CONNACK)
            rig = Rig(stream)
            session = await rig.start()
            await session.disconnect()
            await rig.task
            self.assertEqual((stream.writes[-1], stream.closed), (b"\xe0\x00", 1))

        run(check())

    def test_takes_no_offence_when_the_broker_hangs_up_at_goodbye(self):
        class Prompt(ScriptedStream):
            async def write(self, data):
                await super().write(data)
                if bytes(data) == b"\xe0\x00":
                    self.end()
                    await settle()  # the reader sees the end before the writer goes on

        async def check():
            stream = Prompt(CONNACK)
            rig = Rig(stream)
            session = await rig.start()
            await session.disconnect()
            await rig.task
            self.assertEqual(stream.closed, 1)

        run(check())

    def test_connects_again_with_a_clean_window_and_a_new_stream(self):
        async def check():
            first, second = ScriptedStream(CONNACK), ScriptedStream(CONNACK)
            rig = Rig(first, second)
            session = await rig.start()
            await session.publish(b"t", b"x", 1, tag="old")
            first.feed(b"\x40")  # half a PUBACK, whose rest must not reach the next connection
            await settle()
            session.close()
            await rig.task
            await rig.start()
            self.assertEqual(await session.publish(b"t", b"x", 1, tag="new"), 2)
            second.feed(puback(1) + puback(2))
            await settle()
            self.assertEqual((rig.acknowledged, session.strays), ([(2, "new")], 1))
            self.assertEqual((first.closed, second.closed), (1, 0))

        run(check())
