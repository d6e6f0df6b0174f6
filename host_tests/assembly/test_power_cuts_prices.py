"""Power cuts of the shipped assembly in sessions with a price: it is the right one, or none."""

from cut_test import CutCase


class PricesCutTest(CutCase):
    def test_over_a_boundary_and_in_an_open_session(self):
        self.nothing_wrong("prices", step=71)

    def test_on_the_ring(self):
        self.nothing_wrong("prices", step=211, ring=True)
