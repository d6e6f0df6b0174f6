"""The power of the shipped assembly fails while records pile up, are sent, acknowledged, deleted.

A naive store in the journal's place shows that the cuts find what is wrong.
"""

from cut_test import CutCase, counted, exceeds


class StoreCutTest(CutCase):
    def test_while_records_are_sent(self):
        self.nothing_wrong("publish")

    def test_while_they_are_acknowledged(self):
        self.nothing_wrong("ack")

    def test_while_segments_are_deleted(self):
        self.nothing_wrong("wrap")

    def test_while_nothing_fits_any_more(self):
        self.nothing_wrong("full")

    def test_on_flash_that_is_programmed_in_pages(self):
        self.nothing_wrong("ack", progsize=256)

    def test_a_naive_store_is_caught(self):
        enough = {"lost": 5, "unclosed": 5}
        counts = counted(self.cut("publish", enough, naive=True, step=499))
        print(counts, end=" ")
        self.assertTrue(exceeds(counts, enough), counts)


class FilesCutTest(CutCase):
    def test_while_the_configuration_is_replaced(self):
        self.nothing_wrong("configuration")

    def test_while_the_key_is_put_back(self):
        self.nothing_wrong("key", step=51, real=True)
