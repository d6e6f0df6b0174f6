"""Records to the reference verifier's XML and to OCPP: what was signed comes out unchanged."""

import base64
import json
from xml.etree import ElementTree

import exported
import priced_records as priced
import pytest
import signed_records as signed
from four_elements import VALUES
from ocpp.messages import Call, _validate_payload
from pyocmf import OCMF, OcmfContainer

from tools.bills import judged
from tools.bills.command import CommandFault
from tools.export import ocpp, safe_xml
from wattseal.core import bill
from wattseal.core.pricing import loading


def chosen(tmp_path, *lines, values=VALUES):
    return judged.read([str(exported.folder(tmp_path, lines, values))], None, []).bills


def test_the_xml_holds_the_record_and_the_key(tmp_path):
    found = chosen(tmp_path, priced.line(2), priced.line(3, session="5e57"))
    path = tmp_path / "out.xml"
    path.write_text(safe_xml.document([safe_xml.value(each) for each in found]))
    values = ElementTree.parse(path).getroot().findall("value")
    assert [v.attrib for v in values] == [{}, {}]
    for value, each in zip(values, found, strict=True):
        data, key = value.find("signedData"), value.find("publicKey")
        assert data.attrib == {"format": "OCMF", "encoding": "plain"}
        assert data.text == each.bill.message.text
        assert key.attrib == {"encoding": "plain"} and key.text == signed.spki()
    container = OcmfContainer.from_xml(path)
    for entry in container:
        assert entry.verify_signature()
    assert len(container) == 2


def test_the_xml_escapes_what_xml_needs_escaped(tmp_path):
    values = {**VALUES, "text": "from < 5 & to > 7"}
    tariff = loading.load(json.dumps(values).encode())
    (each,) = chosen(tmp_path, priced.line(2, tariff=tariff), values=values)
    assert "< 5 & to" in each.bill.message.text
    (value,) = ElementTree.fromstring(safe_xml.document([safe_xml.value(each)])).findall("value")
    assert value.find("signedData").text == each.bill.message.text


def record(value):
    """The record of a SignedMeterValue, and its key."""
    assert (value["signingMethod"], value["encodingMethod"]) == ("", "OCMF")
    key = base64.b64decode(value["publicKey"]).decode()
    assert key.startswith("oca:base16:asn1:")
    return base64.b64decode(value["signedMeterData"]).decode(), key.removeprefix(
        "oca:base16:asn1:"
    )


def test_ocpp_16_carries_the_record_as_text(tmp_path):
    (each,) = chosen(tmp_path, priced.line(2))
    message = ocpp.stop_transaction(each, 77)
    _validate_payload(Call("1", "StopTransaction", message), "1.6")
    assert (message["transactionId"], message["meterStop"]) == (77, 9002)
    assert (message["timestamp"], message["reason"]) == ("2026-11-30T09:00:00Z", "Local")
    (row,) = message["transactionData"]
    (value,) = row["sampledValue"]
    assert (value["format"], value["context"]) == ("SignedData", "Transaction.End")
    text, key = record(json.loads(value["value"]))
    assert text == each.bill.message.text and OCMF.from_string(text).verify_signature(key)
    assert ocpp.stop_transaction(each)["transactionId"] == 2


def test_ocpp_201_carries_the_record_in_its_own_type(tmp_path):
    (each,) = chosen(tmp_path, priced.line(2))
    message = ocpp.transaction_event(each)
    _validate_payload(Call("1", "TransactionEvent", message), "2.0.1")
    assert message["transactionInfo"] == {"transactionId": "5e55", "stoppedReason": "Local"}
    assert (message["eventType"], message["triggerReason"]) == ("Ended", "StopAuthorized")
    (row,) = message["meterValue"]
    (value,) = row["sampledValue"]
    assert (value["value"], value["unitOfMeasure"]) == (9002, {"unit": "Wh"})
    assert record(value["signedMeterValue"])[0] == each.bill.message.text


def test_a_record_too_long_for_ocpp_201_is_refused_and_16_takes_it(tmp_path):
    rows = [[60 * n, 10, "CS"[n % 2]] for n in range(90)]
    (each,) = chosen(tmp_path, priced.line(2, rows=rows))
    assert len(each.bill.message.text) > 1875
    with pytest.raises(
        CommandFault, match="in base64, and signedMeterData of OCPP 2.0.1 holds 2500"
    ):
        ocpp.transaction_event(each)
    assert ocpp.stop_transaction(each)["meterStop"] == 1900


@pytest.mark.parametrize("make", [ocpp.stop_transaction, ocpp.transaction_event])
def test_ocpp_tells_no_end_that_nobody_knows(tmp_path, make):
    for clock in ("UR", "SU"):
        (each,) = chosen(tmp_path, priced.line(2, clock=clock))
        with pytest.raises(CommandFault, match="nobody knows when T2 ended"):
            make(each)
    (each,) = chosen(tmp_path, priced.line(2, clock="US"))
    assert "2026-11-30T09:00:00Z" in json.dumps(make(each))


@pytest.mark.parametrize("letter", "ELRAP")
def test_each_end_of_a_session_makes_good_messages(tmp_path, letter):
    ends = [signed.begin(), signed.end(tx=letter)]
    extras = [("UM", signed.HEAD.model_hash), ("XS", [[0, 7500, "C"]])]
    text = signed.sign(signed.ocmf.payload(signed.HEAD, 2, signed.WHO, ends, extras))
    (each,) = chosen(tmp_path, signed.line(bill.SESSION, 2, "5e55", text))
    _validate_payload(Call("1", "StopTransaction", ocpp.stop_transaction(each)), "1.6")
    event = ocpp.transaction_event(each)
    _validate_payload(Call("1", "TransactionEvent", event), "2.0.1")
    assert ("stoppedReason" in event["transactionInfo"]) == (letter != "E")
