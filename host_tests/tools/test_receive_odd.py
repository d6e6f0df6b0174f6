"""What one device signs, however odd, harms neither its own records nor another device."""

import json

import pytest
import receive_site
import signed_records as signed
from rich.console import Console

from tools.keys import fingerprint
from tools.receive import view
from tools.receive.place import Place
from tools.verdict import findings

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


def odd_readings():
    begin, end = json.loads(signed.record(1, BOTH).split("|")[1])["RD"]
    for name, value in (("TM", None), ("TM", 5), ("EF", {"a": 1}), ("EF", 5), ("RV", "x"),
                        ("RV", [1]), ("ST", 5), ("RU", 5), ("TX", [])):  # fmt: skip
        yield [begin, {**end, name: value}]
    yield from (["xy", "z"], [None, end], [begin, [[]]], "xy")


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

    @pytest.mark.parametrize(
        ("name", "said"),
        [("live/1/status", {}), ("status/x", receive_site.STATUS), ("status", b'"x"')],
    )
    def test_what_is_no_status_is_none_heard(self, opened, name, said):
        opened().greet()
        site = opened()
        site.say(name, said)
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


class TestSigned:
    @pytest.mark.parametrize("cost", [None, 5, "x", [], {}, {"pay": "x", "cur": "EUR"},
                                      {"pay": 1}, {"pay": 1.5, "cur": 5}, {"pay": 1, "cur": []},
                                      {"pay": True, "cur": "EUR"}])  # fmt: skip
    def test_a_cost_that_is_none_is_shown_without(self, opened, capsys, cost):
        site = opened()
        site.greet()
        site.say("bill/1", message(1, XC=cost))
        for event in site.events:
            view.Lines(Console(), True).tell(event)
            view.Lines(Console()).tell(event)
        assert site.stored() == [1] and site.acks() == [1]
        assert "pay_e4" not in capsys.readouterr().out and site.desk.sessions == 1

    @pytest.mark.parametrize("readings", list(odd_readings()), ids=range(13))
    def test_odd_readings_are_stored_once_and_not_verified(self, opened, readings):
        site = opened()
        site.greet()
        odd = message(1, "begin" if len(readings) == 1 else "session", RD=readings)
        for _ in range(3):
            site.say("bill/1", odd)
        assert site.stored() == [1] and site.acks()[-1] == 1
        (event,) = [event for event in site.events if event.kind == "record"]
        assert event.bad and "NOT VERIFIED: pyocmf" in event.text
        assert site.desk.devices[signed.DEVICE].receiver.repeats == 2
        assert opened().desk.devices[signed.DEVICE].receiver.upto == 0

    @pytest.mark.parametrize("field", ["LC", "IS", "CT", "XS", "FV", "MV", "IF"])
    def test_odd_fields_end_nothing(self, opened, field):
        site = opened()
        site.greet()
        for number, value in enumerate((None, 5, "x", "\x1b[2J", [], {"a": []}, [[]], 1e300), 1):
            site.say("bill/1", message(number, **{field: value}))
        assert site.stored() == list(range(1, 9)) and site.acks()[-1] == 8

    def test_no_word_of_a_record_reaches_the_terminal_by_a_warning(self, recwarn):
        text = message(1, CT="\x1b[2J", XC=None)["ocmf"]
        findings(text, signed.spki())
        assert not recwarn.list

    def test_what_no_judge_foresaw_is_stored_and_another_device_served(self, opened, monkeypatch):
        def judge(*_):
            raise AttributeError("of a library")

        site = opened()
        site.greet()
        device = site.desk.devices[signed.DEVICE]
        monkeypatch.setattr(device.receiver, "verify", judge)
        for _ in range(3):
            site.session(1)
        assert site.stored() == [1, 2] and site.acks()[-1] == 2
        assert "AttributeError: of a library" in site.told("refused")[0]
        assert not any(record.ok for record in device.receiver.records.values())
        site.say("status", receive_site.STATUS, receive_site.OTHER)
        assert len(site.desk.devices) == 2


class TestInUse:
    def test_of_one_device_it_is_refused_and_the_others_served(self, opened, tmp_path):
        site = opened()
        other = receive_site.Site(Place(tmp_path / "received" / signed.DEVICE, signed.DEVICE))
        try:
            other.greet()
            site.greet()
            site.say("status", receive_site.STATUS, receive_site.OTHER)
            assert list(site.desk.devices) == [receive_site.OTHER]
            assert "another run writes its records to" in site.told("refused")[0]
        finally:
            other.desk.close()
        site.greet()
        site.session(1)
        assert site.stored() == [1, 2] and site.acks()[-1] == 2

    def test_so_it_is_at_the_start(self, opened, tmp_path):
        opened().greet()
        site = opened(Place(tmp_path / "received" / signed.DEVICE, signed.DEVICE))
        both = receive_site.Site(Place(tmp_path / "received"))
        try:
            assert "another run writes its records to" in both.told("refused")[0]
            site.desk.close()
            both.greet()
            both.session(1)
            assert both.stored() == [1, 2]
        finally:
            both.desk.close()

    def test_a_folder_that_could_not_be_read_is_free_for_the_next_try(self, opened, monkeypatch):
        def fail(_):
            raise OSError(5, "Input/output error")

        site = opened()
        with monkeypatch.context() as patched:
            patched.setattr("tools.taken_up.key", fail)
            site.greet()
            assert site.desk.trouble == "Input/output error"
        site.look()
        site.session(1)
        assert site.stored() == [1, 2] and site.acks()[-1] == 2
