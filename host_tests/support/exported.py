"""A records.jsonl of priced sessions and corrections with what lies beside it, for bill tools."""

import json
import sys

import pytest
import signed_records as signed
from four_elements import VALUES

OPERATOR = {
    "country_code": "DE", "party_id": "ABC", "auth_method": "WHITELIST",
    "cdr_token": {
        "country_code": "DE", "party_id": "XYZ", "type": "RFID", "contract_id": "DE-XYZ-C1-A",
    },
    "cdr_location": {
        "id": "L1", "address": "Hauptstr. 1", "city": "Berlin", "country": "DEU",
        "coordinates": {"latitude": "52.516667", "longitude": "13.383333"},
    },
    "connectors": {"1": {
        "evse_uid": "E1", "evse_id": "DE*W*E1", "connector_id": "1",
        "connector_standard": "IEC_62196_T2", "connector_format": "SOCKET",
        "connector_power_type": "AC_3_PHASE",
    }},
}  # fmt: skip


def folder(path, lines, values=VALUES):
    """Its records.jsonl."""
    (path / "public_key.hex").write_text(signed.spki())
    (path / "tariffs").mkdir(exist_ok=True)
    (path / "tariffs/one.json").write_text(json.dumps(values))
    (path / "operator.json").write_text(json.dumps(OPERATOR))
    records = path / "records.jsonl"
    records.write_text("".join(lines))
    return records


def run(main, arguments, monkeypatch, capfdbinary):
    """(exit status, standard output as bytes, standard error as text)."""
    monkeypatch.setattr(sys, "argv", ["tool", *map(str, arguments)])
    with pytest.raises(SystemExit) as done:
        main()
    out, err = capfdbinary.readouterr()
    return done.value.code or 0, out, err.decode()
