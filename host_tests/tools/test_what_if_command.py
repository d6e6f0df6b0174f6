"""The what-if command: what it shows at 80 columns, as JSON, and what it refuses."""

import json

import exported
import priced_records as priced
import pytest
from four_elements import VALUES

from tools.what_if import __main__ as command
from wattseal.core import bill

NIGHT = {**VALUES, "id": "night", "el": [{"pc": [{"d": "E", "p": 2000, "v": 19000}]}]}
LINES = [
    priced.line(2), priced.line(3, session="5e57", begin_wh=9002),
    priced.line(4, bill.CORRECTION, corrects=2),
]  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    def run(lines, *options, values=NIGHT):
        records = exported.folder(tmp_path, lines)
        other = tmp_path / "other.json"
        other.write_text(json.dumps(values))
        arguments = [records, "--tariff", other, *options]
        return exported.run(command.main, arguments, monkeypatch, capfdbinary)

    return run


def test_it_shows_old_and_new_at_80_columns(run):
    status, out, err = run(LINES)
    text = out.decode()
    assert (status, err) == (0, "") and max(map(len, text.splitlines())) <= 80
    flat = " ".join(text.split())
    for said in (
        "As signed: 1 session, 9.72 EUR.", "Left out: 1 session taken back.",
        "1.60 EUR instead of 9.72 EUR, -8.12 EUR (-83.5 %).", "Idle time cost 4.50 EUR",
        "T3 2026-11-30 10:00 8.002 9.72 1.60 -8.12 ███████|",
    ):  # fmt: skip
        assert said in flat, said


def test_only_the_largest_changes_are_shown(run):
    lines = [
        priced.line(n, session=f"s{n}", rows=[[0, 100 * n, "C"]], begin_wh=9000 * n)
        for n in range(2, 6)
    ]
    status, out, _ = run(lines, "--most", 2)
    text = out.decode()
    assert status == 0 and "2 of 4 sessions, those that change most" in text
    assert "T5" in text and "T4" in text and "T3" not in text


def test_json_has_every_session_and_integers(run):
    status, out, err = run([*LINES, priced.line(5, session="s5", net=1, begin_wh=17004)], "--json")
    values = json.loads(out)
    assert (status, err) == (1, "") and values["taken_back"] == 1
    (made,) = values["tariffs"]
    assert (made["was_e4"], made["now_e4"], made["estimated"]) == (97200, 16000, 0)
    assert [s["change_e4"] for s in made["sessions"]] == [-81200]
    assert values["signed"][0]["saved_e4"] == 16004 and made["hints"]["idle_e4"] == 0
    assert [row["record"][:2] for row in values["left_out"]] == ["T5"]


def test_a_record_that_does_not_count_is_named(run):
    status, out, err = run([LINES[1], priced.line(4, session="s5", net=1, begin_wh=17004)])
    assert status == 1 and err.startswith("what_if: T4 of w1a2b3c4d5e6f708 left out: ")
    assert b"As signed: 1 session" in out


def test_a_flag_and_an_estimate_are_told(run):
    at_ms = priced.FROM_MS + 13 * 3600000
    lines = [priced.line(2, rows=[[0, 8000, "C"]], from_ms=at_ms)]
    element = {"pc": [{"d": "E", "p": 9000, "v": 19000}], "re": {"t0": 0, "t1": 1350}}
    status, out, _ = run(lines, values={**NIGHT, "el": [element, *NIGHT["el"]]})
    flat = " ".join(out.decode().split())
    assert status == 0 and "Flagged, but compared: T2: No reading was taken" in flat
    assert "1 price estimated (~): this tariff's price changes" in flat and " ~5.80 " in flat


@pytest.mark.parametrize(
    ("lines", "options", "values", "said"),
    [
        (LINES, [], {"id": 1}, "other.json is no tariff: "),
        (LINES[:1] + LINES[2:], [], NIGHT, "no verified session with a price"),
        (LINES, ["--most", "0"], NIGHT, "--most"),
    ],
)
def test_what_it_cannot_do_is_one_sentence(run, lines, options, values, said):
    status, out, err = run(lines, *options, values=values)
    assert (status, out) == (2, b"") and said in err.splitlines()[-1]


def test_another_currency_is_said(run):
    status, out, _ = run(LINES, values={**NIGHT, "cur": "CHF"})
    assert status == 0 and b"Not compared: 1 session in another currency than CHF." in out
