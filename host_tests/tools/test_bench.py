"""The bench: its yardstick is sound, its judgement can fail, its report has the agreed form."""

import json
import subprocess
import sys
from types import SimpleNamespace

import interpreters
import pytest

from tools import bench
from tools.bench_board import board
from tools.bench_figures import BenchFault, Figure, Outcome
from tools.bench_pricing import pricing
from tools.bench_sealing import sealing
from tools.bench_sign import signing

TEXTBOOK = """
from hashlib import sha256
from wattseal.core import ecdsa
from p256_table import TABLE
import textbook
for i in range(1, 20):
    digest = sha256(bytes([i])).digest()
    key = int.from_bytes(digest, "big") >> (i & 7)
    ours = ecdsa.finish(ecdsa.sign_steps(key, digest, TABLE, b"", bytes(64)))
    assert textbook.sign(key, digest) == ours
print("same")
"""


def test_the_textbook_makes_the_same_signatures(tmp_path):
    (tmp_path / "compare.py").write_text(TEXTBOOK)
    textbook = interpreters.ROOT / "tools/bench_sign/textbook.py"
    (tmp_path / "textbook.py").write_text(textbook.read_text())
    done = interpreters.run(interpreters.unix64(), [tmp_path / "compare.py"])
    assert done.stdout.strip() == "same"


@pytest.mark.parametrize(
    ("sign", "textbook", "native", "missed"),
    [
        (1.7, 14.5, 0.2, 0),
        (1.9, 15.3, 0.2, 0),
        (1.91, 15.5, 0.2, 1),  # too slow for CPython
        (1.7, 13.5, 0.2, 1),  # less than 8 times the textbook's speed
        (1.0, 11.9, 0.2, 1),  # a textbook that is no textbook
        (1.0, 17.1, 0.2, 1),
        (3.0, 30.0, 0.2, 2),
        (1.7, 14.5, 0.21, 1),  # less than 5 times CPython's speed
    ],
)
def test_judges_each_promise(sign, textbook, native, missed):
    least = {"sign": sign, "textbook": textbook, "ecdsa": 1.0}
    assert len(signing.judge({**least, "sign_native": native})) == missed
    assert len(signing.judge(least)) == (0 if native == 0.21 else missed)


def test_judges_the_board_s_figures_that_are_there():
    most = {name: Figure(limit, "ms") for name, limit in board.MOST.items()}
    assert board.judge({**most, "verify": Figure(10**6, "ms")}) == []
    for name, limit in board.MOST.items():
        missed = board.judge({**most, name: Figure(limit + 0.1, "ms")})
        assert missed == [f"board.{name} is {limit + 0.1:g} ms, more than {limit}"]
    assert board.judge({}) == []


def test_the_report_has_the_agreed_form(tmp_path):
    figures = {"one": Figure(1.5, "ms", "two", 0.5), "two": Figure(3, "ms")}
    bench.write(figures, tmp_path / "new/bench.json")
    assert json.loads((tmp_path / "new/bench.json").read_text()) == {
        "one": {"value": 1.5, "unit": "ms", "vs": "two", "ratio": 0.5},
        "two": {"value": 3, "unit": "ms", "vs": None, "ratio": None},
    }


def run_main(monkeypatch, tmp_path, *run):
    monkeypatch.setattr(
        bench, "BENCHES", [SimpleNamespace(run=each, __doc__="It.") for each in run]
    )
    monkeypatch.setattr(bench, "REPORT", tmp_path / "bench.json")
    return bench.main()


def test_a_missed_promise_fails_the_bench_and_is_still_reported(monkeypatch, tmp_path, capsys):
    outcome = Outcome({"one": Figure(1, "ms")}, ["one is too slow"])
    assert run_main(monkeypatch, tmp_path, lambda: outcome) == 1
    assert "bench: one is too slow" in capsys.readouterr().err
    assert "one" in json.loads((tmp_path / "bench.json").read_text())
    assert run_main(monkeypatch, tmp_path, lambda: Outcome(outcome.figures)) == 0


def test_a_bench_that_cannot_run_says_so_in_one_sentence(monkeypatch, tmp_path, capsys):
    def run():
        raise BenchFault("no MicroPython")

    assert run_main(monkeypatch, tmp_path, run) == 2
    assert capsys.readouterr().err == "bench: no MicroPython\n"
    assert not (tmp_path / "bench.json").exists()


def test_what_was_measured_before_a_bench_that_cannot_run_is_kept(monkeypatch, tmp_path, capsys):
    def run():
        raise BenchFault("no board")

    outcome = Outcome({"one": Figure(1, "ms")}, ["one is too slow"])
    assert run_main(monkeypatch, tmp_path, lambda: outcome, run) == 2
    said = capsys.readouterr()
    assert said.err == "bench: one is too slow\nbench: no board\n" and "one" in said.out
    assert "one" in json.loads((tmp_path / "bench.json").read_text())


def test_a_device_that_stops_is_a_fault_with_its_last_words():
    device = signing.Device(sys.executable)  # CPython has no p256_table to import
    with pytest.raises(BenchFault, match="ModuleNotFoundError"):
        device.time_ns("sign", 1)
    device.close()


def test_measures_all_contestants_in_every_round():
    device, least = signing.Device(interpreters.unix64()), {}
    signing._round(device, signing.Cpython(), signing.IN_ROUND, least)
    device.close()
    assert set(least) == {"sign", "verify", "textbook", "ecdsa"}
    assert all(10_000 < time_ns < 10**9 for time_ns in least.values())


def test_names_what_to_do_without_an_interpreter(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench"], cwd=interpreters.ROOT, text=True,
        env={"WATTSEAL_MICROPYTHON": str(tmp_path / "none"), "PYTHONPATH": "."},
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "MICROPYTHON=path" in done.stderr


def test_times_sealing_on_each_interpreter(monkeypatch, tmp_path):
    monkeypatch.setattr(sealing, "UNIX32", tmp_path / "none")
    figures = sealing.run().figures
    names = ("capsule", "key", "slot_erase", "slot_put")
    assert sorted(figures) == [f"sealing.{name}_64_bits" for name in names]
    assert all(figures[f"sealing.{name}_64_bits"].value > 0 for name in names)
    key = figures["sealing.key_64_bits"]
    assert 1 < key.ratio < 30 and 0 < figures["sealing.capsule_64_bits"].value < key.value
    (tmp_path / "broken.py").write_text("print(1)\n")
    monkeypatch.setattr(sealing, "DEVICE", tmp_path / "broken.py")
    with pytest.raises(BenchFault, match="stopped in the bench of sealing"):
        sealing.run()


def test_judges_the_heap_of_97_priced_segments():
    assert pricing.judge(pricing.MOST_BYTES) == []
    assert pricing.judge(8193) == ["pricing.97_segments_heap is 8193 bytes, more than 8192"]


def test_prices_97_segments_on_32_bits():
    if not pricing.INTERPRETER.exists():
        pytest.skip("there is no 32-bit interpreter")
    outcome = pricing.run()
    assert outcome.missed == []
    assert 0 < outcome.figures["pricing.97_segments"].value < 10_000
    assert 0 < outcome.figures["pricing.97_segments_heap"].value <= 8192
