"""What one device signs, however odd, harms neither its own records nor another device."""

import json

import pytest
import receive_site
import signed_records as signed

from tools.keys import fingerprint
from tools.receive.place import Place

BOTH = [signed.begin(), signed.end()]


@pytest.fixture
def opened(tmp_path):
    with receive_site.sites(tmp_path) as new:
        yield new


def message(number, kind="session", **changes):
    """A `bill` message whose record has some other fields."""
    fields = json.loads(signed.record(number, BOTH).split("|")[1])
    text = json.dumps({**fields, **changes}, separators=(",", ":"))
    return {
        "v": 1, "id": "0f" * 8, "device": signed.DEVICE, "connector": 1, "kind": kind,
        "pg": number, "session": "s", "ocmf": signed.sign(text),
    }  # fmt: skip


def nested(levels):
    return json.loads("[" * levels + "]" * levels)


class TestKey:
    """KEY names the key, and no other one is taken by another topic's name."""

    def test_a_topic_below_the_key_s_is_none(self, opened, tmp_path):
        site = opened(Place(tmp_path, signed.DEVICE, fingerprint(signed.spki())))
        for name in ("key/x", "key/", "key//key"):
            site.say(name, {"v": 1, "spki": signed.spki(signed.OTHER_KEY)})
            assert not (tmp_path / "public_key.hex").exists()
        site.say("key/x", {"v": 1, "spki": signed.spki()})
        assert not (tmp_path / "public_key.hex").exists()
        assert len(site.told("refused")) == 4
        site.greet()
        assert (tmp_path / "public_key.hex").read_text().strip() == signed.spki()

    @pytest.mark.parametrize("name", ["status/x", "stat/x", "audit/x"])
    def test_nor_is_one_below_a_name_that_stands_alone(self, opened, name):
        site = opened()
        site.greet()
        count = len(site.acks())
        site.say(name, {**receive_site.STATUS, "next": 9})
        assert len(site.told("refused")) == 1 and len(site.acks()) == count
        assert site.desk.devices[signed.DEVICE].receiver.status["next"] == 1
        assert not (site.place.folder(signed.DEVICE) / "audit.jsonl").exists()

    def test_a_status_below_another_name_is_none_heard(self, opened):
        opened().greet()
        site = opened()
        site.say("live/1/status", {})
        site.session(1)
        assert site.fetched == [f"wattseal/v1/{signed.DEVICE}/status"]


class TestDeep:
    """A run and a start judge alike, whatever stack each of them has."""

    @pytest.mark.parametrize("levels", [29, 30, 31, 32, 60, 500, 940, 960, 2000])
    def test_a_record(self, opened, levels):
        site = opened()
        site.greet()
        payload = signed.record(1, BOTH).split("|")[1]
        deep = payload[:-1] + ',"ZZ":' + "[" * levels + "]" * levels + "}"
        site.say("bill/1", {**message(1), "ocmf": signed.sign(deep)})
        stored = site.stored()
        assert stored == ([1] if levels < 32 else []) and site.acks() == stored
        again = opened()
        assert again.told("refused") == []
        assert list(again.desk.devices[signed.DEVICE].receiver.records) == stored

    def test_an_envelope(self, opened):
        site = opened()
        site.greet()
        for levels in (40, 900):
            text = json.dumps(message(1))[:-1] + ',"z":' + "[" * levels + "]" * levels + "}"
            site.say("bill/1", text.encode())
        assert site.stored() == [] and site.acks() == []
        site.say("bill/1", {**message(1), "z": nested(5)})
        assert site.stored() == [1]
