"""tools.provision.kept: what stays of a part that is asked anew, and what does not."""

from tools.provision import kept

ROW = {"id": 1, "meter": "sdm630", "unit": 1}
BROKER = {"host": "b", "port": 8883, "ca": "ca.der"}


def of(**parts):
    return kept.of({"version": 1, "connectors": [ROW], **parts}, [ROW])


def test_a_broker_s_and_a_time_server_s_own_stay_with_their_host():
    stays = of(
        broker={**BROKER, "keepalive_s": 20, "ca_next": "next.der"},
        ntp={"host": "n", "port": 1123},
    )
    told = stays.beside("broker", {**BROKER, "port": 8884})
    assert told == {**BROKER, "port": 8884, "keepalive_s": 20}
    assert stays.beside("broker", {**BROKER, "host": "c"}) == {**BROKER, "host": "c"}
    assert stays.beside("ntp", {"host": "n"}) == {"host": "n", "port": 1123}
    assert stays.beside("ntp", {"host": "m"}) == {"host": "m"}
    assert stays.of_parts() == ["broker.keepalive_s", "ntp.port"]
    assert stays.lost == ["broker.ca_next"]  # with a file that is no good nothing would start


def test_what_the_firmware_would_refuse_does_not_stay():
    stays = of(broker={**BROKER, "keepalive_s": -1}, ntp={"host": "n", "port": "x"})
    assert stays.beside("broker", BROKER) == BROKER
    assert stays.beside("ntp", {"host": "n"}) == {"host": "n"}


def test_a_part_that_is_none_stops_nothing():
    stays = of(broker=[], ntp={"port": 1123})
    assert stays.beside("broker", BROKER) == BROKER
    assert stays.beside("ntp", {"host": "n"}) == {"host": "n"}
