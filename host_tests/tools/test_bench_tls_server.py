"""The TLS server of the board's bench: it shakes hands with who has a certificate, in step."""

import ssl

import pytest

from tools.bench_board.tls_server import HOST, TlsServer


def shake(server, folder, own):
    """What a client says to it, and hears, until neither has more to say."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # as the board's
    context.load_verify_locations(cadata=server.files["data/ca.der"])
    if own:
        for name, kind in (("own.der", "CERTIFICATE"), ("own.key", "EC PRIVATE KEY")):
            text = ssl.DER_cert_to_PEM_cert(server.files["data/" + name])
            (folder / name).write_text(text.replace("CERTIFICATE", kind))
        context.load_cert_chain(folder / "own.der", folder / "own.key")
    heard, said = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(heard, said, server_hostname=HOST)
    while True:
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            heard.write(server.data(0.0, "uart0", said.read()).uart0)
        else:
            return client.version()


def test_it_shakes_hands_with_the_device(tmp_path):
    assert shake(TlsServer(tmp_path), tmp_path, own=True) == "TLSv1.2"


def test_it_does_not_without_the_device_s_certificate(tmp_path):
    with pytest.raises(ssl.SSLError):
        shake(TlsServer(tmp_path), tmp_path, own=False)
