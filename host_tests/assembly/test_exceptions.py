"""Exceptions at file and flash calls of the shipped assembly: all is delivered all the same."""

from cut_test import WIDE, CutCase, counted, exceeds


class ExceptionTest(CutCase):
    def accidents(self, **options):
        self.needs_micropython()
        from exception_points import cases

        enough = options.pop("enough", None)
        tried, found = 0, []
        for _, count, findings in cases(each=bool(enough), **options):
            tried += count
            found += findings
            if enough and exceeds(counted(found), enough):
                return found
        print("%d tried %s" % (tried, counted(found)), end=" ")
        self.assertTrue(tried > (50 if WIDE else 15), tried)
        return found

    def test_at_file_calls(self):
        self.assertEqual(self.accidents(step=11 if WIDE else 41)[:3], [])

    def test_at_calls_of_a_ring_s_flash(self):
        self.assertEqual(self.accidents(step=101 if WIDE else 401, ring=True)[:3], [])

    def test_a_naive_store_is_caught(self):
        enough = {"pg_reuse": 3, "unclosed": 3}
        counts = counted(self.accidents(first=3, step=17, naive=True, enough=enough))
        self.assertTrue(exceeds(counts, enough), counts)
