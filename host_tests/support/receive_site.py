"""A receiver's desk with a broker that only remembers, and a clock that stands; judges nothing."""

import contextlib
import functools
import json

import signed_records as signed

from tools.receive.desk import Desk
from tools.receive.place import Place
from wattseal.core import bill

OTHER = "w00000000000000a"
STATUS = {"state": "online", "oldest": 1, "next": 1, "lost": []}


class Site:
    """A desk, a broker that only remembers, and a clock that stands."""

    def __init__(self, place):
        place.check()
        self.now_s, self.events, self.sent, self.fetched = 0.0, [], [], []
        self.place = place
        self.desk = Desk(
            place, lambda topic, payload: self.sent.append((topic, json.loads(payload))),
            self.events.append, lambda: self.now_s, self.fetched.append,
        )  # fmt: skip
        self.desk.begin()

    def say(self, name, message, device=signed.DEVICE):
        payload = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.desk.take(f"wattseal/v1/{device}/{name}", payload)

    def greet(self, key=signed.KEY, **status):
        self.say("key", {"v": 1, "spki": signed.spki(key)})
        self.say("status", {**STATUS, **status})

    def session(self, first, key=signed.KEY):
        for line in lines(first, key):
            self.desk.take(line["topic"], line["payload"].encode())

    def acks(self):
        return [said["upto"] for topic, said in self.sent if topic.endswith("/ack")]

    def told(self, kind):
        return [event.text for event in self.events if event.kind == kind]

    def stored(self):
        text = (self.place.folder(signed.DEVICE) / "records.jsonl").read_text()
        assert text == "" or text.endswith("\n")
        rows = [json.loads(line) for line in text.splitlines()]
        return [json.loads(r["payload"])["pg"] for r in rows if "/bill/" in r["topic"]]

    def look(self, seconds=11):
        self.now_s += seconds
        self.desk.look()


@functools.cache
def lines(first, key=signed.KEY):
    """The begin and the session record of one session, as messages. Signed once: a device sends
    the bytes that it stored."""
    begin = signed.record(first, [signed.begin()], key=key)
    end = signed.record(first + 1, [signed.begin(), signed.end()], key=key)
    return [
        json.loads(signed.line(bill.BEGIN, first, f"s{first}", begin)),
        json.loads(signed.line(bill.SESSION, first + 1, f"s{first}", end)),
    ]


@contextlib.contextmanager
def sites(folder):
    """Makes one in the folder, after the end of the one before; all are closed in the end."""
    made = []

    def new(place=None):
        for site in made:
            site.desk.close()
        made.append(Site(place or Place(folder / "received")))
        return made[-1]

    try:
        yield new
    finally:
        for site in made:
            site.desk.close()
