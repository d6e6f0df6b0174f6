"""The bench of the uplink: its gateway waits, orders and acknowledges; its sums are right."""

import json

import pytest

from tools.bench_board import uplink
from tools.bench_board.gateway import Came, Gateway, Order
from tools.bench_figures import Figure
from tools.emulate.heap import Heap
from tools.emulate.peer import message
from tools.emulate.scene_key import SceneKey
from tools.emulator.install import EmulatorFault
from wattseal.core.command import Command
from wattseal.core.ecdsa import finish, verify_p1363_steps

DEVICE = "w0123456789abcde"
CONNECT = bytes.fromhex("100c00044d5154540402003c0000")
CONNACK = b"\x20\x02\x00\x00"


def said(topic, payload):
    return message(f"wattseal/v1/{DEVICE}/{topic}".encode(), json.dumps(payload).encode())


def ticks(gateway, from_s, to_s):
    """[(time, answer)] of those that do something."""
    times = [from_s + 0.01 * n for n in range(round((to_s - from_s) / 0.01))]
    answers = [(round(t_s, 2), gateway.tick(t_s)) for t_s in times]
    return [(t_s, a) for t_s, a in answers if a.uart0 or a.console or a.stop]


def with_records(commands):
    gateway = Gateway(DEVICE, 2, commands)
    gateway.hang_up(0.5, "uart0")
    gateway.busy_s = 0.25
    assert gateway.data(1.0, "uart0", CONNECT).uart0 == CONNACK
    return gateway


def test_each_record_is_acknowledged_at_once_and_noted_with_its_time():
    gateway = with_records([])
    gateway.busy_s = 0.5
    acks = [gateway.data(1 + n, "uart0", said("bill/1", {"pg": n})).uart0 for n in (1, 2)]
    assert acks == [said("ack", {"stream": "bill", "upto": n}) for n in (1, 2)]
    assert gateway.opened_s == 0.5
    assert gateway.records == [Came(2, 0.5), Came(3, 0.5)]


def test_without_commands_it_asks_for_the_heap_and_is_done():
    gateway = with_records([])
    gateway.data(2, "uart0", said("bill/1", {"pg": 1}))
    assert ticks(gateway, 2, 5) == []  # one record is still to come
    gateway.data(5, "uart0", said("bill/1", {"pg": 2}))
    (asked_s, asked), (_, stop), *_ = ticks(gateway, 5, 8)
    assert asked_s == pytest.approx(6, abs=0.02) and asked.console == b"heap\r"
    assert stop.stop == "all is measured"


def test_the_first_command_is_left_alone_and_the_second_is_asked_about():
    gateway = with_records([b"one", b"two"])
    for n in (1, 2):
        gateway.data(2, "uart0", said("bill/1", {"pg": n}))
    (_, heap), (sent_s, sent) = ticks(gateway, 2, 6)
    assert heap.console and sent.uart0 == message(f"wattseal/v1/{DEVICE}/cmd".encode(), b"one")
    sending_s = len(sent.uart0) / 11520
    assert gateway.orders == [Order(pytest.approx(sent_s + sending_s, abs=0.02))]
    gateway.data(6, "uart0", said("rsp", {"result": "done"}))
    assert gateway.orders[0].told_s == 6 and gateway.orders[0].answer == {"result": "done"}
    (again_s, again), *asked = ticks(gateway, 6, 11)[:5]
    assert again.uart0.endswith(b"two") and again_s >= 8.2
    assert [a.console + a.stop.encode() for _, a in asked] == 3 * [b"heap\r"] + [
        b"all is measured"
    ]
    assert gateway.orders[1].told_s == 0


def seen(answer="done", free=(9000, 8000)):
    gateway = Gateway(DEVICE, 12, [])
    gateway.opened_s = 1.0
    gateway.records = [Came(2 + 0.1 * n, 3 + 0.06 * n) for n in range(12)]
    gateway.orders = [Order(10.0, 12.5, {"result": answer}), Order(20.0)]
    judging = [Heap(20.5, bytes_, bytes_ // 2, 0, 0) for bytes_ in free]
    return uplink.Seen(gateway, Heap(9.0, 20000, 10000, 0, 0), judging)


def test_the_sums():
    figures = uplink._records(seen().gateway, 0.1)
    assert figures == {
        "connect_to_first_record": Figure(1000, "simulated ms"),
        "record_cpu": Figure(50, "simulated ms"),  # 60, less 10 % of 100
        "records_per_s": Figure(10, "records/s"),
    }
    assert uplink._command(seen()) == {
        "command": Figure(2500, "simulated ms"),
        "command_heap_free": Figure(8000, "bytes"),
        "command_heap_largest": Figure(4000, "bytes"),
    }


@pytest.mark.parametrize("harm", [{"answer": "refused"}, {"free": (9000, 19000)}, {"free": ()}])
def test_what_was_not_measured_is_no_figure(harm):
    with pytest.raises(EmulatorFault):
        uplink._command(seen(**harm))


def test_the_commands_are_good_and_always_the_same():
    key, again = SceneKey(), SceneKey()
    commands = uplink.two_commands(key)
    assert commands == uplink.two_commands(again)
    for number, verb in enumerate(("time", "resend")):
        command = Command(commands[number])
        assert (command.device_id, command.verb, command.counter) == (DEVICE, verb, number + 1)
        public = bytes.fromhex(key.public)
        assert finish(verify_p1363_steps(public, command.digest, command.signature))
    assert SceneKey("another").public != key.public
