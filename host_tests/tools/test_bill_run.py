"""`make bills` counts what is right with bills, and only that."""

import io

import priced_records as priced
import signed_records as signed
from rich.console import Console

from tools import bill_run
from tools.bills import tariffs


def test_each_count_falls_with_what_it_counts(tmp_path):
    (tmp_path / "public_key.hex").write_text(signed.spki())
    (tmp_path / "tariffs").mkdir()
    kept = tmp_path / "tariffs" / f"{priced.TARIFF.identity}.json"
    kept.write_bytes(tariffs.canonical(priced.TARIFF))
    lines = [
        priced.line(2), priced.line(3, session="b", pay=1),
        priced.line(4, session="c", rows=[[0, 1, "C"]]),
    ]  # fmt: skip
    (tmp_path / "records.jsonl").write_text("".join(lines))
    found = bill_run.count(tmp_path, Console(file=io.StringIO()))
    assert found == {
        "sessions": 3, "receipts": 3, "verified": 1, "recomputed_equal": 2, "energy_equal": 3,
    }  # fmt: skip
    assert len(list((tmp_path / "receipts").iterdir())) == 9
