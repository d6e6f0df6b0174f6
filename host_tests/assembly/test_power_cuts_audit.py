"""Power cuts of the shipped assembly with the audit log on, and with keys in slots of flash."""

import sys

from cut_test import CutCase, exceeds

_STEP_64, _STEP_32 = 97, 389  # `make faults` has them all
_STEP = _STEP_64 if sys.maxsize > 1 << 32 else _STEP_32
_STEP_CAUGHT = 211

if sys.implementation.name == "micropython":
    import virtual_time

    virtual_time.install()

    import wattseal.core.ocmf_rules  # noqa: F401 - early, as in virtual_power
    from wattseal.app.auditor import Auditor
    from wattseal.core import audit_chain
    from wattseal.drivers.audit_log import AuditLog
    from wattseal.drivers.key_slots import KeySlots
    from wattseal.drivers.ring_region import Region


class AuditCutTest(CutCase):
    def holds(self, scenario, **options):
        self.nothing_wrong(scenario, **dict({"step": _STEP}, **options))

    def test_in_sessions_whose_records_have_its_head(self):
        self.holds("audited")

    def test_on_the_ring_where_each_session_has_a_key(self):
        self.holds("audited", ring=True)

    def test_while_old_entries_go(self):
        self.holds("pruned")

    def test_while_old_entries_go_beside_a_ring(self):
        self.holds("pruned", ring=True)

    def test_while_the_log_finds_no_room(self):
        self.holds("crammed", ring=True)

    def test_while_keys_are_erased_by_who_asks(self):
        self.holds("erased", ring=True)

    def test_while_keys_go_by_their_age(self):
        self.holds("retained", ring=True)

    def test_again_during_recovery(self):
        self.holds("audited", step=9 * _STEP, ring=True, again=True)


class CaughtTest(CutCase):
    """Firmware that is broken on purpose: each verdict can fail."""

    def finds(self, kinds, *broken, ring=False, step=_STEP_CAUGHT):
        enough = dict.fromkeys(kinds, 0)
        found = self.found_while_broken(*broken, enough=enough, ring=ring, step=step)
        self.assertTrue(exceeds(found, enough), found)

    def test_an_entry_that_counts_before_it_is_durable(self):
        self.needs_micropython()

        def forgetting(sound):
            def write(log, frames, begins, utc_s):
                if log.number % 3 or not log.number:
                    sound(log, frames, begins, utc_s)

            return write

        kinds = ("altered", "audit", "audit_lost")
        self.finds(kinds, "audited", AuditLog, "_write", forgetting)

    def test_entries_that_go_without_a_word(self):
        self.needs_micropython()

        def greedy(sound):
            return lambda log, last: sound(log, log.number)

        self.finds(("audit",), "pruned", AuditLog, "_remove", greedy)

    def test_a_head_of_what_waits_still(self):
        self.needs_micropython()

        def early(_):
            async def head(auditor):
                log = auditor.log
                return audit_chain.head(log.number + 1, log.mac)

            return head

        self.finds(("altered",), "audited", Auditor, "head", early)

    def test_a_key_that_is_erased_in_ram_alone(self):
        self.needs_micropython()

        def lazy(sound):
            def program(region, at, data):
                if bytes(data) != bytes(64):  # a slot
                    sound(region, at, data)

            return program

        self.finds(("key_found",), "erased", Region, "program", lazy, ring=True)

    def test_a_torn_key_that_no_start_clears(self):
        self.needs_micropython()

        def careless(sound):
            return lambda slots, slot: min(sound(slots, slot), 2)  # gone

        self.finds(("key_found",), "erased", KeySlots, "_state", careless, ring=True, step=11)

    def test_a_key_that_is_not_durable_when_its_session_begins(self):
        self.needs_micropython()

        def late(sound):
            def put(slots, key, label, number, began_s=0):
                return sound(slots, bytes(32), label, number, began_s)

            return put

        self.finds(("key_lost",), "erased", KeySlots, "put", late, ring=True)
