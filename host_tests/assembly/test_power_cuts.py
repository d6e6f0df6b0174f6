"""The power of the shipped assembly fails while it boots, starts, meters and ends sessions."""

from cut_test import CutCase


class SessionCutTest(CutCase):
    def test_at_boot(self):
        self.nothing_wrong("boot")

    def test_while_a_new_device_is_provisioned(self):
        self.nothing_wrong("provision", step=3)

    def test_at_a_start(self):
        self.nothing_wrong("start")

    def test_in_a_long_session(self):
        self.nothing_wrong("checkpoint")

    def test_at_a_stop(self):
        self.nothing_wrong("stop")

    def test_again_during_recovery(self):
        self.nothing_wrong("boot", step=611, again=True)
