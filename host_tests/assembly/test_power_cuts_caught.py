"""The power cuts find what they are there for: firmware that is broken on purpose."""

import sys

from cut_test import CutCase, counted

if sys.implementation.name == "micropython":
    import virtual_time

    virtual_time.install()

    from virtual_board import VirtualWorld

    import wattseal.core.ocmf_rules  # noqa: F401 - early, as in virtual_power
    from wattseal.app import acks, left_open, open_sessions
    from wattseal.core import bill
    from wattseal.drivers import checkpoint, file_journal, segments


class CaughtTest(CutCase):
    def found_with(self, owner, name, broken, scenario, step, *kinds, **options):
        """`owner.name` is `broken` while the scenario is cut."""
        self.needs_micropython()
        sound = getattr(owner, name)
        setattr(owner, name, broken)
        try:
            enough = dict.fromkeys(kinds, 0)
            counts = counted(self.cut(scenario, enough, step=step, **options))
        finally:
            setattr(owner, name, sound)
        print(counts, end=" ")
        for kind in kinds:
            self.assertTrue(counts.get(kind, 0) > 0, counts)

    def test_a_record_that_is_not_flushed(self):
        def written(file, data):
            file.write(data)

        self.needs_micropython()
        self.found_with(segments, "write_durably", written, "start", 199, "lost")

    def test_a_checkpoint_that_no_boot_can_read(self):
        def save(checkpoints, name, blob):
            with open(checkpoints._path(name, 0), "wb") as file:
                file.write(blob)

        self.needs_micropython()
        owner = checkpoint.Checkpoints
        self.found_with(owner, "save", save, "checkpoint", 397, "forgotten")

    def test_an_acknowledgement_of_more_than_was_received(self):
        self.needs_micropython()
        take = acks.Acks.take

        def ahead(one, upto):
            take(one, one._journal.next - 1)

        self.found_with(acks.Acks, "take", ahead, "publish", 199, "lost", "undelivered")

    def test_a_number_that_is_given_again_after_a_boot(self):
        def again(sound):
            def opened(journal, feed):
                sound(journal, feed)
                if journal._highest > 2:
                    journal._highest -= 1

            return opened

        self.journal_opens(again, "ack", 101, "pg_reuse")

    def test_a_journal_that_no_torn_record_lets_open(self):
        def fearful(sound):
            def opened(journal, feed):
                sound(journal, feed)
                if journal.counters["torn_tails"]:
                    raise ValueError

            return opened

        self.journal_opens(fearful, "start", 53, "unbootable", ring=True)

    def journal_opens(self, broken, *cut, **options):
        self.needs_micropython()
        owner = file_journal.FileJournal
        self.found_with(owner, "open", broken(owner.open), *cut, **options)

    def test_a_record_that_is_sent_otherwise_than_it_is_stored(self):
        self.needs_micropython()
        owner = file_journal.FileJournal
        sound = owner.read

        def read(journal, number):
            found = sound(journal, number)
            return found and (found[0], found[1].replace(b'ST\\":\\"G', b'ST\\":\\"g'))

        self.found_with(owner, "read", read, "boot", 199, "altered")

    def test_a_session_that_is_ended_twice(self):
        def begun(one, kind, sequence, payload):
            one._noted = dict.fromkeys(one._noted, -1)  # else the note of its number tells
            if kind == bill.BEGIN:
                one._notes.begun[bill.connector_of(payload)] = sequence

        self.needs_micropython()
        owner = left_open.LeftOpen
        self.found_with(owner, "_take", begun, "boot", 199, "unclosed")

    def test_a_session_that_is_forgotten_at_a_reset(self):
        self.needs_micropython()
        owner = open_sessions.OpenSessions

        async def nothing(*_):
            return None

        self.found_with(owner, "find", nothing, "boot", 199, "unclosed")

    def test_a_contactor_that_closes_before_the_begin_record(self):
        self.needs_micropython()
        world = VirtualWorld("/nowhere")
        world.plug_in()
        world.contactor.close(1)
        self.assertEqual(world.contactor.violations, [(1, [])])
        world.appended(bill.BEGIN, 1, b'{"connector":1,')
        world.contactor.close(1)
        self.assertEqual(len(world.contactor.violations), 1)
