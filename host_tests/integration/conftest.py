"""What several integration tests begin with; tests nothing itself."""

import mqtt_peers
import pytest

from tools.broker_files import Site, prepare
from tools.mosquitto import Mosquitto


@pytest.fixture
def site(tmp_path):
    """A broker as `make broker` starts it, with TLS and a right for each."""
    site = Site(tmp_path / "broker", mqtt_peers.free_port())
    site.folder.mkdir()
    prepare(site)
    broker = Mosquitto(site, tmp_path / "broker.log")
    broker.start()
    yield site
    broker.stop()
