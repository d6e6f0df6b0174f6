"""What a journal must still hold after any accident: the invariants, said once for every test.

I1 a record whose append returned is there, byte for byte, until it is acknowledged. I2 nothing
altered is returned. I3 sequences rise by one and are never bound to two stored payloads. I4 only
the operation that was under way may be there in full or not at all.
"""


class Broken(Exception):
    pass


class Model:
    """Drives a journal and remembers what it promised."""

    def __init__(self):
        self.stored = []  # payload of sequence n at n - 1
        self.under_way = []  # payloads tried for the next sequence without success
        self.acked = 0
        self.acking = 0  # an ack that was tried without success
        self.attempts = 0

    def append(self, journal, size=20):
        self.adopt(journal)
        self.attempts += 1
        payload = b"%d, try %d, " % (journal.next, self.attempts)
        payload += b"." * (size - len(payload))
        self.expect(journal.next == len(self.stored) + 1, "next", journal.next)
        self.under_way.append(payload)
        journal.append(1, payload)
        self.stored.append(payload)
        self.under_way = []

    def ack(self, journal, upto):
        self.acking = max(self.acking, upto)
        journal.ack(upto)
        self.acked = max(self.acked, upto)

    def check(self, journal):
        """Compare with a journal that has just been opened, then adopt what it decided (I4)."""
        self.expect(journal.acked in (self.acked, self.acking), "acked", journal.acked)
        self.adopt(journal)
        self.expect(journal.next == len(self.stored) + 1, "next", journal.next)
        self.under_way = []
        self.acked = self.acking = journal.acked
        for sequence in range(1, journal.next):
            record = journal.read(sequence)
            gone = record is None and sequence <= self.acked
            intact = record == (1, self.stored[sequence - 1])
            self.expect(gone or intact, "record %d" % sequence, record)
        seen = []
        journal.scan_all(
            lambda kind, sequence, payload: seen.append((sequence, payload)), lambda: None
        )
        tail = [(n + 1, self.stored[n]) for n in range(len(self.stored))]
        self.expect(seen == tail[len(tail) - len(seen) :], "scan", seen)
        self.expect(journal.lost == [], "lost", journal.lost)
        self.expect(journal.read(journal.next) is None, "beyond", journal.next)

    def adopt(self, journal):
        """The append that was under way may have stored its record before it was interrupted."""
        if self.under_way and journal.next == len(self.stored) + 2:
            record = journal.read(journal.next - 1)
            self.expect(record and record[1] in self.under_way, "under way", record)
            self.stored.append(record[1])
            self.under_way = []

    def expect(self, truth, what, found):
        if not truth:
            state = (len(self.stored), self.acked, self.acking, self.under_way)
            raise Broken("%s: %r; stored, acked, acking, under way: %r" % (what, found, state))
