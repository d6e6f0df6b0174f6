"""A sample of all orders of six events (support/event_orders); `make faults` plays all of them."""

import gc
import sys
import unittest

import charge_point  # first: a small stack has not the room to import it from below
import event_orders
import sample
import session_rules
from event_orders import EVENTS, LONGEST

from wattseal.app.connector import Connector
from wattseal.app.recorder import Recorder
from wattseal.core import ocmf
from wattseal.core.session import Session

_MOST = 600 if sys.implementation.name == "cpython" else 36


def finds(words, kind, name, planted, hasty=False):
    """Whether an order of up to two events is told wrong by one of `words` while `planted` stands.

    `planted` takes the whole method and its arguments. No order's texts are kept: together they
    are more than a heap that the orders before have cut up has in one piece.
    """
    gc.collect()
    whole = getattr(kind, name)
    setattr(kind, name, lambda *arguments: planted(whole, *arguments))
    try:
        told = False
        for row in event_orders.cases(hasty, False, 2):
            told = any(word in what for what in row[2] for word in words) or told
        return told
    finally:
        setattr(kind, name, whole)


class TestOrders(unittest.TestCase):
    def test_a_session_is_closed_once_in_a_sample_of_all_orders(self):
        for hasty in (False, True):
            for free in (False, True):
                for letters in sample.of(event_orders.sample(_MOST), 20):
                    self.assertEqual(event_orders.judged(letters, hasty, free), [])

    def test_the_sample_is_of_orders_that_differ(self):
        orders = event_orders.sample(_MOST)
        self.assertEqual(len(set(orders)), _MOST)
        self.assertEqual(sorted(set("".join(orders))), sorted(EVENTS))
        self.assertEqual({len(letters) for letters in orders}, {LONGEST})

    def test_where_nothing_was_begun_nothing_is_wrong(self):
        self.assertEqual(session_rules.wrong(charge_point.ChargePoint()), [])

    def test_all_orders_are_counted_once(self):
        orders = [event_orders.order(n, 3) for n in range(len(EVENTS) ** 3)]
        self.assertEqual(len(set(orders)), 216)
        self.assertEqual(event_orders.batches(LONGEST), 261)
        self.assertEqual(sum([row[1] for row in event_orders.cases(True, False, 2)]), 42)


class TestPlantedFaults(unittest.TestCase):
    """The checker finds what it is there for."""

    def test_a_second_end_record(self):
        async def twice(end, connector, session, tx):
            await end(connector, session, tx)
            connector.session = session
            head, who = connector._head, connector._identification
            if connector._recorder._journal.room:
                await connector._recorder.record(session, head, who, 2, "")

        self.assertTrue(finds(["of no open session"], Connector, "_end", twice))

    def test_a_session_that_is_left_open_by_a_reset(self):
        async def nothing(close, connector):
            connector._reserve.promise(connector.id, 0)

        words = ["begun and never closed", "begun while"]
        self.assertTrue(finds(words, Connector, "_close_after_restart", nothing))

    def test_a_contactor_that_stays_closed(self):
        async def closing(end, connector, session, tx):
            await end(connector, session, tx)
            connector._contactor.closed.append(connector.id)

        self.assertTrue(finds(["not settled"], Connector, "_end", closing))

    def test_a_contactor_that_closes_before_the_begin_record(self):
        async def early(begin, connector):
            await connector._demand.start()
            connector._contactor.close(connector.id)
            return await begin(connector)

        self.assertTrue(finds(["contactor: "], Connector, "_begin", early))

    def test_an_end_that_names_another_beginning(self):
        def later(record, recorder, session, head, who, kind, *rest):
            if kind != 1:
                session.entries[0].utc_ms += 1
            return record(recorder, session, head, who, kind, *rest)

        self.assertTrue(finds(["another first reading"], Recorder, "record", later))

    def test_an_end_that_names_another_driver(self):
        def other(record, recorder, session, head, who, kind, *rest):
            if kind != 1:
                who = ocmf.Identification(who.present, who.level, who.flags, who.id_type, "DEAD")
            return record(recorder, session, head, who, kind, *rest)

        self.assertTrue(finds(["another ID"], Recorder, "record", other))

    def test_a_begin_reading_of_another_moment(self):
        def other(make, session, session_id, connector, begin):
            make(session, session_id, connector, begin)
            session.entries[0].energy_wh += 1

        self.assertTrue(finds(["1001 Wh at 1000 Wh"], Session, "__init__", other))

    def test_an_end_of_another_moment(self):
        def early(end, session, reading, tx):
            reading.energy_mwh -= 1000
            end(session, reading, tx)

        self.assertTrue(finds([" Wh at "], Session, "end", early))
