"""The bench of TLS' memory: it counts right, can fail, and measures a connection that was one."""

import pytest

from tools import bench_site, bench_tls
from tools.bench_figures import BenchFault
from tools.bench_tls import memory


def test_counts_pieces_as_a_board_s_heap_does():
    told = ["+ 100", "+ 8", "+ 16384", "+ 1000", "- 1000", "+ 4000", "- 16384", "- 4000"]
    found = memory.count("\n".join(told))
    context = 112 + 16  # 8 bytes before each piece, then up to blocks of 16
    assert found == memory.Pieces(
        context, context + 16400 + 4016, context + 16400 + 4016, largest=16384
    )
    assert memory.count("+ 16384\n+ 1000\n- 1000\n- 16384").peak == 16400 + 1008


def test_judges_the_largest_piece():
    assert memory.judge(memory.Pieces(largest=memory.MOST_IN_ONE_PIECE)) == []
    assert len(memory.judge(memory.Pieces(largest=memory.MOST_IN_ONE_PIECE + 1))) == 1


def test_measures_a_connection():
    outcome = bench_tls.run()
    context, connected, peak, largest = (figure.value for figure in outcome.figures.values())
    assert list(outcome.figures) == [
        "tls.context", "tls.connected", "tls.peak", "tls.largest_piece",
    ]  # fmt: skip
    assert 1000 < context < 10_000 < largest < connected < peak < 60_000
    assert outcome.missed == []


def test_a_connection_that_fails_is_a_fault(monkeypatch):
    monkeypatch.setattr(bench_site, "SERVER", bench_site.CLIENT)
    with pytest.raises(BenchFault, match="the TLS connection failed"):
        bench_tls.run()
