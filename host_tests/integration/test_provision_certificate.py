"""`make provision` at `make broker`: the device's certificate is for years, and kept."""

import datetime

import mqtt_peers as peers
from cryptography import x509
from host_tool import tool

pytestmark = peers.NEEDS_MOSQUITTO


def commission(site, folder):
    """What was said; the broker has heard the device."""
    answers = f'replace = true\nbroker = "mqtts://localhost:{site.port}"\nca = "{site.pki}"\n'
    (folder / "a.toml").write_text(answers)
    words = ("--port", "unix", "--from", folder / "a.toml", "--data", folder / "data")
    done = tool("provision", *words, "--out", folder / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_good_for_years_said_and_the_same_the_second_time(site, tmp_path):
    said = commission(site, tmp_path)
    at = tmp_path / "data/broker.cert.der"
    raw = at.read_bytes()
    end = x509.load_der_x509_certificate(raw).not_valid_after_utc
    assert end - datetime.datetime.now(datetime.timezone.utc) > datetime.timedelta(days=3600)
    (report,) = (tmp_path / "out").glob("*.txt")
    told = f"good until {end:%Y-%m-%d}"
    assert told in said and told in report.read_text()
    assert (site.pki / "devices" / f"{report.stem}.der").read_bytes() == raw
    assert told in commission(site, tmp_path)
    assert at.read_bytes() == raw
