"""What commissioning takes as proof: the device's words of this life, and the named board's."""

import asyncio
import socket
import threading
import time

import paho.mqtt.publish as publish
import pytest
from rich.console import Console

from tools.broker import EmbeddedBroker
from tools.broker_address import BrokerAddress
from tools.provision import (
    answer_checks,
    answers,
    checks,
    console_checks,
    identity,
    meters,
    setup,
)
from tools.provision.device import DeviceKey, ProvisionFault

DEVICE = "w0123456789abcde"
KEY = DeviceKey(DEVICE, "ABCD", ())
STATUS, SPKI = b'{"state":"online","next":7}', b'{"spki":"ABCD"}'


@pytest.fixture
def broker():
    """Its port; it runs in a thread."""
    loop, started, broker = asyncio.new_event_loop(), threading.Event(), EmbeddedBroker()
    port = []

    async def play():
        port.append(await broker.start())
        started.set()

    loop.create_task(play())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    assert started.wait(20)
    yield port[0]
    asyncio.run_coroutine_threadsafe(broker.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


@pytest.fixture
def short_wait(monkeypatch):
    monkeypatch.setattr(checks, "_WAIT_S", 3.0)


def say(port, name, payload):
    topic = f"wattseal/v1/{DEVICE}/{name}"
    publish.single(topic, payload, 1, retain=True, hostname="127.0.0.1", port=port)


def test_a_digit_that_is_no_decimal_gets_a_sentence():
    for text in ("²", "1²", "١", "", "0", "9", "x"):
        assert answer_checks.whole(1, 8)(text) == "a whole number from 1 to 8 is wanted"
    assert answer_checks.whole(1, 8)("8") == ""
    for text in ("²", "1,²", "١", "1,1", "1,"):
        assert answer_checks.numbers(text).startswith("different numbers from 1 to 99 are wanted")
    assert answer_checks.numbers("1, 2") == ""


def test_a_board_without_room_for_a_level_gets_advice():
    class Dialogue:
        def ask(self, line, *_):
            return (
                f"challenge 1 {'0' * 32}" if line == "unlock 1" else "refused: not enough memory"
            )

    key = DeviceKey(DEVICE, "ABCD", ("00" * 32,))
    row = console_checks._self_test(Dialogue(), key)
    assert not row.good
    assert row.told.startswith("refused: not enough memory: no level opens on this board; flash")


def test_what_is_retained_of_an_earlier_life_proves_nothing(broker, short_wait):
    say(broker, "status", STATUS)
    say(broker, "key", SPKI)
    listener = checks.Listener(BrokerAddress("127.0.0.1", broker), DEVICE)
    try:
        assert listener.hears()
        rows = checks.broker_rows(listener, KEY, False)
        assert [(row.name, row.good) for row in rows] == [("broker", False)]
        assert "no status came" in rows[0].told
        say(broker, "key", SPKI)
        say(broker, "status", STATUS)
        assert all(row.good for row in checks.broker_rows(listener, KEY, False))
    finally:
        listener.close()


def test_what_is_no_status_is_none(broker, short_wait):
    listener = checks.Listener(BrokerAddress("127.0.0.1", broker), DEVICE)
    try:
        assert listener.hears()
        say(broker, "status", b'["online", "online"')
        assert not checks.broker_rows(listener, KEY, False)[0].good
    finally:
        listener.close()


def test_a_login_that_is_refused_is_told(short_wait):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse():
            peer, _ = server.accept()
            with peer:
                peer.recv(1024)
                peer.sendall(b"\x20\x02\x00\x05")  # CONNACK: not authorised
                peer.recv(1024)

        threading.Thread(target=refuse, daemon=True).start()
        address = BrokerAddress("127.0.0.1", server.getsockname()[1], "me", "wrong")
        listener = checks.Listener(address, DEVICE)
        assert not listener.hears()
        row = checks.broker_rows(listener, KEY, False)[0]
        listener.close()
    assert not row.good and "refuses the login" in row.told, row.told
    assert "wrong" not in row.told


@pytest.mark.parametrize("host", ["no..host", "127.0.0.1"])
def test_a_broker_that_is_not_there_is_told(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    listener = checks.Listener(BrokerAddress(host, port), DEVICE)
    assert not listener.hears() and "does not reach the broker" in listener.why
    listener.close()


def runs(machine, build="", name="", heap=2 << 20):
    told = {"machine": machine, "build": build, "name": name, "frozen": bool(name)}
    return {**told, "heap": heap}


@pytest.mark.parametrize(
    ("told", "board"),
    [
        (runs("Raspberry Pi Pico with RP2040", "RPI_PICO"), "RPI_PICO"),
        (runs("Raspberry Pi Pico W with RP2040", "RPI_PICO_W"), "RPI_PICO_W"),
        (runs("W5500-EVB-Pico with RP2040", "W5500_EVB_PICO"), "W5500_EVB_PICO"),
        (runs("Generic ESP32 module with ESP32", "ESP32_GENERIC-OTA"), "ESP32_GENERIC"),
        (runs("Generic ESP32S3 module with ESP32S3", "ESP32_GENERIC_S3"), "ESP32_GENERIC_S3"),
        (runs("whatever with RP2040", "", "RPI_PICO_W"), "RPI_PICO_W"),
    ],
)
def test_a_board_is_the_named_one_and_no_other(told, board):
    assert identity.of(told) == board
    good = [name for name in identity.BOARDS if not identity.mismatch(name, told)]
    assert good == [board]


@pytest.mark.parametrize(
    ("board", "heap", "refused"),
    [
        ("ESP32_GENERIC", 161 << 10, True), ("ESP32_GENERIC", 2 << 20, False),
        ("ESP32_GENERIC_S3", 240 << 10, True), ("ESP32_GENERIC_S3", 2 << 20, False),
        ("RPI_PICO", 190 << 10, False), ("W5500_EVB_PICO", 170 << 10, False),
    ],
)  # fmt: skip
def test_files_are_for_an_esp32_with_psram(board, heap, refused):
    why = identity.too_small(board, runs("whatever", heap=heap))
    assert bool(why) == refused
    if refused:
        assert f"{heap // 1024} KB of heap" in why and f"make firmware BOARD={board}" in why


def test_a_board_of_another_maker_counts_by_its_chip():
    told = runs("Thing Plus with RP2040", "SPARKFUN_THINGPLUS")
    assert {name for name in identity.BOARDS if not identity.mismatch(name, told)} == {
        "RPI_PICO", "RPI_PICO_W", "W5500_EVB_PICO",
    }  # fmt: skip
    other = runs("Raspberry Pi Pico2 with RP2350", "RPI_PICO2")
    assert identity.of(other) == "" and all(identity.mismatch(n, other) for n in identity.BOARDS)


def test_meters_without_a_number_of_their_own_get_one_each():
    found = {"found": [{"unit": n, "models": ["dtsu666"], "serial": told} for n, told in
                       ((3, ""), (1, ""), (2, "77"))]}  # fmt: skip
    rows = setup.connectors(found, [1, 2, 3], 22000, ["A", "B"])
    assert [(row["unit"], row.get("serial")) for row in rows] == [(1, "A"), (2, None), (3, "B")]


@pytest.mark.parametrize("told", ["A", "A, A", "A,A,B", "A,77", "none"])
def test_of_two_such_meters_two_numbers_are_wanted(tmp_path, told):
    (tmp_path / "a.toml").write_text(f'meter_serial = "{told}"')
    with pytest.raises(ProvisionFault, match="2 are wanted, with commas between, each different"):
        meters._serials(["", "77", ""], answers.Answers(tmp_path / "a.toml", Console()))
    (tmp_path / "a.toml").write_text('meter_serial = ["A", "B"]')
    told = meters._serials(["", "77", ""], answers.Answers(tmp_path / "a.toml", Console()))
    assert told == ["A", "B"]


@pytest.mark.parametrize("told", ["A|B", "A\\\\B", "Ä", "x" * 51])
def test_a_serial_number_is_one_that_a_record_can_hold(tmp_path, told):
    (tmp_path / "a.toml").write_text(f'meter_serial = "{told}"')
    with pytest.raises(ProvisionFault, match="50 characters of ASCII"):
        meters._serials([""], answers.Answers(tmp_path / "a.toml", Console()))


class Searched:
    """A device whose search has found these."""

    def __init__(self, *found):
        rows = [
            {"unit": unit, "models": models, "serial": serial, "sure": len(models) == 1,
             "problems": [], "energy_wh": 1000, "firmware": "", "power_w": 0, "voltage_mv": 230000,
             "frequency_mhz": 50000} for unit, models, serial in found
        ]  # fmt: skip
        self.found = {"found": rows, "line": [9600, "N", 1], "sentences": ["the line is so"]}

    def run(self, source, say=None):
        return self.found


def find(tmp_path, text, *found):
    (tmp_path / "a.toml").write_text(text)
    to = Console(quiet=True)
    return meters.find(Searched(*found), answers.Answers(tmp_path / "a.toml", to), to, 3)


def test_each_meter_is_named_and_what_was_read_as_another_is_not_told(tmp_path):
    found = (
        (3, ["dsz15d", "pac2200"], "99"),
        (1, ["dtsu666", "pzem016"], ""),
        (2, ["sdm630"], "7"),
    )
    text = """meters = 3\nmeter_model = "dtsu666, pac2200"\nmeter_serial = "A, B"\n"""
    seen = find(tmp_path, text, *found)
    rows = [(r["unit"], r["meter"], r.get("serial")) for r in seen.connectors]
    assert rows == [(1, "dtsu666", "A"), (2, "sdm630", None), (3, "pac2200", "B")]
    named = ", as it was named"
    assert meters.told(seen) == [
        ("1", "dtsu666" + named, "1", "A", "1.000 kWh"), ("2", "sdm630", "2", "7", "1.000 kWh"),
        ("3", "pac2200" + named, "3", "B", "-"),
    ]  # fmt: skip
    for wrong in ("pac2200", "pac2200, dtsu666", "dtsu666, pac2200, sdm630"):
        with pytest.raises(ProvisionFault, match="unit 1: dtsu666 or pzem016; unit 3: dsz15d or"):
            find(tmp_path, text.replace("dtsu666, pac2200", wrong), *found)


def test_meters_that_do_not_answer_are_counted(tmp_path):
    with pytest.raises(ProvisionFault, match="1 of 2 meters answers; the line is so"):
        find(tmp_path, "meters = 2", (1, ["sdm630"], "7"))


def test_pulses_that_cannot_be_are_told_before_anything_else_is_asked(tmp_path):
    with pytest.raises(ProvisionFault, match="the firmware would refuse this: .*pulse"):
        find(tmp_path, 'meters = 0\nimp_per_kwh = 10000\nmeter_serial = "A"\n')


def test_no_more_connectors_than_the_board_has_pins_for(tmp_path):
    assert {meters.places(board) for board in identity.BOARDS} == {2}
    text = 'meters = 0\nconnectors = "1,2,3{}"\nmeter_serial = "A, B, C{}"\n'
    assert len(find(tmp_path, text.format("", "")).connectors) == 3
    with pytest.raises(ProvisionFault, match="this board has pins for 3 connectors"):
        find(tmp_path, text.format(",4", ", D"))


def test_a_board_without_room_for_words_tells_by_its_status():
    class Dialogue:
        def ask(self, line, *answers):
            told = {"status": '{"fw":"0.1.0","time":"S"}'}
            return told.get(line, "refused: not enough memory")

    began = time.monotonic()
    rows = {row.name: row for row in console_checks._asked(Dialogue(), KEY, [1], began + 40)}
    assert time.monotonic() < began + 1
    assert (rows["console"].told, rows["clock"].good) == ("firmware 0.1.0 answers", True)
    assert "no room to tell" in rows["meter of connector 1"].told
    assert "flash our image" in rows["self-test"].told


def test_a_clock_that_no_room_is_left_to_set_is_told():
    class Dialogue:
        def ask(self, line, *_):
            return "refused: not enough memory"

    why = console_checks._set_clock(Dialogue(), DeviceKey(DEVICE, "ABCD", ("00" * 32,) * 3))
    row = console_checks._without_server(checks.Row("clock", False, "unknown"), why)
    assert not row.good and row.told.endswith("no room to set it; flash ours")
