"""Passwords in clear on a network are told of, before they are sent."""

import json

import pytest

from tools import plain_secrets
from tools.broker_address import BrokerAddress

WIFI = {"version": 1, "wifi": {"ssid": "depot", "password": "geheim"}}
NETWORKS = {"version": 1, "networks": [{"password": "geheim"}]}


def told(capsys, config, host="b.example", **more):
    raw = config if isinstance(config, bytes) else json.dumps(config).encode()
    plain_secrets.remark("command", raw, BrokerAddress(host, 1883, **more))
    return capsys.readouterr().err


@pytest.mark.parametrize("config", [WIFI, NETWORKS, {"broker": {"password": "geheim"}}])
@pytest.mark.parametrize("host", ["b.example", "192.0.2.1", "localhost.example", "2001:db8::1"])
def test_without_tls_it_is_one_sentence(capsys, config, host):
    sentence = told(capsys, config, host)
    shown = f"[{host}]" if ":" in host else host
    assert sentence.startswith(f"command: the configuration's passwords go to mqtt://{shown}:1883")
    assert sentence.count("\n") == 1 and "geheim" not in sentence


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_this_machine_is_no_network(capsys, host):
    assert told(capsys, WIFI, host) == ""


def test_with_tls_or_without_a_password_there_is_nothing_to_say(capsys):
    assert told(capsys, WIFI, ca_der=b"x") == ""
    for config in ({"version": 1}, {"wifi": {"password": ""}}, b"{", b"[" * 100000, [], 1):
        assert told(capsys, config) == ""
