"""An answer is judged at the prompt that it was given at, and no prompt is a dead end."""

import io
import types

import pytest
from rich.console import Console

from tools import pki
from tools.broker_files import RECEIVER
from tools.provision import host_form, meters, network, public_keys, setup
from tools.provision.answers import Answers

KEY = (
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)  # P-256's generator


@pytest.fixture
def typed(monkeypatch):
    """(lines that a person types) -> (the answers, what the terminal shows); all are needed."""
    left = []

    def start(*lines):
        left.extend(lines)
        shown = io.StringIO()
        return Answers(None, Console(file=shown, width=200)), shown

    monkeypatch.setattr("builtins.input", lambda: left.pop(0))
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: left.pop(0))
    yield start
    assert left == []


def test_what_the_firmware_refuses_is_asked_again_at_once(typed):
    answers, shown = typed("a b:1", "x:1", "ü x", "u" * 65, "me", "passwört", "secret")
    address = setup.broker(answers, "")
    assert (address.host, address.user, address.password) == ("x", "me", "secret")
    told = shown.getvalue()
    assert host_form.WANTED in told and "it must be a text of 0 to 64 characters" in told
    assert told.count("it must be ASCII without control characters and without |") == 2


@pytest.mark.parametrize("terminal", [True, False])
def test_a_password_keeps_its_spaces_and_only_a_terminal_hides_it(typed, monkeypatch, terminal):
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(isatty=lambda: terminal))
    if not terminal:  # there it would warn
        monkeypatch.setattr("getpass.getpass", None)
    answers, _ = typed(" x:1 ", " me ", " se cret ")
    address = setup.broker(answers, "")
    assert (address.host, address.user, address.password) == ("x", "me", " se cret ")


def test_a_wi_fi_and_a_time_server_are_asked_again_at_once(typed):
    answers, shown = typed("Höfe", "yard", "p" * 64, "", "a b", "10.0.0.256", "ntp.local")
    parts = network.parts("ESP32_GENERIC", answers, "")
    assert parts == {"wifi": {"ssid": "yard", "password": ""}, "ntp": {"host": "ntp.local"}}
    assert shown.getvalue().count(host_form.WANTED) == 2


def test_a_key_that_has_nothing_to_seal_is_told_at_once(typed):
    answers, shown = typed("yes", "", "", KEY, "none")
    assert public_keys.answered(answers, {"id_mode": "plain"}) == {}
    assert "id_mode is plain: there is nothing to seal" in shown.getvalue()


def test_pulses_and_power_that_do_not_fit_are_asked_again(typed):
    answers, shown = typed("1", "S1", "10", "10000", "22000", "back", "1000", "22000")
    (row,) = meters._with_pulses(answers, 2).connectors
    assert (row["imp_per_kwh"], row["p_max_w"]) == (1000, 22000)
    assert "idle_after_s 300 is too short for 10 imp" in shown.getvalue()
    assert "pulse_ms 10 is too long for 22000 W at 10000 imp" in shown.getvalue()


def test_a_ca_that_is_not_there_is_not_offered_and_the_broker_is_asked_again(
    typed, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    answers, shown = typed("mqtts://x:1", "", "gone", "back", "x:1", "none")
    assert setup.broker(answers, "").ca_der is None
    told = shown.getvalue()
    assert "(build/broker/pki)" not in told and "back: asks for the broker again" in told
    assert told.count("`make broker` makes one in build/broker/pki") == 2


def test_a_ca_that_is_there_is_offered(typed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "build/broker/pki"
    folder.parent.mkdir(parents=True)
    pki.init(folder, ["x"])
    pki.receiver(folder, RECEIVER)
    answers, shown = typed("mqtts://x:1", "", "none")
    assert setup.broker(answers, "").ca_der
    assert "(build/broker/pki)" in shown.getvalue()


def test_a_folder_that_can_make_no_certificate_is_told_at_once(typed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pki.init(tmp_path / "pki", ["x"])
    pki.receiver(tmp_path / "pki", RECEIVER)
    (tmp_path / "pki/ca.key.pem").unlink()
    answers, shown = typed("mqtts://x:1", "pki", "pki/ca.pem", "none")
    assert setup.broker(answers, "").ca_der
    assert "ca.key.pem cannot be read" in shown.getvalue()


@pytest.mark.parametrize("good", ["x", "broker.local", "a-b.c1.", "192.168.1.5", "1a.2", "x" * 63])
def test_what_a_host_can_be_called(good):
    assert host_form.fault(good) == ""


@pytest.mark.parametrize(
    "bad",
    ["", "a b", "a..b", "-a", "a-", "a_b", "ü", "1.2.3", "1.2.3.256", "::1", "x" * 64,
     "a" + ".a" * 127, "a\n", "a/b"],
)  # fmt: skip
def test_what_no_host_can_be_called(bad):
    assert host_form.fault(bad) == host_form.WANTED
