"""`make broker` as a person has it: it starts, tells who needs what, and ends at Ctrl-C."""

import os
import signal
import socket
import stat
import subprocess
import sys

import broker_clients as clients
import interpreters
import mqtt_peers as peers
import pytest
from broker_clients import Client
from from_a_terminal import from_a_terminal

from tools import pki
from tools.broker_files import Site, prepare
from tools.mosquitto import Mosquitto

pytestmark = peers.NEEDS_MOSQUITTO
DEVICE = "w00000000000000aa"


class Command:
    """The command, running; what it has said so far is in `text`."""

    def __init__(self, folder, *options, **environment):
        self._out = folder.with_name(folder.name + ".out")
        with open(self._out, "w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tools.broker_setup", str(folder), *map(str, options)],
                cwd=interpreters.ROOT, env={**os.environ, **environment}, stdout=out,
                stderr=subprocess.STDOUT, process_group=0,
                preexec_fn=from_a_terminal,
            )  # fmt: skip

    @property
    def text(self):
        return self._out.read_text()

    def until_it_runs(self):
        clients.wait_for(lambda: "Ctrl-C" in self.text or self.process.poll() is not None)
        assert self.process.poll() is None, self.text

    def stop(self, number=signal.SIGINT):
        """As Ctrl-C does: everybody in the terminal's group hears it."""
        os.killpg(self.process.pid, number)
        return self.process.wait(20)

    def end(self):
        self.process.wait(20)
        return self.process.returncode, self.text


@pytest.fixture
def start(tmp_path):
    started = []

    def start(folder=None, *options, **environment):
        started.append(Command(folder or tmp_path / "site", *options, **environment))
        return started[-1]

    yield start
    for command in started:
        if command.process.poll() is None:
            command.stop(signal.SIGKILL)


def test_twice_in_a_row_with_the_same_certificates_and_what_was_retained(start, tmp_path):
    port, site = peers.free_port(), Site(tmp_path / "site")
    for attempt in (1, 2):
        command = start(None, "--port", port)
        command.until_it_runs()
        receiver = Client(Site(site.folder, port), clients.client(site, "receiver"))
        assert not receiver.refused
        receiver.subscribe("wattseal/#")
        if attempt == 1:
            authority = (site.pki / "ca.pem").read_bytes()
            pair = clients.device(site, tmp_path, DEVICE)
            device = Client(Site(site.folder, port), pair)
            device.publish(f"wattseal/v1/{DEVICE}/status", "kept", 1, True)
            device.close()
        receiver.wait_for("kept")
        receiver.close()
        assert command.stop() == 0 and command.text.endswith("broker: stopped\n")
    assert (site.pki / "ca.pem").read_bytes() == authority
    assert "kept" not in command.text


def test_it_tells_address_files_and_how_to_add_a_device(start, tmp_path):
    port = peers.free_port()
    command = start(None, "--port", port, "--host", "broker.example", COLUMNS="200")
    command.until_it_runs()
    site = tmp_path / "site"
    told = [
        f"mqtts://localhost:{port}", f"mqtts://broker.example:{port}", f"{site}/pki/ca.pem",
        f"{site}/pki/clients/receiver.pem", f"-m tools.pki device {site}/pki DEVICE_ID",
        f"{site}/acl",
    ]  # fmt: skip
    for text in told:
        assert text in command.text
    # the words that it tells to make a device's certificate are right
    words = next(line for line in command.text.splitlines() if "tools.pki device" in line).split()
    made = subprocess.run(
        [*words[1:-1], DEVICE], cwd=interpreters.ROOT, env={**os.environ, "PYTHONPATH": "."}
    )
    assert made.returncode == 0 and (site / f"pki/devices/{DEVICE}.key.der").exists()


def test_keys_are_for_their_owner_alone(tmp_path):
    site = Site(tmp_path / "site")
    prepare(site)
    pki.device(site.pki, DEVICE)
    secret = [p for p in site.folder.rglob("*") if ".key." in p.name or p.parent == site.folder]
    files = [p for p in secret if p.is_file()]
    assert len(files) == 7 and {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}


def test_an_access_list_that_a_person_changed_stays(tmp_path):
    site = Site(tmp_path / "site")
    prepare(site)
    (site.folder / "acl").write_text("user me\n")
    prepare(Site(site.folder, 1234))
    assert (site.folder / "acl").read_text() == "user me\n"
    assert "listener 1234\n" in site.configuration.read_text()


class TestRefusals:
    def refused(self, command, sentence):
        code, text = command.end()
        assert (code, len(text.splitlines())) == (2, 1), text
        assert text.startswith("broker: ") and sentence in text

    def test_a_port_that_is_taken(self, start, tmp_path):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            self.refused(start(None, "--port", port), f"port {port} is taken; name another PORT")
        assert not (tmp_path / "site/pki").exists()

    @pytest.mark.parametrize("port", [99999, -5, 0])
    def test_what_is_no_port_before_anything_is_written(self, start, tmp_path, port):
        self.refused(start(None, "--port", port), f"PORT={port} is no port; name one of 1 to")
        assert not (tmp_path / "site").exists()

    def test_no_mosquitto(self, start, monkeypatch, tmp_path):
        from tools import mosquitto

        monkeypatch.setattr(mosquitto, "_BESIDE", str(tmp_path))
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(mosquitto.BrokerFault, match="is missing; install it with"):
            mosquitto.found()

    def test_a_folder_that_cannot_be_written(self, start):
        words = [sys.executable, "-m", "tools.broker_setup", "/proc/wattseal", "--port"]
        command = subprocess.run(
            [*words, str(peers.free_port())], cwd=interpreters.ROOT, capture_output=True, text=True
        )
        assert command.returncode == 2 and command.stdout == ""
        assert "/proc/wattseal" in command.stderr and "name another DIR" in command.stderr
        assert len(command.stderr.splitlines()) == 1

    def test_a_host_that_the_certificate_does_not_name(self, start, tmp_path):
        prepare(Site(tmp_path / "site"))
        command = start(None, "--port", peers.free_port(), "--host", "new.example")
        self.refused(command, "certificate does not name new.example, but localhost, 127.0.0.1")

    def test_a_second_broker_in_the_same_folder(self, start):
        start(None, "--port", peers.free_port()).until_it_runs()
        self.refused(start(None, "--port", peers.free_port()), "a broker runs in ")

    def test_lines_of_ones_own_that_mosquitto_does_not_take(self, start, tmp_path):
        site = Site(tmp_path / "site")
        prepare(site)
        (site.folder / "conf.d/mine.conf").write_text("no such word\n")
        code, text = start(None, "--port", peers.free_port()).end()
        assert code == 2 and "mosquitto does not start with" in text.splitlines()[-1]


def test_a_killed_command_leaves_no_broker_behind(start):
    port = peers.free_port()
    command = start(None, "--port", port)
    command.until_it_runs()
    command.process.kill()

    def is_free():
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) != 0

    clients.wait_for(is_free)


def test_home_assistant_s_lines_do_what_they_say(tmp_path):
    site = Site(tmp_path / "site", peers.free_port())
    prepare(site)
    access = site.folder / "acl"
    lines = access.read_text().replace("#pattern", "pattern").replace("#user", "user")
    access.write_text(lines.replace("#topic", "topic"))
    pki.receiver(site.pki, "homeassistant")
    broker = Mosquitto(site, tmp_path / "log")
    broker.start()
    try:
        viewer = Client(site, clients.client(site, "homeassistant"))
        viewer.subscribe("#")
        device = Client(site, clients.device(site, tmp_path, DEVICE))
        for name in (
            "homeassistant/device/w00000000000000bb/1/config",
            f"wattseal/v1/{DEVICE}/rsp",
        ):
            device.publish(name, "hidden")
        topics = [f"homeassistant/device/{DEVICE}/1/config", f"wattseal/v1/{DEVICE}/live/1",
                  f"wattseal/v1/{DEVICE}/status"]  # fmt: skip
        for topic in topics:
            device.publish(topic, topic)
        viewer.wait_for(topics[-1])
        assert [topic for topic, _ in viewer.messages] == topics
        viewer.close()
        device.close()
    finally:
        broker.stop()
