"""On a real mosquitto with the access list that we ship: nobody reaches what is not his."""

import socket
import ssl

import broker_clients as clients
import mqtt_peers as peers
import pytest
from broker_clients import Client

from tools import certificates, pki
from tools.broker_files import Site, prepare
from tools.mosquitto import Mosquitto

pytestmark = peers.NEEDS_MOSQUITTO
A, B = "w00000000000000aa", "w00000000000000bb"
OWN_WRITES = (
    "status", "key", "bill/1", "bill/12", "load/1", "stat", "live/1", "tariff/00ff", "audit",
    "rsp",
)  # fmt: skip
OWN_READS = ("ack", "resend", "cmd", "part")
WHOLE = (*OWN_WRITES, *OWN_READS)


def of(device, names=WHOLE):
    return [f"wattseal/v1/{device}/{name}" for name in names]


# Nobody's, though they look like somebody's.
ODD = [
    f"wattseal/v1/{A}/../{B}/bill/1", f"wattseal/v1/{A}/bill/1/{B}", f"wattseal/v1/{A}/bill",
    f"wattseal/v1/{A}", f"wattseal/v2/{A}/bill/1", f"/wattseal/v1/{A}/bill/1", "other",
    f"wattseal/v1/{A}/other", "$SYS/broker/version",
    *(f"homeassistant/device/{device}/1/config" for device in (A, B)),
]  # fmt: skip
# Not his to write: another's topics, his own that others write, and nobody's.
DEVICE_DENIED = [
    *of(B), *of(A, OWN_READS), *ODD, f"wattseal/v1/{A.upper()}/bill/1", "wattseal/v1//bill/1",
]  # fmt: skip
RECEIVER_DENIED = [*of(A, (*OWN_WRITES, "cmd", "part")), *ODD]
OPERATOR_DENIED = [*of(A, (*OWN_WRITES, "ack", "resend")), *ODD]
FILTERS = [
    "#", "+/#", "wattseal/#", "wattseal/v1/#", "wattseal/v1/+/bill/1", "wattseal/v1/+/ack",
    "wattseal/v1/+/cmd", "wattseal/+/+/#", "+/+/+/+/+", "+/+/+/+", f"wattseal/v1/{B}/#",
    f"wattseal/v1/{B}/+", f"wattseal/v1/{A}/../{B}/bill/1", "$SYS/#", "$SYS/broker/version",
    "homeassistant/#", f"$share/g/wattseal/v1/{B}/#", "$share/g/#", *of(B),
]  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """With one name more in the access list: the auditor, who sees and writes all there is."""
    site = Site(tmp_path_factory.mktemp("site"), peers.free_port())
    prepare(site)
    access = site.folder / "acl"
    access.write_text(
        access.read_text() + "\nuser auditor\ntopic readwrite #\ntopic read $SYS/#\n"
    )
    pki.receiver(site.pki, "auditor")
    broker = Mosquitto(site, site.folder / "log")
    broker.start()
    yield site
    broker.stop()


@pytest.fixture(scope="module")
def pairs(site):
    folder = site.folder
    found = {name: clients.device(site, folder, name) for name in (A, B, "stranger")}
    return found | {n: clients.client(site, n) for n in ("receiver", "operator", "auditor")}


@pytest.fixture
def connect(site, pairs):
    opened = []

    def connect(name, **options):
        opened.append(Client(site, pairs[name], **options))
        assert not opened[-1].refused
        return opened[-1]

    yield connect
    for client in opened:
        client.close()


@pytest.fixture
def auditor(connect):
    client = connect("auditor")
    client.subscribe("#")
    return client


def written(client, auditor, topics, allowed):
    """Which of the payloads that a client writes everywhere arrive; the allowed one ends it."""
    for number, topic in enumerate(topics):
        for qos, retain in ((0, False), (1, False), (1, True)):
            client.publish(topic, f"w{number}.{qos}{retain:d}", qos, retain)
    client.publish(allowed, "the last")
    auditor.wait_for("the last")
    return [payload for payload in auditor.payloads() if payload.startswith("w")]


@pytest.mark.parametrize(("name", "denied", "own"), [
    (A, DEVICE_DENIED, of(A, OWN_WRITES)),
    ("receiver", RECEIVER_DENIED, of(A, ("ack", "resend")) + of(B, ("ack", "resend"))),
    ("operator", OPERATOR_DENIED, [*of(A, ("cmd", "part")), *of(B, ("cmd", "part"))]),
    ("stranger", [*of(A), *of(B), *ODD], of("stranger", OWN_WRITES)),
], ids=["device", "receiver", "operator", "stranger"])  # fmt: skip
def test_nobody_writes_what_is_not_his(connect, auditor, name, denied, own):
    client = connect(name)
    assert written(client, auditor, denied, own[0]) == []
    assert client.disconnects == 0
    for number, topic in enumerate(own):
        client.publish(topic, f"own {number}")
    auditor.wait_for(f"own {len(own) - 1}")
    arrived = [t for t, payload in auditor.messages if payload.startswith(b"own ")]
    assert arrived == own


@pytest.mark.parametrize("retained", [False, True], ids=["live", "retained"])
def test_a_device_hears_nothing_of_another_one_s(connect, auditor, retained):
    """What it may read arrives, which shows that its wide filters are there."""
    device = connect(A)
    if not retained:
        device.subscribe(*FILTERS)
    for topic in [*of(B), *of(A, OWN_WRITES), "other", "homeassistant/status"]:
        auditor.publish(topic, "secret", 1, retained)
    if retained:
        device.subscribe(*FILTERS)
    for topic in of(A, OWN_READS):
        auditor.publish(topic, topic)
    device.wait_for(of(A, OWN_READS)[-1])
    assert {topic for topic, _ in device.messages} == set(of(A, OWN_READS))
    for topic in [*of(B), *of(A, OWN_WRITES), "other", "homeassistant/status"]:
        auditor.publish(topic, "", 1, True)


@pytest.mark.parametrize(("name", "readable"), [
    ("receiver", of(A, OWN_WRITES[:-1])), ("operator", of(A, ("status", "live/1", "rsp"))),
])  # fmt: skip
def test_receiver_and_operator_hear_what_is_theirs(connect, auditor, name, readable):
    client = connect(name)
    client.subscribe("#", "$SYS/#")
    for topic in [*of(A), *ODD[:-1], *readable]:
        auditor.publish(topic, topic)
    client.wait_for(readable[-1])
    assert {topic for topic, _ in client.messages} == set(readable)


def test_the_witness_sees_what_an_open_list_lets_through(tmp_path):
    """The attempts above are real ones: with another access list every one of them succeeds."""
    site = Site(tmp_path, peers.free_port())
    prepare(site)
    (tmp_path / "acl").write_text("pattern readwrite #\n")
    broker = Mosquitto(site, tmp_path / "log")
    broker.start()
    try:
        attempts = [topic for topic in DEVICE_DENIED if not topic.startswith("$")]
        auditor = Client(site, clients.client(site, "receiver"))
        device = Client(site, clients.device(site, tmp_path, A))
        auditor.subscribe("#")
        arrived = written(device, auditor, attempts, of(A)[0])
        device.subscribe(*FILTERS)
        auditor.publish(of(B)[0], "secret")
        device.wait_for("secret")
        auditor.close()
        device.close()
    finally:
        broker.stop()
    assert len(arrived) == 3 * len(attempts)


class TestWhoIsWho:
    def test_without_our_certificate_nobody_gets_in(self, site, tmp_path):
        other = certificates.issue(certificates.Wanted("another CA"))
        forged = certificates.issue(certificates.Wanted(A, certificates.CLIENT), other)
        own = certificates.issue(certificates.Wanted(A, certificates.CLIENT))
        server = (site.pki / "broker.pem", site.pki / "broker.key.pem")
        pairs = [None, clients.credentials(tmp_path, forged, "f"),
                 clients.credentials(tmp_path, own, "o"), server]  # fmt: skip
        assert [bool(Client(site, pair).refused) for pair in pairs] == [True] * len(pairs)

    def test_the_certificate_s_name_counts_and_no_other(self, connect, auditor):
        client = connect(A, username=B, client_id=f"wattseal-{B}")
        assert written(client, auditor, of(B), of(A)[0]) == []

    def test_nobody_takes_another_s_connection(self, connect, auditor):
        other = connect(B, client_id="wattseal-" + B)
        for client_id in ("wattseal-" + B, B, "auditor", ""):
            connect(A, client_id=client_id).close()
        other.publish(of(B)[0], "still here")
        auditor.wait_for("still here")
        assert other.disconnects == 0 and auditor.disconnects == 0

    @pytest.mark.parametrize(("topic", "arrives"), [(of(B)[0], False), (of(A)[0], True)])
    def test_a_will_is_no_way_round(self, connect, auditor, topic, arrives):
        connect(A, will=topic).die()
        connect(B).publish(of(B)[1], "later")
        auditor.wait_for("later")
        if arrives:
            auditor.wait_for("a will")
        assert ("a will" in auditor.payloads()) == arrives

    @pytest.mark.parametrize("topic", ["wattseal/v1/+/bill/1", "#", f"wattseal/v1/{A}/bill/#"])
    def test_a_wildcard_is_no_topic_to_write_to(self, site, pairs, auditor, connect, topic):
        context = ssl.create_default_context(cafile=site.pki / "ca.pem")
        context.load_cert_chain(*pairs[A])
        with socket.create_connection(("localhost", site.port)) as plain, context.wrap_socket(
            plain, server_hostname="localhost"
        ) as sock:
            sock.sendall(b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a")
            assert sock.recv(4) == peers.CONNACK
            body = len(topic).to_bytes(2, "big") + topic.encode() + b"wild"
            sock.sendall(bytes((0x30, len(body))) + body)
            sock.settimeout(10)
            assert sock.recv(1) == b""  # it hangs up
        connect(B).publish(of(B)[0], "after it")
        auditor.wait_for("after it")
        assert "wild" not in auditor.payloads()
