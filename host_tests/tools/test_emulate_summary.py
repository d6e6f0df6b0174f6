"""The records of an emulated run: each thing that may go wrong misses its own limit."""

import json
from types import SimpleNamespace

import pytest

from tools import run, sessions
from tools.emulate import scene
from tools.emulate.summary import records
from tools.emulator.rig import Outcome
from tools.stored import Stored

UF2 = b""
PLAN = sessions.load(sessions.DEFAULT, 2, run.BUILD_DATE)
BEGIN_MWH, END_MWH = 12_345_678_000, 12_347_000_000


@pytest.fixture
def built(monkeypatch):
    monkeypatch.setattr(scene, "flash_image", lambda uf2, files, layout: b"")
    found = scene.build(PLAN, "em580", UF2, {}, 1)
    found.cars.left = 2
    found.cars.cards.append("04000000000001")
    return found


def stored(pagination, kind, connector, end_mwh=None):
    readings = [{"RV": BEGIN_MWH // 1000}] + ([{"RV": end_mwh // 1000}] if end_mwh else [])
    text = "OCMF|" + json.dumps({"RD": readings}) + "|{}"
    return Stored(pagination, kind, connector, f"session {connector}", text, [])


def contactor(pin, unit, closed, energy_mwh):
    registers = [{"unit": unit, "energy_mwh": energy_mwh}]
    return {"event": "contactor", "t_s": 1.0, "pin": pin, "closed": closed, "registers": registers}


def played():
    came = [
        stored(1, "begin", 1), stored(2, "begin", 2),
        stored(3, "session", 1, END_MWH), stored(4, "session", 2, END_MWH),
    ]  # fmt: skip
    events = [
        contactor(14, 2, True, BEGIN_MWH), contactor(15, 3, True, BEGIN_MWH),
        contactor(14, 2, False, END_MWH), contactor(15, 3, False, END_MWH),
    ]  # fmt: skip
    receiver = SimpleNamespace(
        records={record.pagination: record for record in came}, status={"next": 5, "lost": []},
        alarms=[], leaks=0, missing=list,
    )  # fmt: skip
    return SimpleNamespace(receiver=receiver, outcome=Outcome({}, events))


def missed(built, of):
    return [row.key for row in records(built, of) if row.fault]


def test_when_all_is_well_nothing_is_missed(built):
    assert missed(built, played()) == []


def lose(of):
    del of.receiver.records[2], of.receiver.records[4]
    of.receiver.missing = lambda: [2]
    of.receiver.status["lost"] = [4]


def alter(of):
    of.receiver.alarms.append("T3: the same pagination with different bytes")


def off_by_one(of):
    of.receiver.records[3] = stored(3, "session", 1, END_MWH + 1000)


def leave_open(of):
    del of.receiver.records[4]
    of.receiver.status["next"] = 4


def begin_twice(of):
    of.receiver.records[2] = stored(2, "begin", 1)


def refuse(of):
    of.receiver.records[3].findings.append("signature")


def not_billable(of):
    of.receiver.records[4].kind = "not_billable"


def show_a_card(of):
    text = "presented 04000000000001"
    of.outcome.events.append({"event": "console", "t_s": 1.0, "text": text})


def never_send(of):
    of.receiver.status["next"] = 7


CLOSING = ["end_verified", "closed_once", "energy_exact"]


@pytest.mark.parametrize(
    ("harm", "keys"),
    [
        (lose, ["lost", "pagination_gaps"]),
        (alter, ["altered"]),
        (off_by_one, ["energy_exact"]),
        (leave_open, CLOSING),
        (begin_twice, ["begin_verified", "end_verified", "energy_exact"]),
        (refuse, [*CLOSING, "not_verified"]),
        (not_billable, [*CLOSING, "not_verified"]),
        (show_a_card, ["identities_seen"]),
        (never_send, ["pagination_gaps"]),
    ],
)
def test_what_goes_wrong_misses_its_limit(built, harm, keys):
    of = played()
    harm(of)
    assert missed(built, of) == keys


def test_a_car_that_never_left_is_missed(built):
    built.cars.left = 1
    assert missed(built, played()) == ["cars"]
