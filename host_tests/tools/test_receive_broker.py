"""tools.receive.broker: a receiver takes part as itself, by the certificate of its name."""

import pytest

from tools import pki
from tools.broker_address import BrokerAddressError
from tools.broker_files import RECEIVER
from tools.receive import broker

URL = "mqtts://broker.test:8883"


@pytest.mark.parametrize(("user", "name"), [("", RECEIVER), ("billing", "billing")])
def test_a_second_one_has_a_certificate_of_its_own(tmp_path, user, name):
    pki.init(tmp_path, ["broker.test"])
    for each in (RECEIVER, "billing"):
        pki.receiver(tmp_path, each)
    found = broker.address(URL, tmp_path, user, None)
    at = tmp_path / "clients"
    assert found.own == (at / f"{name}.pem", at / f"{name}.key.pem")


def test_one_without_a_certificate_is_told_how_to_get_it(tmp_path):
    pki.init(tmp_path, ["broker.test"])
    with pytest.raises(BrokerAddressError, match=r"tools\.pki receiver .* billing"):
        broker.address(URL, tmp_path, "billing", None)
