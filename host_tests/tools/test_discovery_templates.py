"""Home Assistant's templates, by the engine that it has: nothing unread becomes a number."""

import json

import jinja2
import pytest

from wattseal.app import discovery
from wattseal.core import segments, session

NOW = {"v": 1, "state": "C", "power_w": 11040, "register_wh": 123456, "session_wh": 789}
UNREAD = {"v": 1, "state": "C", "power_w": None, "register_wh": None, "unread": "T"}
IDLE = {"v": 1, "state": "idle", "power_w": 0, "register_wh": 123456}


def shown(message):
    """What each entity shows: Home Assistant takes "None" for unknown."""
    told = json.loads(discovery.config("w1", "0.3", 1, 10000))
    found = {}
    for name, component in told["cmps"].items():
        template = jinja2.Environment().from_string(component["val_tpl"])
        found[name] = template.render(value_json=json.loads(json.dumps(message)))
    return found


@pytest.mark.parametrize(
    ("message", "power", "register", "of_session", "state"),
    [
        (NOW, "11040", "123456", "789", "charging"),
        (UNREAD, "None", "None", "None", "charging"),
        (IDLE, "0", "123456", "None", "idle"),
        ({"v": 1, "state": "something new"}, "None", "None", "None", "None"),
    ],
)
def test_each_message_is_shown_as_what_it_is(message, power, register, of_session, state):
    assert shown(message) == {
        "power_w1": power, "register_wh1": register, "session_wh1": of_session, "state1": state,
    }  # fmt: skip


def test_every_state_has_a_word_that_is_an_option():
    letters = [session.BEGIN, *segments.STATES, session.END]
    told = json.loads(discovery.config("w1", "0.3", 1, 10000))
    for letter in ["idle", *letters]:
        assert shown({"state": letter})["state1"] in told["cmps"]["state1"]["options"]


@pytest.mark.parametrize(
    ("message", "cost"), [({**IDLE, "cost": "-1.5000"}, "-1.5000"), (NOW, "None")]
)
def test_a_cost_is_shown_once_a_session_has_ended(message, cost):
    told = json.loads(discovery.config("w1", "0.3", 1, 10000, "EUR"))["cmps"]["cost1"]
    template = jinja2.Environment().from_string(told["val_tpl"])
    assert template.render(value_json=message) == cost
    assert (told["dev_cla"], told["unit_of_meas"]) == ("monetary", "EUR")
    assert "exp_aft" not in told and "stat_cla" not in told


def test_the_device_is_there_as_its_status_says():
    told = json.loads(discovery.config("w1", "0.3", 1, 10000))
    template = jinja2.Environment().from_string(told["avty_tpl"])
    assert template.render(value_json={"state": "online"}) == "online"  # the defaults there
    assert template.render(value_json={"state": "offline"}) == "offline"
