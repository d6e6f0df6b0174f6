"""The strict reader takes nothing that is not JSON, and gives what Python's json gives.

Mutated commands raise nothing that is undeclared, and nothing unsigned is ever done.
"""

import json
import random

import pytest
from command_desk import NOW_S, CommandDesk
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_commands import command

from wattseal.core.command import Command, CommandError, read_flat

texts = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"\\'))
values = st.one_of(texts, st.booleans(), st.integers(1 - 10**16, 10**16 - 1))
GOOD = [
    command(5, NOW_S + 60, "stop", connector=2),
    command(5, NOW_S + 60, "resend", **{"from": 1, "to": 2}),
    command(5, NOW_S + 60, "config", body=b'{"version":1}'),
]
PIECES = (b'"', b"{", b"}", b",", b":", b"\\", b"\n", b" ", b"0", b"-", b"9" * 17, b"true",
          b"null", b"[", b"]", b"1e9", b".", b"\xff", b"\0", b"")  # fmt: skip

REASONS = (
    "commands_malformed",
    "commands_foreign",
    "commands_expired",
    "commands_forged",
)  # what is not signed


def pairs_of(text):
    """As Python's json has them, strictly; None for what is no flat object of ours."""
    doubled = []

    def once(pairs):
        doubled.append(len(dict(pairs)) != len(pairs))
        return dict(pairs)

    try:
        found = json.loads(text, object_pairs_hook=once)
    except (ValueError, UnicodeDecodeError):
        return None
    return found if isinstance(found, dict) and doubled == [False] else None


def agrees(text):
    try:
        got = read_flat(text)
    except CommandError:
        return False
    expected = pairs_of(text)
    assert got == expected and [*map(type, got.values())] == [*map(type, expected.values())]
    return True


def mutated(rng, text):
    """One to three pieces replaced, put in or left out."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text) + 1)
        piece = rng.choice(PIECES) if rng.random() < 0.7 else bytes([rng.randrange(256)])
        text = text[:at] + piece + text[at + rng.randint(0, 2) :]
    return text


@settings(max_examples=2000, deadline=None)
@given(st.dictionaries(texts, values, min_size=1, max_size=8))
def test_what_json_writes_compactly_is_read_as_it_was(fields):
    text = json.dumps(fields, separators=(",", ":")).encode()
    assert agrees(text) and read_flat(text) == fields


@settings(max_examples=2000, deadline=None)
@given(st.binary(max_size=64))
def test_any_bytes_are_refused_or_read_as_json_reads_them(text):
    agrees(text)
    agrees(b'{"a":' + text + b"}")
    agrees(b'{"' + text + b'":1}')


@pytest.mark.parametrize("seed", range(3))
def test_mutated_objects_are_refused_or_read_as_json_reads_them(seed):
    rng, read_well = random.Random(seed), 0
    for n in range(30_000):
        text = GOOD[n % 3][129:].partition(b"\n")[0]
        read_well += agrees(mutated(rng, text))
    assert 300 < read_well < 29_000  # it meets both


def test_mutated_commands_raise_nothing_else():
    rng, kept = random.Random(7), 0
    for n in range(60_000):
        try:
            Command(mutated(rng, GOOD[n % 3]))
            kept += 1
        except CommandError:
            pass
    assert 600 < kept < 59_000


def test_none_of_them_is_done():
    desk, rng = CommandDesk(), random.Random(11)
    for n in range(1500):
        payload = mutated(rng, GOOD[n % 3])
        assert payload in GOOD or desk.take(payload) in REASONS
    assert (desk.did, desk.answers) == ([], []) and desk.verified > 20
