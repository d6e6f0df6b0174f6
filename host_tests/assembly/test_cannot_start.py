"""What a device that cannot start does: it says why with a code, shows it, and ends."""

import os
import unittest

import scratch_folder
from board_case import ON_MICROPYTHON, configured

if ON_MICROPYTHON:
    import tls_module
    import virtual_power

    from wattseal import assembly
    from wattseal.core.settings import ConfigError
    from wattseal.drivers.key_file import KeyFault


class Board:
    """board_contract.BoardModule, as far as it is touched."""

    def __init__(self, folder, lamp_fails=False):
        self.DATA_DIR, self.calls, self._lamp_fails = folder, [], lamp_fails

    def show_fault(self, number):
        self.calls.append(number)
        if self._lamp_fails:
            raise OSError(5)

    def cannot_start(self):
        self.calls.append("cannot_start")

    def start_again(self, read_ms):
        self.calls.append("start_again")


class Starting(Board):
    """One that the real start can begin with."""

    def flash(self):
        return None

    def reset_cause(self):
        return "power"


@unittest.skipUnless(ON_MICROPYTHON, "CPython has no task queue of MicroPython's")
class CannotStartTest(unittest.TestCase):
    def setUp(self):
        self._real = assembly._made, assembly.KeyFileSigner
        self.folder = scratch_folder.on_host()

    def tearDown(self):
        assembly._made, assembly.KeyFileSigner = self._real
        if scratch_folder.exists(self.folder + "/journal"):
            scratch_folder.remove(self.folder + "/journal")
        scratch_folder.remove(self.folder)

    def calls(self, fault, **settings):
        def fails(*_):
            raise fault

        assembly._made = fails
        board = Board(self.folder, **settings)
        try:
            assembly.main(board, b"", None)
        except OSError:
            board.calls.append("raised")
        return board.calls

    def test_each_has_its_number(self):
        self.assertEqual(self.calls(ConfigError(["there is none"])), [17, "cannot_start"])
        self.assertEqual(self.calls(KeyFault("there is none")), [14, "cannot_start"])
        self.assertEqual(self.calls(OSError(5)), [13, "start_again"])

    def test_a_flash_that_cannot_read_is_tried_again_and_no_missing_file(self):
        """Through the real start: the configuration, and a CA that it names."""
        from wattseal.drivers import config_file, tls_credentials

        def fails(path, *mode):
            raise OSError(5)

        assembly.KeyFileSigner = virtual_power.PlainSigner
        virtual_power.put_key(self.folder)
        virtual_power.configure(self.folder, configured(broker={"host": "b", "ca": "ca.der"}))
        for module in (config_file, tls_credentials):
            board = Starting(self.folder)
            module.open, real = fails, tls_module.put()
            try:
                assembly.main(board, b"", None)
            finally:
                del module.open
                tls_module.take_back(real)
            self.assertEqual(board.calls, [13, "start_again"])
        os.remove(self.folder + "/config.json")
        board = Starting(self.folder)
        assembly.main(board, b"", None)
        self.assertEqual(board.calls, [17, "cannot_start"])

    def test_a_lamp_whose_modules_cannot_be_read_keeps_no_reset_back(self):
        self.assertEqual(self.calls(OSError(5), lamp_fails=True)[:2], [13, "start_again"])


if __name__ == "__main__":
    unittest.main()
