"""The emulated meters answer what tools.sim_meter serves; check sums and refusals by pymodbus."""

import json
import subprocess
from pathlib import Path

import pytest
from pymodbus.framer.rtu import FramerRTU

from tools.emulator.meter_profile import profile, served_mwh
from tools.sim_meter import MODELS, SimMeter

ANSWERS = Path(__file__).with_name("meter_answers.mjs")
ENERGIES_MWH = (0, 999, 1_000, 12_345_678_901, 98_765_432_109_876)
ILLEGAL_FUNCTION, ILLEGAL_VALUE = 1, 3


def frame(pdu, unit=1):
    body = bytes([unit]) + pdu
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


def read(function, address, count):
    return frame(bytes([function]) + address.to_bytes(2, "big") + count.to_bytes(2, "big"))


def ask(node, meters, requests, **more):
    """[(PDU, ms) or None] and the counts; every answer's check sum is verified."""
    given = {"meters": meters, "requests": [r.hex() for r in requests], **more}
    done = subprocess.run(
        [node, str(ANSWERS)], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    answers = [a and (bytes.fromhex(a["frame"]), a["ms"]) for a in told["answers"]]
    return answers, told["counts"]


def pdu(answer, unit=1):
    data, _ = answer
    assert data[0] == unit
    assert FramerRTU.compute_CRC(data[:-2]) == int.from_bytes(data[-2:], "big")
    return data[1:-2]


def emulated(meter, rows=()):
    return {"profile": profile(meter), "energy_mwh": meter.energy_mwh, "rows": list(rows)}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("energy_mwh", ENERGIES_MWH)
def test_the_registers_are_those_of_the_simulated_meter(node, model, energy_mwh):
    meter = SimMeter(model, 1, "4711", energy_mwh)
    meter.power_w = 11_040
    known = meter._map
    function = known.measured[0]
    wanted = [(function, n.address) for n in (*known.energy, known.power)]
    wanted += [(known.named[0], at) for at, _ in (known.serial, known.firmware)]
    count = 4 if "Q" in known.energy[0].code.upper() else 2
    rows = [[0, 0, 11_040], [100, 0, 11_040]]
    requests = [read(function, address, count) for function, address in wanted]
    answers, _ = ask(node, [emulated(meter, rows)], requests)
    for (function, address), answer in zip(wanted, answers, strict=True):
        words = [meter._words.get(address + i, 0) for i in range(count)]
        data = b"".join(word.to_bytes(2, "big") for word in words)
        assert pdu(answer) == bytes([function, len(data)]) + data
    assert served_mwh(model, energy_mwh) == meter.served_energy_mwh()


def test_an_answer_comes_after_the_silence_and_the_turn_round(node):
    answers, _ = ask(node, [emulated(SimMeter("sdm630", 1, "1"))], [read(4, 72, 2)])
    assert answers[0][1] == pytest.approx(20 + 3.5 * 1000 / 960, abs=0.001)


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (read(3, 72, 2), bytes([0x83, ILLEGAL_FUNCTION])),
        (read(4, 72, 81), bytes([0x84, ILLEGAL_VALUE])),
        (read(4, 72, 0), bytes([0x84, ILLEGAL_VALUE])),
        (read(4, 0xFC00, 2), bytes([0x84, ILLEGAL_FUNCTION])),
        (frame(b"\x06\x00\x48\x00\x01"), bytes([0x86, ILLEGAL_FUNCTION])),
    ],
)
def test_a_request_the_meter_does_not_know_is_refused(node, request_, refusal):
    answers, counts = ask(node, [emulated(SimMeter("sdm630", 1, "1"))], [request_])
    assert pdu(answers[0]) == refusal
    assert counts["exceptions"] == 1


def test_a_broken_or_foreign_frame_is_not_answered(node):
    good = read(4, 72, 2)
    broken = good[:-1] + bytes([good[-1] ^ 1])
    answers, counts = ask(
        node, [emulated(SimMeter("sdm630", 1, "1"))], [broken, frame(good[1:-2], unit=9), good[:3]]
    )
    assert answers == [None] * 3
    assert (counts["bad_crc"], counts["not_mine"], counts["requests"]) == (2, 1, 0)


def test_another_parity_is_not_understood(node):
    meter = emulated(SimMeter("sdm630", 1, "1"))
    answers, counts = ask(node, [meter], [read(4, 72, 2)], format={"baud": 9600, "parity": "E"})
    assert answers == [None]
    assert counts["bad_format"] == 8


def test_two_units_share_a_line(node):
    meters = [emulated(SimMeter("sdm630", 1, "11")), emulated(SimMeter("em340", 2, "22"))]
    requests = [read(4, 72, 2), frame(read(4, 0x400, 2)[1:-2], unit=2)]
    answers, _ = ask(node, meters, requests)
    assert pdu(answers[0])[:2] == b"\x04\x04"
    assert pdu(answers[1], unit=2)[:2] == b"\x04\x04"


def test_the_meter_says_what_it_is(node):
    request = frame(b"\x2b\x0e\x01\x00")
    answers, _ = ask(node, [emulated(SimMeter("sdm630", 1, "1"))], [request])
    assert pdu(answers[0]) == (
        b"\x2b\x0e\x01\x01\x00\x00\x03\x00\x07Eastron\x01\x06SDM630\x02\x013"
    )


def test_tampering_does_what_its_rules_say_and_no_more(node):
    rules = [
        {"from_s": 0, "to_s": 1, "what": "silent"},
        {"from_s": 1, "to_s": 2, "what": "bad_crc"},
        {"from_s": 2, "to_s": 3, "what": "cut_short", "value": 3},
        {"from_s": 3, "to_s": 4, "what": "exception", "value": 6},
        {"from_s": 4, "to_s": 5, "what": "late", "value": 100},
        {"from_s": 5, "to_s": 6, "what": "register", "value": [72, 0xFFFF]},
        {"from_s": 6, "to_s": 7, "what": "other_unit", "value": 7},
    ]
    meter = emulated(SimMeter("sdm630", 1, "1", 0))
    answers, _ = ask(node, [meter], [read(4, 72, 2)] * 8, tampering=rules)
    silent, bad_crc, short, exception, late, register, other, honest = answers
    good = pdu(honest)
    assert silent is None
    assert FramerRTU.compute_CRC(bad_crc[0][:-2]) != int.from_bytes(bad_crc[0][-2:], "big")
    assert short[0] == honest[0][:-3]
    assert pdu(exception) == b"\x84\x06"
    assert late[1] == pytest.approx(honest[1] + 100)
    assert pdu(register) == b"\x04\x04\xff\xff\x00\x00"
    assert pdu(other, unit=7) == good
