"""The power of the shipped assembly fails while its journal and checkpoints lie on raw flash."""

import sys

from cut_test import CutCase, exceeds

_STEP_64, _STEP_32 = 79, 211  # fewer than on files: `make faults` has them all
_STEP = _STEP_64 if sys.maxsize > 1 << 32 else _STEP_32

if sys.implementation.name == "micropython":
    import virtual_time

    virtual_time.install()

    import wattseal.core.ocmf_rules  # noqa: F401 - early, as in virtual_power
    from wattseal.core import journal_frame
    from wattseal.drivers import journal_marks, ring_checkpoints


class RingCutTest(CutCase):
    def on_ring(self, scenario, **options):
        self.nothing_wrong(scenario, ring=True, **dict({"step": _STEP}, **options))

    def test_at_boot(self):
        self.on_ring("boot")

    def test_in_a_long_session(self):
        self.on_ring("checkpoint")

    def test_while_areas_are_used_again(self):
        self.on_ring("wrap")

    def test_while_nothing_fits_any_more(self):
        self.on_ring("full")

    def test_on_flash_that_is_programmed_in_pages(self):
        self.on_ring("ack", step=_STEP, progsize=256)

    def test_again_during_recovery(self):
        self.on_ring("boot", step=499, again=True)

    def test_while_no_sector_of_the_checkpoints_is_free(self):
        self.on_ring("crowded", step=3)

    def test_again_while_no_sector_of_the_checkpoints_is_free(self):
        self.on_ring("crowded", step=41, again=True)


class CaughtTest(CutCase):
    def finds(self, kinds, *broken, step=199):
        enough = dict.fromkeys(kinds, 0)
        found = self.found_while_broken(*broken, enough=enough, ring=True, step=step)
        self.assertTrue(found and exceeds(found, enough), found)

    def test_a_checkpoint_that_is_removed_before_it_is_saved_anew(self):
        self.needs_micropython()

        def removing(save):
            def saved(one, name, blob):
                one.remove(name)
                save(one, name, blob)

            return saved

        owner = ring_checkpoints.RingCheckpoints
        self.finds(("forgotten",), "checkpoint", owner, "save", removing)

    def test_a_log_of_checkpoints_that_drops_nothing_when_it_is_crowded(self):
        self.needs_micropython()
        owner = ring_checkpoints.RingCheckpoints
        broken = owner, "_drop_seconds", lambda sound: lambda one: None
        sound = journal_marks.Marks.__init__
        # With the cursor in a second place, what is delivered does not hang on this log alone.
        journal_marks.Marks.__init__ = lambda one, own, second: sound(one, own, None)
        try:
            self.finds(("undelivered",), "crowded", *broken, step=3)
        finally:
            journal_marks.Marks.__init__ = sound

    def test_a_frame_whose_checksum_nobody_asks(self):
        self.needs_micropython()
        owner = journal_frame.FrameScan
        broken = owner, "_is_trailer", lambda sound: lambda *_: True
        self.finds((), "start", *broken, step=23)
