"""Exceptions at file and flash calls of the shipped assembly while its audit log is on."""

import sys

from cut_test import CutCase, counted, exceeds

ON_MICROPYTHON = sys.implementation.name == "micropython"
_MORE = 1 if sys.maxsize > 1 << 32 else 4  # on 32 bits a quarter: what differs is the interpreter

if ON_MICROPYTHON:
    import virtual_time

    virtual_time.install()

    import wattseal.core.ocmf_rules  # noqa: F401 - early, as in virtual_power
    from wattseal.app.auditor import Auditor
    from wattseal.drivers.audit_log import AuditLog


class AuditExceptionTest(CutCase):
    def accidents(self, step, enough=None, **options):
        self.needs_micropython()
        from exception_points import cases

        tried, found = 0, []
        for _, count, findings in cases(step=step, each=bool(enough), **options):
            tried += count
            found += findings
            if enough and exceeds(counted(found), enough):
                return found
        print("%d tried %s" % (tried, counted(found)), end=" ")
        self.assertTrue(tried > 9)
        return found

    def test_at_file_calls(self):
        self.assertEqual(self.accidents(31 * _MORE, audit="on")[:3], [])

    def test_at_calls_of_a_ring_s_flash(self):
        self.assertEqual(self.accidents(211 * _MORE, audit="on", ring=True)[:3], [])

    def test_a_log_that_fails_costs_no_session(self):
        self.assertEqual(self.accidents(17 * _MORE, audit="alone")[:3], [])

    def finds(self, kind, owner, name, broken, step, fault):
        """`fault`: the one of exception_points that is raised."""
        import exception_points

        sound, faults = getattr(owner, name), exception_points.FAULTS
        setattr(owner, name, broken(sound))
        exception_points.FAULTS = [row for row in faults if row[0] == fault]
        try:
            found = counted(self.accidents(step, {kind: 0}, audit="alone"))
        finally:
            setattr(owner, name, sound)
            exception_points.FAULTS = faults
        self.assertTrue(found.get(kind, 0) > 0, found)

    def test_a_log_whose_faults_reach_the_records_is_caught(self):
        self.needs_micropython()

        def frail(_):
            async def settled(auditor):
                if auditor._waiting:
                    auditor.log.append(auditor._waiting[:4])
                    del auditor._waiting[:4]
                return True

            return settled

        self.finds("cost", Auditor, "_settled", frail, 8, "ENOSPC from then on")

    def test_a_log_that_goes_on_behind_a_torn_entry_is_caught(self):
        self.needs_micropython()

        def blind(sound):
            def opening(log, seen):
                yield from sound(log, seen)
                log._whole = bool(log._files)

            return opening

        # records whose UA is of no entry
        self.finds("altered", AuditLog, "opening", blind, 1, "KeyboardInterrupt, half done")
