"""Each broken setting turns its line of the self-audit red, and no other."""

import unittest

from wattseal.privacy import self_audit


class Any:
    """Attributes as given."""

    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)


def device():
    """Everything is as it should be."""
    broker = Any(tls="required", cert="device.der", password="")
    config = Any(broker=broker, ntp=Any(host="ntp"), id_mode="pseudonym", sealing_key="ab")
    return Any(
        config=config,
        journal=Any(lost=[]),
        signer=Any(counts={"key_refused": 0}),
        audit=Any(counts={"audit_damaged": 0}),
        board=Any(clock=Any(state=lambda: "S"), uplink=None),
        connectors=[Any(desk=Any(seals=True))],
        reserve=Any(is_full=lambda: False, free_sessions=0),
        safe=False,
    )


def red(firmware, **counts):
    return [name for name, verdict, _ in self_audit.lines(firmware, counts) if verdict == "bad"]


class TestLines(unittest.TestCase):
    def test_a_sound_device_has_no_red_line(self):
        rows = self_audit.lines(device(), {})
        self.assertEqual({(row[1], row[2]) for row in rows}, {("ok", "")})
        self.assertEqual(len({row[0] for row in rows}), len(rows))

    def test_each_setting(self):
        def plain_text(it):
            it.config.broker.tls = "plain-text-accepted"

        def no_login(it):
            it.config.broker.cert = ""

        def no_server(it):
            it.config.ntp = None

        def informative(it):
            it.board.clock.state = lambda: "I"

        def plain_names(it):
            it.config.id_mode = "plain"

        def cannot_seal(it):
            it.connectors[0].desk.seals = False

        def damaged(it):
            it.journal.lost = [7]

        def full(it):
            it.reserve.is_full = lambda: True

        def free(it):
            it.reserve.free_sessions = 1

        def unsafe(it):
            it.safe = True

        cases = [
            (plain_text, "tls"), (no_login, "login"), (no_server, "ntp"), (informative, "clock"),
            (plain_names, "identity"), (cannot_seal, "identity"), (damaged, "records"),
            (full, "room"), (free, "sessions"), (unsafe, "starts"),
        ]  # fmt: skip
        for break_it, name in cases:
            broken = device()
            break_it(broken)
            self.assertEqual(red(broken), [name])

    def test_tls_that_a_gateway_is_to_do_is_not_called_good(self):
        it = device()
        it.board.uplink = Any()
        self.assertEqual(red(it), ["tls"])
        self.assertEqual(self_audit.lines(it, {})[0][2], "no TLS of this device's own")

    def test_each_count(self):
        for count, name in (
            ("key_refused", "key"), ("audit_damaged", "chain"), ("commands_forged", "commands"),
        ):  # fmt: skip
            self.assertEqual(red(device(), **{count: 1}), [name])
            self.assertEqual(red(device(), **{count: 0}), [])

    def test_a_password_is_a_login_as_well(self):
        it = device()
        it.config.broker.cert, it.config.broker.password = "", "secret"
        self.assertEqual(red(it), [])
        self.assertFalse("secret" in str(self_audit.lines(it, {})))
