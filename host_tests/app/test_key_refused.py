"""A key that is not good: no session begins, an open one waits, and the first reading does not."""

import asyncio
import unittest

from charge_point import play

from wattseal.app import key_proof
from wattseal.core.ecdsa import KeyFault

BAD = KeyFault("the key file k holds no P-256 key pair; put back its copy")


class Point:
    samples = 0


class ProvedSigner:
    def __init__(self, fault=None):
        self.proofs = 0
        self._fault = fault

    async def prove(self):
        self.proofs += 1
        if self._fault:
            raise self._fault


class TestRefusal(unittest.TestCase):
    def test_no_session_begins_and_it_is_said_why(self):
        async def scenario(point):
            point.signer.errors = [BAD] * 9
            await point.seconds(2)
            point.inputs.plug_in(1)
            await point.seconds(20)
            self.assertEqual(point.journal.frames, [])
            self.assertEqual(point.contactor.closed, [])
            self.assertTrue("no P-256 key pair" in point.connectors[0].refusal)
            self.assertTrue(point.connectors[0].refused > 0)
            self.assertEqual(point.reserve._promised[1], 0)

        play(scenario)

    def test_a_session_that_is_open_waits_for_a_good_key_with_the_contactor_open(self):
        async def scenario(point):
            await point.begun()
            point.signer.errors = [BAD] * 2
            point.inputs.unplug(1)
            await point.seconds(40)
            self.assertEqual(len(point.journal.frames), 1)
            self.assertEqual(point.contactor.closed, [])
            self.assertTrue("waits for a journal and a key that work" in point.log[-1])
            await point.seconds(60)
            self.assertEqual(len(point.journal.frames), 2)

        play(scenario)


class TestProof(unittest.TestCase):
    def prove(self, signer):
        """What was logged; the second of two meters has its turn later."""
        points, told = [Point(), Point()], []

        async def calm():
            self.assertEqual(signer.proofs, 0)

        async def main():
            task = asyncio.create_task(key_proof.prove(signer, points, calm, told.append))
            points[0].samples = 1
            await asyncio.sleep(0.12)
            self.assertEqual(signer.proofs, 0)
            points[1].samples = 1
            await task

        asyncio.run(main())
        self.assertEqual(signer.proofs, 1)
        return told

    def test_every_meter_comes_first(self):
        self.assertEqual(self.prove(ProvedSigner()), [])

    def test_a_bad_key_is_told_and_ends_nothing(self):
        told = self.prove(ProvedSigner(BAD))
        self.assertEqual(len(told), 1)
        self.assertTrue("no session starts" in told[0] and "put back its copy" in told[0])
