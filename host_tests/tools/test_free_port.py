"""A port for a server that starts later: free, and none that the kernel gives away meanwhile."""

import socket

import pytest

from tools import free_port as module
from tools.free_port import free_port


def test_a_server_can_take_it():
    with socket.create_server(("127.0.0.1", free_port())):
        pass


def test_it_is_none_that_the_kernel_gives_away():
    first = int(module.KERNELS.read_text().split()[0])
    assert all(module.LEAST <= free_port() < first for _ in range(50))


def test_what_is_taken_is_not_given(monkeypatch):
    taken, free = free_port(), free_port()
    drawn = iter([taken, taken, free])
    monkeypatch.setattr(module._drawn, "randrange", lambda *_: next(drawn))
    with socket.create_server(("127.0.0.1", taken)):
        assert free_port() == free


@pytest.mark.parametrize("text", ["1024\t65535\n", "", "x y", None])
def test_where_the_kernel_has_them_all_it_is_asked(tmp_path, monkeypatch, text):
    told = tmp_path / "range"
    if text is not None:
        told.write_text(text)
    monkeypatch.setattr(module, "KERNELS", told)
    with socket.create_server(("127.0.0.1", free_port())):
        pass
