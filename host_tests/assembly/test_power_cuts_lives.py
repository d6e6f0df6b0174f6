"""Power cuts of the shipped assembly while it writes its boot ledger, in safe mode and out."""

from cut_test import CutCase


class LivesCutTest(CutCase):
    def test_in_safe_mode_and_while_it_ends(self):
        self.nothing_wrong("lives", step=7)

    def test_on_the_ring(self):
        self.nothing_wrong("lives", step=7, ring=True)
