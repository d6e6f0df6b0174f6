"""What `make provision` says of a network that is allowed and may fail later."""

from tools.provision import network

TLS, PLAIN = {"host": "b", "ca": "ca.der"}, {"host": "b", "tls": "plain-text-accepted"}


def test_tls_without_a_time_server_is_told_where_the_board_could_ask_one():
    told = network.advice("RPI_PICO_W", {"broker": TLS})
    assert "TLS without a time server" in told and "give time_server" in told
    for board, config in (
        ("RPI_PICO_W", {"broker": TLS, "ntp": {"host": "pool.ntp.org"}}),
        ("RPI_PICO_W", {"broker": PLAIN}),
        ("RPI_PICO", {"broker": TLS}),
    ):
        assert network.advice(board, config) == ""
