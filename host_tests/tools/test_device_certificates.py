"""tools.device_certificates: a good certificate is kept, and what is none any more replaced."""

import datetime

import pytest

from tools import certificates, device_certificates, pki
from tools.certificates import Wanted

ID = "w00000000000000aa"


@pytest.fixture
def folder(tmp_path):
    pki.init(tmp_path, ["broker.test"])
    return tmp_path


def put(folder, holder):
    at = folder / "devices"
    at.mkdir(exist_ok=True)
    (at / f"{ID}.der").write_bytes(holder.der)
    (at / f"{ID}.key.der").write_bytes(holder.key_der)


def of(folder, name=ID, usage=certificates.CLIENT, days=3650):
    return certificates.issue(Wanted(name, usage, valid_days=days), pki.authority(folder))


def test_a_new_one_is_for_years_and_stays(folder):
    first = device_certificates.kept(folder, ID)
    assert device_certificates.kept(folder, ID).der == first.der
    assert device_certificates.end(first.der)[:4] >= "2035"
    key = folder / "devices" / f"{ID}.key.der"
    assert key.read_bytes() == first.key_der and key.stat().st_mode & 0o777 == 0o600


def test_one_that_a_person_made_is_taken_though_it_is_for_three_months(folder):
    made = pki.device(folder, ID, valid_days=90).holder
    assert device_certificates.kept(folder, ID).der == made.der


def test_one_that_ends_soon_or_is_another_s_is_replaced(folder, tmp_path):
    pki.init(tmp_path / "other", ["broker.test"])
    for bad in (of(folder, days=29), of(folder, name="w1"), of(tmp_path / "other")):
        put(folder, bad)
        new = device_certificates.kept(folder, ID)
        assert new.der != bad.der
        assert device_certificates.kept(folder, ID).der == new.der
        assert (folder / "devices" / f"{ID}.pem").read_bytes() == new.pem


def test_none_is_good_for_longer_than_its_authority(tmp_path):
    pki.init(tmp_path, ["broker.test"], valid_days=30)
    last = pki.authority(tmp_path).certificate.not_valid_after_utc
    put(tmp_path, of(tmp_path))
    new = device_certificates.kept(tmp_path, ID)
    assert new.certificate.not_valid_after_utc == last
    assert device_certificates.end(new.der) == f"{last:%Y-%m-%d}"
    assert device_certificates.kept(tmp_path, ID).der == new.der
    late = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    wanted = Wanted(ID, certificates.CLIENT, valid_days=40, valid_from=late)
    put(tmp_path, bad := certificates.issue(wanted, pki.authority(tmp_path)))
    assert device_certificates.kept(tmp_path, ID).der != bad.der


def test_one_whose_key_is_gone_damaged_or_another_s_is_replaced(folder):
    key = folder / "devices" / f"{ID}.key.der"
    for spoil in (
        key.unlink,
        lambda: key.write_bytes(b"no key"),
        lambda: key.write_bytes(of(folder).key_der),
    ):
        before = device_certificates.kept(folder, ID)
        spoil()
        after = device_certificates.kept(folder, ID)
        assert after.der != before.der and key.read_bytes() == after.key_der
        assert key.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_made_anew_stays(folder):
    put(folder, of(folder, days=29))
    before = (folder / "devices" / f"{ID}.der").read_bytes()
    (folder / "ca.key.pem").unlink()
    with pytest.raises(pki.PkiError, match="make an authority with init"):
        device_certificates.kept(folder, ID)
    assert (folder / "devices" / f"{ID}.der").read_bytes() == before


def test_a_key_that_is_no_file_is_one_sentence(folder):
    device_certificates.kept(folder, ID)
    key = folder / "devices" / f"{ID}.key.der"
    key.unlink()
    key.mkdir()
    with pytest.raises(pki.PkiError, match=r"cannot be read \(Is a directory\)"):
        device_certificates.kept(folder, ID)


def test_a_receiver_s_name_is_not_taken(folder):
    pki.receiver(folder, "receiver")
    with pytest.raises(pki.PkiError, match="use another name"):
        device_certificates.kept(folder, "receiver")
