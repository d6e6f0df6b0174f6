"""A deliberately naive store: a queue in JSON, rewritten in place; shows what the cuts catch.

It looks careful (each record is flushed, what cannot be read is an empty queue) and is what many a
project has. At the place of drivers.file_journal in the shipped assembly.
"""

import json


class NaiveStore:
    """contracts.Journal. Acknowledged records leave the queue at once."""

    room_bytes = 1 << 20  # it never thinks of that either

    def __init__(self, folder, second):
        self._path = folder + ".json"
        self.counters = {}
        self.lost = []

    def open(self, _feed):
        self._rows = []
        self.next = 1
        try:
            with open(self._path) as file:
                lines = file.read().split("\n")
            self.next = int(lines[0])
            self._rows = [json.loads(line) for line in lines[1:-1]]
        except (OSError, ValueError):
            pass  # none yet, or damaged: begin anew

    def close(self):
        pass

    @property
    def oldest(self):
        return self._rows[0][0] if self._rows else self.next

    def append(self, kind, payload):
        self._rows.append([self.next, kind, payload.decode()])
        self.next += 1
        self._save()
        return self.next - 1

    def read(self, sequence):
        for number, kind, text in self._rows:
            if number == sequence:
                return kind, text.encode()
        return None

    def ack(self, upto):
        self._rows = [row for row in self._rows if row[0] > upto]
        self._save()

    def scan_all(self, callback, _feed):
        for number, kind, text in self._rows:
            callback(kind, number, text.encode())

    def _save(self):
        with open(self._path, "w") as file:
            file.write("%d\n" % self.next)
            for row in self._rows:
                file.write(json.dumps(row) + "\n")
                file.flush()
