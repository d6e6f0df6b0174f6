"""A time server that answers right, wrong, late, too much or not at all, over real sockets."""

import json
from pathlib import Path

import interpreters
import mqtt_peers
import pytest
from sntp_server import reply, serving

DEVICE = Path(__file__).parents[1] / "support" / "sntp_device.py"
LATE_MS = 50
DEADLINE_MS = 2000
YEAR_MS = 31557600000


@pytest.fixture(params=interpreters.found(), ids=lambda row: row[0])
def micropython(request):
    return request.param[1]


def device(micropython, port, count=1, host="127.0.0.1"):
    done = interpreters.run(micropython, [DEVICE, host, port, count], timeout=60)
    lines = done.stdout.strip().splitlines()
    assert done.returncode == 0 and lines, done.stdout
    report = json.loads(lines[-1])
    assert report["leaked"] == 0 and report["late_ms"] <= LATE_MS, report
    return report


def asked(micropython, answers, offset_ms=0, count=1):
    """Report of a device that asks a server which answers like this."""
    with serving(answers, offset_ms) as server:
        report = device(micropython, server.port, count)
        assert all(q[:1] == b"\x23" and len(q) == 48 for q in server.questions)
        assert len({q[40:] for q in server.questions}) == len(server.questions)
    return report


def refusal(micropython, answers):
    told = asked(micropython, answers)["exchanges"][0]
    assert "error" in told, told
    return told


def is_right(told, offset_ms=0):
    """As right as half of the way there and back lets it be; a busy machine makes that longer."""
    return abs(told["off_ms"] - offset_ms) <= 10 + told["delay_ms"] // 2


def right(question, utc_ms):
    yield reply(question, utc_ms())


def test_the_right_answer_is_the_time(micropython):
    report = asked(micropython, right, count=5)
    assert len(report["exchanges"]) == 5
    for told in report["exchanges"]:
        assert is_right(told) and told["delay_ms"] <= 200, told
    assert report["strays"] == 0


def test_a_server_in_2036_and_later(micropython):
    for years in (9, 12, 40):
        told = asked(micropython, right, years * YEAR_MS)["exchanges"][0]
        assert is_right(told, years * YEAR_MS), told


def test_an_answer_that_comes_late_is_refused_or_not_waited_for(micropython):
    def after(pause_s):
        def answers(question, utc_ms):
            yield pause_s
            yield reply(question, utc_ms())

        return answers

    told = asked(micropython, after(0.4))["exchanges"][0]
    assert 395 <= told["delay_ms"] <= 600 and 150 <= abs(told["off_ms"]) <= 350, told
    assert "on its way for" in refusal(micropython, after(1.2))["error"]
    told = refusal(micropython, after(2.3))
    assert told["error"] == "no answer within 2000 ms"
    assert DEADLINE_MS - 2 <= told["took_ms"] <= DEADLINE_MS + 800


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ({"leap": 3}, "no time itself"),
        ({"stratum": 16}, "no time itself"),
        ({"dispersion": 1 << 20}, "uncertain"),
        ({"utc_ms": 0}, "holds no time"),
        ({"stratum": 0, "code": b"INIT"}, "no questions"),
    ],
)
def test_a_bad_answer_is_refused(micropython, wrong, because):
    def answers(question, utc_ms):
        yield reply(question, **{"utc_ms": utc_ms(), **wrong})

    told = refusal(micropython, answers)
    assert because in told["error"] and told["took_ms"] < 1500, told


@pytest.mark.parametrize("code", [b"RATE", b"DENY", b"RSTR"])
def test_a_kiss_of_death_is_told(micropython, code):
    def answers(question, _):
        yield reply(question, 0, leap=3, stratum=0, code=code)

    assert refusal(micropython, answers)["kiss"] == code.decode()


def test_what_is_no_answer_to_the_question_is_passed_over(micropython):
    def answers(question, utc_ms):
        yield b""
        yield b"x"
        yield reply(question, utc_ms())[:47]
        yield reply(question, utc_ms() + YEAR_MS, originate=b"8 others")
        yield reply(question, utc_ms() + YEAR_MS, mode=5)
        yield reply(question, utc_ms() + YEAR_MS, version=3)
        yield reply(question, 0, stratum=0, code=b"DENY", originate=b"8 others")
        yield reply(question, utc_ms())

    report = asked(micropython, answers)
    assert is_right(report["exchanges"][0]) and report["strays"] == 7, report


def test_the_answer_to_an_earlier_question_is_passed_over(micropython):
    earlier = []

    def answers(question, utc_ms):
        yield from [reply(old, utc_ms() + YEAR_MS) for old in earlier]
        earlier.append(question)
        yield reply(question, utc_ms())

    report = asked(micropython, answers, count=2)
    assert all(is_right(told) for told in report["exchanges"]), report
    assert report["strays"] == 1


def test_an_answer_from_another_port_never_arrives(micropython):
    def answers(question, utc_ms):
        yield "elsewhere"
        yield reply(question, utc_ms() + YEAR_MS)

    report = asked(micropython, answers)
    assert report["exchanges"][0]["error"] == "no answer within 2000 ms"
    assert report["strays"] == 0


def test_a_flood_is_not_listened_to_for_long(micropython):
    def answers(question, utc_ms):
        yield from [reply(question, utc_ms(), originate=b"8 others")] * 200

    report = asked(micropython, answers, count=3)
    for told in report["exchanges"]:
        assert told["error"] == "too much came that was no answer" and told["took_ms"] < 1500
    assert report["strays"] == 3 * 32


def test_nobody_answers(micropython):
    def answers(_question, _utc_ms):
        return []

    told = refusal(micropython, answers)
    assert told["error"] == "no answer within 2000 ms"


def test_nobody_is_there(micropython):
    told = device(micropython, mqtt_peers.free_port(), 3)["exchanges"]
    assert all(row["error"].startswith("the network failed") for row in told), told


def test_the_system_looks_a_name_up(micropython):
    with serving(right) as server:
        told = device(micropython, server.port, host="localhost")["exchanges"][0]
        assert is_right(told), told


def test_an_address_is_kept_while_it_answers(micropython):
    with serving(right) as server:
        report = device(micropython, server.port, 6, host="found.example")
    assert all(is_right(told) for told in report["exchanges"]) and report["looked_up"] == 1


def test_an_address_that_is_silent_is_kept_until_another_is_found(micropython):
    """Nobody knows the name any more, and the server is there again."""
    exchanges = []

    def answers(question, utc_ms):
        exchanges.append(question)
        if len(exchanges) > 6:
            yield reply(question, utc_ms())

    with serving(answers) as server:
        report = device(micropython, server.port, 7, host="found.example")
    said = [told.get("error") for told in report["exchanges"]]
    assert said == ["no answer within 2000 ms"] * 6 + [None], report
    assert report["looked_up"] > 1


def test_a_name_that_nobody_knows_is_told(micropython):
    told = device(micropython, 123, 2, host="lost.example")["exchanges"]
    assert all("there is no such name" in row["error"] for row in told), told
