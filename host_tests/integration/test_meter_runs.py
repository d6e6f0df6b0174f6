"""The whole chain with the meters that are unlike the rest, which differ by registers alone."""

import json
import subprocess
import sys

import interpreters
import pytest

UNLIKE = {
    "sdm72v2": "needs silence before a request: busy without it",
    "wm3m4": "a counter with a power of ten, a power with another",
    "pzem016": "tells no serial number: the configured one stands in the record",
    "dvh4013": "a power for each direction",
    "pac2200": "two tariffs of 64 bits",
    "pro380": "a serial number of hex digits",
    "s0": "no bus and no register: pulses that bounce",
}


@pytest.mark.parametrize("model", UNLIKE)
def test_a_session_is_exact_to_the_last_wh(model, tmp_path):
    options = ["--count", "1", "--speed", "120", "--meter", model, "--out", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "tools.run", *options],
        cwd=interpreters.ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    log = tmp_path / "firmware.log"
    assert done.returncode == 0, done.stdout + done.stderr + log.read_text()
    rows = json.loads((tmp_path / "summary.json").read_text())
    assert (rows["sessions"], rows["energy_exact"], rows["ok"]) == (1, 1, True)
    records = [json.loads(line) for line in (tmp_path / "records.jsonl").read_text().splitlines()]
    for record in records:
        payload = json.loads(json.loads(record["payload"])["ocmf"].split("|")[1])
        assert payload["MS"].startswith("202611")
