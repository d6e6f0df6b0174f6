"""BROKER= as people write it: what is shown again can be given again, and no password is in it."""

import pytest

from tools.broker_address import BrokerAddressError, parse


@pytest.mark.parametrize(("text", "shown"), [
    ("box:1884", "mqtt://box:1884"),
    ("mqtt://u:secret@10.0.0.1", "mqtt://10.0.0.1:1883"),
    ("mqtt://[::1]", "mqtt://[::1]:1883"), ("[fe80::1]:1884", "mqtt://[fe80::1]:1884"),
])  # fmt: skip
def test_what_is_shown_can_be_given_again(text, shown):
    assert parse(text).shown == shown
    assert parse(shown).shown == shown


@pytest.mark.parametrize(
    "text", ["", "box", "mqtt://", "box:99999", "box:x", "http://box", "mqtts://box"]
)
def test_what_names_no_broker_is_refused_in_a_sentence(text):
    with pytest.raises(BrokerAddressError, match=r"\w{3}"):
        parse(text)
