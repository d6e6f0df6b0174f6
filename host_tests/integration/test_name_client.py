"""A name server that answers right, wrong, late or not at all, over real sockets; nothing waits.

`support/sntp_server` serves the datagrams, for a question is a question.
"""

import json
import socket
import threading
from pathlib import Path

import interpreters
import pytest
from sntp_server import serving

DEVICE = Path(__file__).parents[1] / "support" / "name_device.py"
LATE_MS = 50
SILENT_MS = 3000  # two questions


@pytest.fixture(params=interpreters.found(), ids=lambda row: row[0])
def micropython(request):
    return request.param[1]


def answer(question, *addresses, code=0):
    """What a name server says to `question`."""
    head = question[:2] + bytes([0x81, 0x80 | code, 0, 1, 0, len(addresses), 0, 0, 0, 0])
    told = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4"
    records = [told + bytes(map(int, address.split("."))) for address in addresses]
    return head + question[12:] + b"".join(records)


def device(micropython, answers, what, *names):
    """(the device's report, the questions)"""
    with serving(lambda question, _: answers(question)) as server:
        done = interpreters.run(micropython, [DEVICE, server.port, what, *names], timeout=60)
    lines = done.stdout.strip().splitlines()
    assert done.returncode == 0 and lines, done.stdout
    report = json.loads(lines[-1])
    assert report["leaked"] == 0 and report["late_ms"] <= LATE_MS, report
    return report, server.questions


def test_the_addresses_of_a_name(micropython):
    report, questions = device(
        micropython, lambda question: [answer(question, "10.0.0.7", "10.0.0.8")],
        "find", "broker.example", "broker.example", "10.1.1.1",
    )  # fmt: skip
    assert [told for told, _ in report["told"]] == [["10.0.0.7", "10.0.0.8"]] * 2 + [["10.1.1.1"]]
    assert len(questions) == 2 and questions[0][12:] == questions[1][12:]
    assert b"\x06broker\x07example\x00\x00\x01\x00\x01" in questions[0]


def test_what_is_no_whole_address_is_never_taken_for_one(micropython):
    """The chip's own look-up, which holds up everything, would get it."""
    report, questions = device(
        micropython, lambda question: [answer(question, code=3)],
        "find", "192.168.1.256", "10.0.0.1:1883", "192.168.1.20.", "::1",
    )  # fmt: skip
    assert len(questions) == 4
    assert all("there is no such name" in said for said, _ in report["told"])


def test_a_silent_server_is_asked_twice_and_holds_up_nothing(micropython):
    report, questions = device(micropython, lambda _: [], "find", "broker.example")
    [[told, took_ms]] = report["told"]
    assert "the name server 127.0.0.1 is silent" in told
    assert SILENT_MS - 5 <= took_ms <= SILENT_MS + 800
    assert len(questions) == 2 and questions[0][:2] != questions[1][:2]


def test_the_second_question_may_be_answered(micropython):
    asked = []

    def answers(question):
        asked.append(question)
        return [answer(question, "10.0.0.7")] if len(asked) == 2 else []

    report, _ = device(micropython, answers, "find", "broker.example")
    assert report["told"][0][0] == ["10.0.0.7"] and report["told"][0][1] < 2500


def test_a_name_that_is_none_is_told_at_once(micropython):
    report, questions = device(
        micropython, lambda question: [answer(question, code=3)],
        "find", "broker.example", "a..b", "x" * 64,
    )  # fmt: skip
    said = [told for told, _ in report["told"]]
    assert "broker.example: there is no such name" in said[0] and len(questions) == 1
    assert all("cannot be a name" in told for told in said[1:])
    assert all(took_ms < 800 for _, took_ms in report["told"])


def test_what_is_no_answer_is_passed_over(micropython):
    def answers(question):
        other = bytes([question[0] ^ 1]) + question[1:]
        yield b""
        yield b"x" * 600
        yield answer(other, "6.6.6.6")
        yield answer(question, "6.6.6.6")[:-1]
        yield question
        yield answer(question, "10.0.0.7")

    report, _ = device(micropython, answers, "find", "broker.example")
    assert report["told"][0][0] == ["10.0.0.7"] and report["strays"] == 5


def test_an_answer_from_elsewhere_never_arrives(micropython):
    def answers(question):
        yield "elsewhere"
        yield answer(question, "6.6.6.6")

    report, _ = device(micropython, answers, "find", "broker.example")
    assert "is silent" in report["told"][0][0] and report["strays"] == 0


def test_a_local_name_is_answered_by_whoever_has_it(micropython):
    def answers(question):
        yield "elsewhere"
        yield answer(question, "10.0.0.9")

    report, questions = device(micropython, answers, "find", "broker.local", "Broker.LOCAL.")
    assert [told for told, _ in report["told"]] == [["10.0.0.9"]] * 2
    assert b"\x06broker\x05local\x00" in questions[0]


def test_a_local_name_that_nobody_has_is_asked_of_the_server(micropython):
    """As a company's own zone may be called; an answer from elsewhere is of no use by then."""
    asked = []

    def answers(question):
        asked.append(question)
        if len(asked) == 2:
            yield "elsewhere"
        yield answer(question, "6.6.6.6") if len(asked) == 2 else b"nothing"

    report, _ = device(micropython, answers, "find", "broker.local")
    assert "is silent" in report["told"][0][0] and len(asked) == 2
    asked.clear()

    def late(question):
        asked.append(question)
        return [answer(question, "10.0.0.9")] if len(asked) == 2 else []

    report, _ = device(micropython, late, "find", "broker.local")
    assert report["told"][0][0] == ["10.0.0.9"]


def test_a_flood_is_not_listened_to_for_long(micropython):
    def answers(question):
        yield from [b"nothing"] * 100

    report, _ = device(micropython, answers, "find", "broker.example")
    assert "too much came" in report["told"][0][0] and report["strays"] == 16


def test_one_that_is_given_up_leaves_no_socket(micropython):
    report, _ = device(micropython, lambda _: [], "cancel", *["broker.example"] * 5)
    assert [told for told, _ in report["told"]] == ["given up"] * 5


def test_a_stream_goes_to_the_address_that_was_found_and_to_that_again(micropython):
    """The name server answers once; the broker is reached three times, as long as it is there."""
    asked = []

    def answers(question):
        asked.append(question)
        return [answer(question, "127.0.0.1")] if len(asked) == 1 else []

    with socket.create_server(("127.0.0.1", 0)) as broker:
        taken = []

        def take():
            for _ in range(3):
                peer, _ = broker.accept()
                taken.append(peer.recv(100))
                peer.close()

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        port = str(broker.getsockname()[1])
        report, _ = device(micropython, answers, "open", "1", "2", "3", port)
        thread.join(5)
    assert [told for told, _ in report["told"]] == ["open"] * 3, report
    assert taken == [b"hello"] * 3 and len(asked) == 1 + 2 * 2


def test_a_stream_is_not_opened_where_nobody_knows_the_name(micropython):
    report, _ = device(micropython, lambda _: [], "open", "1", "1")
    assert "is silent" in report["told"][0][0]


def answering(broker, opening=b"ok"):
    """Says `opening` to whoever comes, and hangs up; until it is closed."""

    def serve():
        while True:
            try:
                peer, _ = broker.accept()
            except OSError:
                return
            with peer:
                peer.recv(100)
                if opening:
                    peer.sendall(opening)

    threading.Thread(target=serve, daemon=True).start()


def test_behind_an_address_that_is_silent_the_next_one_has_its_turn_and_stays(micropython):
    """The first one takes a connection, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as broker:
        port = broker.getsockname()[1]
        with socket.create_server(("127.0.0.2", port)):
            answering(broker)
            report, _ = device(
                micropython, lambda question: [answer(question, "127.0.0.2", "127.0.0.1")],
                "hear", "1", "2", "3", "4", str(port),
            )  # fmt: skip
    assert [told for told, _ in report["told"]] == ["given up"] + ["heard"] * 3


def test_each_address_has_its_turn_as_long_as_none_says_a_word(micropython):
    """One hangs up at once, which is no word, and one refuses the connection."""
    addresses = "127.0.0.2", "127.0.0.1", "127.0.0.3"
    with socket.create_server((addresses[2], 0)) as mute:
        port = mute.getsockname()[1]
        with socket.create_server((addresses[1], port)) as broker:
            answering(broker, b"")
            report, _ = device(
                micropython, lambda question: [answer(question, *addresses)],
                "hear", "1", "2", "3", "4", str(port),
            )  # fmt: skip
    assert [told for told, _ in report["told"]] == ["closed", "closed", "given up", "closed"]
