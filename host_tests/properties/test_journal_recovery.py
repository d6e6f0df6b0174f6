"""Damage of every kind to the files of a journal, against a plain list of what was stored."""

import os
import shutil

import pytest
import scratch_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_case import unacked
from journal_model import Model

from wattseal.core import journal_frame
from wattseal.storage import on_files

FRAME = 35  # bytes of the model's frames
ROOMY = 1 << 20


def opened(folder, segment_bytes=4 * FRAME, keep_acked=ROOMY):
    journal = on_files(folder, segment_bytes, ROOMY, keep_acked)
    journal.open()
    return journal


def filled(folder, count, acked):
    journal, model = opened(folder), Model()
    for _ in range(count):
        model.append(journal)
    model.ack(journal, acked)
    journal.close()
    return model.stored


def segments(folder):
    return sorted(name for name in os.listdir(folder) if name.endswith(".seg"))


def records(journal):
    return {
        n: record and record[1] for n in range(1, journal.next) for record in [journal.read(n)]
    }


@pytest.fixture
def folder():
    path = scratch_folder.on_host()
    yield path
    shutil.rmtree(path)


class Store:
    """The bytes of a journal's files, to be damaged and put back."""

    def __init__(self, folder):
        self.folder = folder
        self.files = {name: self.path(name).read() for name in os.listdir(folder)}

    def path(self, name, mode="rb"):
        return open(self.folder + "/" + name, mode)

    def damaged(self, name, content):
        for left in os.listdir(self.folder):
            os.remove(self.folder + "/" + left)
        for each, good in self.files.items():
            with self.path(each, "wb") as file:
                file.write(content if each == name else good)
        return opened(self.folder)


def test_truncating_a_segment_anywhere_costs_what_was_cut_off_and_no_number(folder):
    stored = filled(folder, 12, acked=2)
    store = Store(folder)
    assert [len(store.files[name]) for name in segments(folder)] == [4 * FRAME] * 3
    for index, name in enumerate(segments(folder)):
        for size in range(4 * FRAME):
            journal = store.damaged(name, store.files[name][:size])
            gone = range(4 * index + size // FRAME + 1, 4 * index + 5)
            assert journal.next == 13
            assert journal.acked == 2
            assert journal.lost == [n for n in gone if n > 2]
            for n, payload in records(journal).items():
                assert payload == (None if n in gone else stored[n - 1])
            assert journal.append(1, b"goes on") == 13
            journal.close()
            again = opened(folder)
            assert again.lost == journal.lost
            assert again.read(13) == (1, b"goes on")
            again.close()


def test_a_flipped_bit_in_a_segment_costs_its_own_record_only(folder):
    stored = filled(folder, 7, acked=2)
    store = Store(folder)
    flips = 0
    for index, name in enumerate(segments(folder)):
        for bit in range(8 * len(store.files[name])):
            content = bytearray(store.files[name])
            content[bit >> 3] ^= 1 << (bit & 7)
            hit = 4 * index + bit // (8 * FRAME) + 1
            journal = store.damaged(name, content)
            assert journal.next == 8
            assert journal.lost == ([hit] if hit > 2 else [])
            for n, payload in records(journal).items():
                assert payload == (None if n == hit else stored[n - 1])
            journal.close()
            flips += 1
    assert flips == 7 * FRAME * 8


def test_a_flipped_bit_or_a_cut_in_the_cursor_costs_repeats_only(folder):
    stored = filled(folder, 7, acked=5)
    store = Store(folder)
    for name in ("cursor.0", "cursor.1"):
        good = store.files[name]
        damages = [good[:size] for size in range(len(good))]
        for bit in range(8 * len(good)):
            content = bytearray(good)
            content[bit >> 3] ^= 1 << (bit & 7)
            damages.append(content)
        for content in damages:
            journal = store.damaged(name, content)
            assert journal.acked in (0, 5)
            assert (journal.next, journal.lost) == (8, [])
            assert [row[0] for row in unacked(journal)] == list(range(journal.acked + 1, 8))
            assert list(records(journal).values()) == stored
            journal.close()


def test_an_unknown_cursor_sends_everything_again_and_spends_a_torn_number(folder):
    stored = filled(folder, 7, acked=5)
    store = Store(folder)
    last = segments(folder)[-1]
    for name in ("cursor.0", "cursor.1"):
        store.files[name] = b""
    for size in range(2 * FRAME + 1, 3 * FRAME):
        journal = store.damaged(last, store.files[last][:size])
        assert (journal.acked, journal.next, journal.lost) == (0, 8, [7])
        assert [row[2] for row in unacked(journal)] == stored[:6]
        journal.close()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.binary(max_size=200)),
        st.tuples(st.just("ack"), st.integers(0, 6)),
        st.tuples(st.just("reopen"), st.none()),
        st.tuples(st.just("tear"), st.binary(min_size=1, max_size=60)),
        st.tuples(st.just("cut append"), st.integers(1, 40)),
        st.tuples(st.just("flip"), st.integers(0, 1 << 20)),
    ),
    min_size=5,
    max_size=60,
)


class Journalled:
    """A journal and the list that it is measured against."""

    def __init__(self, folder):
        self.folder = folder
        self.journal = opened(folder, 300, keep_acked=8)
        self.stored = []  # [payload, name of the segment, start, end]
        self.damaged = set()

    def append(self, payload):
        assert self.journal.append(1, payload) == len(self.stored) + 1
        name = segments(self.folder)[-1]
        end = os.stat(self.folder + "/" + name).st_size
        start = end - len(payload) - journal_frame.OVERHEAD
        self.stored.append((payload, name, start, end))

    def ack(self, back):
        before = self.journal.acked
        self.journal.ack(self.journal.next - 1 - back)
        assert self.journal.acked == max(before, self.journal.next - 1 - back)

    def reopen(self, _=None):
        acked = self.journal.acked
        self.journal.close()
        self.journal = opened(self.folder, 300, keep_acked=8)
        assert self.journal.acked == acked

    def tear(self, rubbish):
        """A cut append left something behind the newest segment."""
        self.journal.close()
        names = segments(self.folder)
        if names:
            with open(self.folder + "/" + names[-1], "ab") as file:
                file.write(rubbish)
        self.reopen()

    def cut_append(self, size):
        frame = journal_frame.encode(1, self.journal.next, b"never returned from append")
        self.tear(frame[:size])

    def flip(self, place):
        names = segments(self.folder)
        name = names[place % len(names)] if names else None
        size = os.stat(self.folder + "/" + name).st_size if name else 0
        if not size:
            return
        at = (place >> 3) % size
        with open(self.folder + "/" + name, "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0] ^ (1 << (place & 7))
            file.seek(at)
            file.write(bytes([byte]))
        for n, (_, where, start, end) in enumerate(self.stored, 1):
            if where == name and start <= at < end:
                self.damaged.add(n)

    def check(self):
        assert self.journal.next == len(self.stored) + 1
        for n, (payload, _, _, _) in enumerate(self.stored, 1):
            record = self.journal.read(n)
            assert record in (None, (1, payload)), "record %d was altered" % n
            if n > self.journal.acked:
                assert record or n in self.damaged, "record %d is gone" % n
                assert record or n in self.journal.lost, "record %d is missed by nobody" % n


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_agrees_with_a_list_through_any_history(steps):
    folder = scratch_folder.on_host()
    try:
        journalled = Journalled(folder)
        for step, argument in steps:
            getattr(journalled, step.replace(" ", "_"))(argument)
            journalled.check()
        journalled.reopen()
        journalled.check()
        journalled.journal.close()
    finally:
        shutil.rmtree(folder)
